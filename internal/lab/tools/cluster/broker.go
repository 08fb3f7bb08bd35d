package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/tools/volume"
)

var (
	errBrokerGone = errors.New("the broker ended")
	errPortTaken  = errors.New("a port of the broker is taken")
)

// Broker is one process of the cluster. It keeps its data and its address when it is started again. Its methods are for
// one goroutine at a time.
type Broker struct {
	cluster                                  *Cluster
	id                                       int
	folder                                   string
	clientPort, internalPort, controllerPort int

	disk    *volume.Volume // nil for the machine's own
	process *os.Process
	gone    chan struct{} // closed when the process has ended; nil before the first start
	said    int64         // where this process's words begin in the log
}

// ID is the broker's number in the cluster.
func (b *Broker) ID() int { return b.id }

// Address is where clients reach it.
func (b *Broker) Address() string { return address(b.clientPort) }

// Data is the folder with its partitions.
func (b *Broker) Data() string { return filepath.Join(b.folder, "data") }

// Disk is the broker's small disk, nil when it is on the machine's own.
func (b *Broker) Disk() *volume.Volume { return b.disk }

// format writes the settings and makes the empty storage.
func (b *Broker) format(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(b.folder, "tmp"), 0o700); err != nil {
		return err
	}
	settings := filepath.Join(b.folder, "server.properties")
	if err := os.WriteFile(settings, []byte(b.settings()), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.folder, "log4j2.properties"), []byte(logSettings), 0o600); err != nil {
		return err
	}
	arguments := append(javaArguments(b.cluster.jars, b.folder), "kafka.tools.StorageTool", "format",
		"--cluster-id", b.cluster.id, "--config", settings)
	if b.cluster.options.Secure {
		for _, mechanism := range []string{"SCRAM-SHA-256", "SCRAM-SHA-512"} {
			for user, password := range map[string]string{User: b.cluster.password, adminUser: b.cluster.adminPassword} {
				arguments = append(arguments, "--add-scram",
					fmt.Sprintf("%s=[name=%s,password=%s]", mechanism, user, password))
			}
		}
	}
	output, err := exec.CommandContext(ctx, b.cluster.java, arguments...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("format the storage of broker %d: %w\n%s", b.id, err, bytes.TrimSpace(output))
	}
	return nil
}

// Start starts a broker that does not run, and waits until it answers.
func (b *Broker) Start(ctx context.Context) error {
	for try := 1; ; try++ {
		if err := b.launch(); err != nil {
			return err
		}
		err := b.ready(ctx)
		if !errors.Is(err, errPortTaken) || try == portTries {
			return err
		}
	}
}

// launch starts the process from a thread that lives as long: on Linux its end takes the broker with it, so a program
// that was killed leaves no broker behind.
func (b *Broker) launch() error {
	output, err := os.OpenFile(b.logFile(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if b.said, err = output.Seek(0, io.SeekEnd); err != nil {
		_ = output.Close()
		return err
	}
	arguments := append(javaArguments(b.cluster.jars, b.folder), "kafka.Kafka",
		filepath.Join(b.folder, "server.properties"))
	command := exec.Command(b.cluster.java, arguments...) //nolint:noctx // it outlives this call
	command.SysProcAttr = attributes()
	command.Dir, command.Stdout, command.Stderr = b.folder, output, output
	gone, begun := make(chan struct{}), make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine, after the broker
		defer func() { _ = output.Close() }()
		err := command.Start()
		begun <- err
		if err == nil {
			_ = command.Wait()
		}
		close(gone)
	}()
	if err := <-begun; err != nil {
		return fmt.Errorf("start broker %d: %w", b.id, err)
	}
	b.process, b.gone = command.Process, gone
	return nil
}

// ready waits until the broker counts itself among those that serve.
func (b *Broker) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	config := b.cluster.Admin()
	config.Brokers = []string{b.Address()}
	for {
		if b.serves(ctx, config) {
			return nil
		}
		select {
		case <-b.gone:
			words := b.lastWords()
			if strings.Contains(words, "Address already in use") {
				return fmt.Errorf("broker %d: %w", b.id, errPortTaken)
			}
			return fmt.Errorf("broker %d: %w\n%s", b.id, errBrokerGone, words)
		case <-ctx.Done():
			return fmt.Errorf("broker %d does not answer: %w\n%s", b.id, ctx.Err(), b.lastWords())
		case <-time.After(pause):
		}
	}
}

// serves asks the broker once.
func (b *Broker) serves(ctx context.Context, config kafka.Config) bool {
	client, err := config.NewClient()
	if err != nil {
		return false
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	answer, err := client.SeedBrokers()[0].Request(ctx, kmsg.NewPtrMetadataRequest())
	if err != nil {
		return false
	}
	known, is := answer.(*kmsg.MetadataResponse)
	return is && slices.ContainsFunc(known.Brokers, func(other kmsg.MetadataResponseBroker) bool {
		return int(other.NodeID) == b.id
	})
}

// Running says that the process has not ended.
func (b *Broker) Running() bool {
	if b.gone == nil {
		return false
	}
	select {
	case <-b.gone:
		return false
	default:
		return true
	}
}

// Kill ends the process at once, as kill -9 does, and waits until it is gone. Of one that does not run it does nothing.
func (b *Broker) Kill() { b.end(os.Kill) }

// Stop asks the process to end and waits until it has.
func (b *Broker) Stop() { b.end(syscall.SIGTERM) }

func (b *Broker) end(signal os.Signal) {
	if b.Running() {
		b.Signal(signal)
		<-b.gone
	}
}

// Signal sends a signal to the process: one that stops it makes a broker that is there and does not answer.
func (b *Broker) Signal(signal os.Signal) {
	if b.Running() {
		_ = b.process.Signal(signal) // one that has just ended cannot be signalled, and need not
	}
}

func (b *Broker) logFile() string { return filepath.Join(b.folder, "broker.log") }

// lastWords is the end of what this process said.
func (b *Broker) lastWords() string {
	file, err := os.Open(b.logFile())
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	const tail = 6000
	from := b.said
	if info, err := file.Stat(); err == nil && info.Size()-tail > from {
		from = info.Size() - tail
	}
	text, _ := io.ReadAll(io.NewSectionReader(file, from, tail))
	return strings.TrimSpace(string(text))
}
