// Command gongbao is the co-insurance and claims ledger of a science-insurance zone: one binary, wiring only.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"gongbao/internal/launch"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Exit statuses, as scripts see them.
const (
	exitOK      = 0
	exitFailed  = 1 // the command ran and the answer is no: a check failed, a request was refused
	exitMisused = 2 // the command could not be understood: flags, files, configuration
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := execute(ctx, root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gongbao:", err)
	}
	return statusOf(err)
}

// execute runs a command; what it adds up and does not fit is refused by name, as at the door.
func execute(ctx context.Context, root *cobra.Command) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			if err = money.Recovered(reason); err == nil {
				panic(reason)
			}
		}
	}()
	return pg.Refusal(root.ExecuteContext(ctx))
}

// statusOf is what the shell is told of an error.
func statusOf(err error) int {
	if err == nil {
		return exitOK
	}
	if launch.IsMisused(err) {
		return exitMisused
	}
	return exitFailed
}
