package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gongbao/internal/clock"
	"gongbao/internal/lab/bank"
	"gongbao/internal/launch"
)

func newBankCommand(c *launch.Config) *cobra.Command {
	var rejected, returned []string
	var folder string
	command := &cobra.Command{
		Use:   "bank FILE",
		Short: "Answer a payment file as a bank would, to practise with",
		Long: `Takes a payment file (pain.001, of gongbao payment download-file), counts it again as a bank does, and
writes what a bank answers: beside G2-F1.xml, G2-F1.pain.002.xml says which payments it executes, and G2-F1.camt.054.xml
what it has booked on the accounts of payers and payees. gongbao payment read takes both. No money moves, and no book is
touched.

A payment is named by its end-to-end id, the order's id with the attempt. Reasons are AC01 (no such account), AC04 (the
account is closed; where none is said), AC06 (it is blocked), AM04 (not enough money), BE01 (another name).`,
		Example: "  gongbao bank G2-F1.xml\n" +
			"  gongbao bank G2-F1.xml --reject G2-1-2-1=AM04 --return G2-1-1-1",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return answerFile(cmd.OutOrStdout(), c.Time(), args[0], folder, rejected, returned)
		},
	}
	command.Flags().StringSliceVar(&rejected, "reject", nil, "payments that are not executed: ID or ID=REASON")
	command.Flags().StringSliceVar(&returned, "return", nil, "payments that are executed and come back: ID or ID=REASON")
	command.Flags().StringVar(&folder, "output", "", "folder for the answers; that of the file when left out")
	return command
}

func answerFile(out io.Writer, now clock.Clock, name, folder string, rejected, returned []string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file, err := bank.Read(content)
	if err != nil {
		return err
	}
	refused, err := reasonsOf(rejected)
	if err != nil {
		return err
	}
	sentBack, err := reasonsOf(returned)
	if err != nil {
		return err
	}
	answer, err := file.Answer(now.Now(), refused, sentBack)
	if err != nil {
		return launch.Misused(err)
	}
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	if folder != "" {
		stem = filepath.Join(folder, filepath.Base(stem))
	}
	for _, part := range []struct {
		kind, what string
		write      func() ([]byte, error)
	}{
		{"pain.002", "which payments the bank executes", answer.Status},
		{"camt.054", "what it has booked", answer.Notification},
	} {
		text, err := part.write()
		if err != nil {
			return err
		}
		target := stem + "." + part.kind + ".xml"
		if err := os.WriteFile(target, text, outputMode); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s  %s\n", target, part.what)
	}
	return nil
}

const outputMode = 0o600

// reasonsOf reads ID=REASON; a payment without a reason has a payee whose account is closed.
func reasonsOf(named []string) (map[string]bank.Reason, error) {
	reasons := map[string]bank.Reason{}
	for _, one := range named {
		id, code, said := strings.Cut(one, "=")
		if !said {
			code = "AC04"
		}
		why, err := bank.Because(code)
		if err != nil {
			return nil, launch.Misused(err)
		}
		reasons[id] = why
	}
	return reasons, nil
}
