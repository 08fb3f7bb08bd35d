package bench

import (
	"slices"
	"time"
)

// Target is what a line must reach, and what would be fine. Without one the line is shown for information.
type Target struct {
	Must string `json:"must,omitempty"`
	Goal string `json:"goal,omitempty"`

	must, goal float64
	of         func(Line) float64
	less       bool // is better
}

// Line is one measured figure beside its floor: medians of the rounds.
type Line struct {
	Bench  string    `json:"bench"`
	What   string    `json:"what"`
	Unit   string    `json:"unit"`
	Floor  string    `json:"floor_is,omitempty"` // what it is compared with
	Ours   float64   `json:"ours"`
	Base   float64   `json:"floor,omitempty"`
	Ratio  float64   `json:"ratio,omitempty"` // ours to the floor
	Rounds []float64 `json:"rounds,omitempty"`
	Floors []float64 `json:"floor_rounds,omitempty"`
	Target Target    `json:"target"`

	// What one operation takes; 0 is not known here. See meter.
	CPU      float64 `json:"cpu_us,omitempty"`          // µs of all processes
	WAL      float64 `json:"wal_bytes,omitempty"`       // that Postgres logs
	FloorCPU float64 `json:"floor_cpu_us,omitempty"`    // the same, of what it is compared with
	FloorWAL float64 `json:"floor_wal_bytes,omitempty"` // and of that as well
	Reached  string  `json:"reached,omitempty"`         // goal, must or missed
}

// How far a line got.
const (
	reachedGoal = "goal"
	reachedMust = "must"
	missedMust  = "missed"
)

// ratioAtLeast is a target for the ratio to the floor.
func ratioAtLeast(must, goal float64) Target {
	return Target{
		Must: "≥ " + figure(must) + " of the floor", Goal: "≥ " + figure(goal) + " of the floor", must: must, goal: goal,
		of: func(l Line) float64 { return l.Ratio },
	}
}

// ratioAtMost is a target for what should be little beside its floor.
func ratioAtMost(must, goal float64) Target {
	return Target{
		Must: "≤ " + figure(must) + " of the floor", Goal: "≤ " + figure(goal) + " of the floor", must: must, goal: goal,
		less: true, of: func(l Line) float64 { return l.Ratio },
	}
}

func atLeast(must, goal float64) Target {
	return Target{
		Must: "≥ " + figure(must), Goal: "≥ " + figure(goal), must: must, goal: goal,
		of: func(l Line) float64 { return l.Ours },
	}
}

func atMost(must, goal float64) Target {
	return Target{
		Must: "≤ " + figure(must), Goal: "≤ " + figure(goal), must: must, goal: goal, less: true,
		of: func(l Line) float64 { return l.Ours },
	}
}

// add completes a line from its rounds and puts it into the report.
func (r *run) add(line Line, ours, floor []float64) {
	line.Rounds, line.Floors = ours, floor
	line.Ours = median(ours)
	if len(floor) > 0 {
		line.Base = median(floor)
		line.Ratio = medianRatio(ours, floor)
	}
	line.judge()
	r.report.Lines = append(r.report.Lines, line)
}

func (l *Line) judge() {
	if l.Target.of == nil {
		return
	}
	reaches := func(mark float64) bool {
		if l.Target.less {
			return l.Target.of(*l) <= mark
		}
		return l.Target.of(*l) >= mark
	}
	switch {
	case reaches(l.Target.goal):
		l.Reached = reachedGoal
	case reaches(l.Target.must):
		l.Reached = reachedMust
	default:
		l.Reached = missedMust
	}
}

// medianRatio is the median of each round's ratio: floor and ours of one round had the machine in about one state.
func medianRatio(ours, floor []float64) float64 {
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i] / floor[i]
	}
	return median(ratios)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// share is the time below which the given share of all lies.
func share(times []time.Duration, part float64) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func perSecond(count int, took time.Duration) float64 { return float64(count) / took.Seconds() }
