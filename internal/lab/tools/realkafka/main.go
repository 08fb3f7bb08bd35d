// Command realkafka gets a real Apache Kafka by Maven and runs it on 127.0.0.1: for the Kafka suite, or to look at.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"gongbao/internal/lab/tools/cluster"
)

const usage = `realkafka gets Apache Kafka by Maven and runs it on 127.0.0.1.

  realkafka fetch                                   bring the jars, and check them
  realkafka run [--brokers 3] [--secure]            run until Ctrl-C; prints what to set
  realkafka run [--brokers 3] [--secure] COMMAND …  run a command beside it, with KAFKA_BROKERS and its like set
  realkafka pin                                     print jars.sum anew, for another version
`

var errMisused = errors.New("say what to do")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if failed, is := errors.AsType[*exec.ExitError](err); is && failed.ExitCode() > 0 {
		os.Exit(failed.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "realkafka:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(out, usage)
		return errMisused
	}
	switch args[0] {
	case "fetch":
		folder, err := cluster.Jars(ctx)
		if err == nil {
			fmt.Fprintf(out, "Apache Kafka %s: %s\n", cluster.Version, folder)
		}
		return err
	case "pin":
		text, err := cluster.Pin(ctx)
		fmt.Fprint(out, text)
		return err
	case "run":
		return beside(ctx, args[1:], out)
	default:
		fmt.Fprint(out, usage)
		return fmt.Errorf("%w: there is no %q", errMisused, args[0])
	}
}

// beside runs a cluster as long as a command runs, or until we are asked to end.
func beside(ctx context.Context, args []string, out io.Writer) error {
	var options cluster.Options
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.IntVar(&options.Brokers, "brokers", 1, "how many brokers")
	flags.BoolVar(&options.Secure, "secure", false, "SASL over TLS, and access lists")
	if err := flags.Parse(args); err != nil {
		return err
	}
	started, err := cluster.Start(ctx, options)
	if err != nil {
		return err
	}
	defer started.Close()
	fmt.Fprintf(out, "Apache Kafka %s, %d broker(s), secured %t\n", cluster.Version, options.Brokers, options.Secure)
	if flags.NArg() == 0 {
		for _, setting := range started.Environment() {
			fmt.Fprintln(out, "export", setting)
		}
		<-ctx.Done()
		return nil
	}
	command := exec.CommandContext(ctx, flags.Arg(0), flags.Args()[1:]...)
	command.Env = append(os.Environ(), started.Environment()...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, out, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	return command.Run()
}
