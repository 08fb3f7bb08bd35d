package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// AgainstOptions say which two builds of the program are measured in turn, and how much each does in a round.
type AgainstOptions struct {
	This, Other string   // files of the programs
	Environment []string // of both
	Dir         string   // each has a folder of its own in it for what is embedded
	Size        Size     // Rounds is of each build
	Told        func(doing string, done, of int)
}

// Comparison is what two builds of the program did in turn.
type Comparison struct {
	This  string     `json:"this"`  // version
	Other string     `json:"other"` // version
	Size  Size       `json:"size"`
	Lines []Compared `json:"lines"`
}

// Compared is one figure of two builds, round by round. A build that does not know the figure has no rounds.
type Compared struct {
	Bench  string    `json:"bench"`
	What   string    `json:"what"`
	Unit   string    `json:"unit"`
	This   []float64 `json:"this"`
	Other  []float64 `json:"other"`
	Ratios []float64 `json:"ratios,omitempty"` // of each round, this to the other
	Ratio  float64   `json:"ratio,omitempty"`  // their median
}

const (
	unitCPU    = "CPU µs each"
	unitWAL    = "WAL bytes each"
	stopMax    = 30 * time.Second // for a build that is called off to take its schema away
	wordsShown = 2000             // bytes of what a build said that failed
)

// Against runs the benches by this build and by another, round by round in turn, each build as a program of its own on
// a database of its own. Of the other only the flags and the JSON are relied on that every build has; what it does not
// say is left out. A must that is missed is no failure here.
func Against(ctx context.Context, options AgainstOptions, names ...string) (*Comparison, error) {
	compared := &Comparison{Size: options.Size}
	found := map[string]int{}
	for round := range options.Size.Rounds {
		for side, program := range []string{options.This, options.Other} {
			if options.Told != nil {
				options.Told("rounds of both builds", 2*round+side, 2*options.Size.Rounds)
			}
			report, cpu, err := options.once(ctx, side, program, names)
			if err != nil {
				return nil, fmt.Errorf("round %d of %s: %w", round+1, program, err)
			}
			*[]*string{&compared.This, &compared.Other}[side] = report.Version
			for _, line := range append(report.Lines, Line{
				Bench: strings.Join(names, " "), What: "all of a round, set-up too, without a server or a Kafka outside",
				Unit: "s of CPU", Ours: cpu.Seconds(),
			}) {
				compared.take(found, side, line)
			}
		}
	}
	for i := range compared.Lines {
		compared.Lines[i].complete()
	}
	return compared, nil
}

// once runs one round of one build; the processor time is that of its process and of all that it started.
func (o AgainstOptions) once(
	ctx context.Context, side int, program string, names []string,
) (*Report, time.Duration, error) {
	folder := filepath.Join(o.Dir, []string{"this", "other"}[side])
	if err := os.MkdirAll(folder, 0o711); err != nil { //nolint:gosec // clusters below it are closed
		return nil, 0, err
	}
	arguments := append([]string{"bench"}, names...)
	arguments = append(arguments, "--json", "--rounds", "1", "--data", folder)
	for flag, value := range map[string]int{
		"--callers": o.Size.Callers, "--issues": o.Size.Issues, "--claims": o.Size.Claims, "--rows": o.Size.Rows,
		"--postings": o.Size.Postings, "--asked": o.Size.Asked, "--events": o.Size.Events, "--commands": o.Size.Commands,
	} {
		arguments = append(arguments, flag, strconv.Itoa(value))
	}
	command := exec.CommandContext(ctx, program, arguments...)
	command.Env = o.Environment
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = stopMax
	var said, complained bytes.Buffer
	command.Stdout, command.Stderr = &said, &complained
	failure := command.Run() // its status is 1 as well when a must is missed
	report := new(Report)
	if err := json.Unmarshal(said.Bytes(), report); err != nil || len(report.Lines) == 0 {
		words := complained.Bytes()
		return nil, 0, fmt.Errorf("%w, and no report: %s", errors.Join(failure, err), words[max(0, len(words)-wordsShown):])
	}
	state := command.ProcessState
	return report, state.UserTime() + state.SystemTime(), nil
}

var numbers = regexp.MustCompile(`[0-9][0-9,.]*`)

// take puts a line of one side beside that of the other, which may name another number of rows.
func (c *Comparison) take(found map[string]int, side int, line Line) {
	for _, figure := range []struct {
		unit  string
		value float64
	}{{line.Unit, line.Ours}, {unitCPU, line.CPU}, {unitWAL, line.WAL}} {
		unit, value := figure.unit, figure.value
		if value == 0 {
			continue
		}
		key := line.Bench + "|" + numbers.ReplaceAllString(line.What, "#") + "|" + unit
		at, known := found[key]
		if !known {
			at = len(c.Lines)
			found[key] = at
			c.Lines = append(c.Lines, Compared{Bench: line.Bench, What: line.What, Unit: unit})
		}
		if side == 0 {
			c.Lines[at].This = append(c.Lines[at].This, value)
		} else {
			c.Lines[at].Other = append(c.Lines[at].Other, value)
		}
	}
}

// complete adds the ratios, where both builds know the figure in every round.
func (l *Compared) complete() {
	if len(l.This) == 0 || len(l.This) != len(l.Other) {
		return
	}
	for i := range l.This {
		l.Ratios = append(l.Ratios, l.This[i]/l.Other[i])
	}
	l.Ratio = median(l.Ratios)
}
