package launch

import (
	"io"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
)

// NewBar is a progress bar on a terminal, and silence elsewhere.
func NewBar(target io.Writer, size int64, what string) *progressbar.ProgressBar {
	options := []progressbar.Option{
		progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(target), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount(), progressbar.OptionFullWidth(),
		progressbar.OptionSetSpinnerChangeInterval(0), // by itself it would draw from a goroutine of its own
	}
	if !IsTerminal(target) {
		options = append(options, progressbar.OptionSetVisibility(false))
	}
	return progressbar.NewOptions64(size, options...)
}

// CheckProgress shows which check runs, on a terminal only.
func CheckProgress(target io.Writer) func(check string, done, of int) {
	var bar *progressbar.ProgressBar
	return func(check string, done, of int) {
		if bar == nil {
			bar = NewBar(target, int64(of), "verify")
		}
		bar.Describe("verify " + check)
		_ = bar.Set(done)
	}
}

// FiguresTable lines columns up; the first is left-aligned text, as all are in a tabwriter, so numbers are padded
// before.
func FiguresTable(out io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
}
