package deadline

import (
	"slices"
	"time"

	"gongbao/internal/calendar"
)

// Deadlines are those of one claim while a step of its life is made: which start, are met and stop.
type Deadlines struct {
	All   []Deadline
	Now   time.Time
	Today calendar.Date

	workdays calendar.Workdays
	changed  []int // places of the deadlines that are written again

	started, dueSoon, met, missed, stopped []Deadline
}

// Of are the deadlines of a claim at an instant, before anything happens to them. The list is copied.
func Of(all []Deadline, now time.Time, workdays calendar.Workdays) *Deadlines {
	return &Deadlines{All: slices.Clone(all), Now: now, Today: calendar.DateOf(now), workdays: workdays}
}

func (d *Deadlines) find(name Name, member string, number int) int {
	return slices.IndexFunc(d.All, func(one Deadline) bool {
		return one.Name == name && one.Member == member && one.Number == number
	})
}

// Runs says that a deadline runs.
func (d *Deadlines) Runs(name Name, member string, number int) bool {
	at := d.find(name, member, number)
	return at >= 0 && d.All[at].State == Running
}

// Start lets a deadline run, or run anew; one that runs to the same day already goes on.
func (d *Deadlines) Start(one Deadline) {
	one.State, one.Started = Running, d.Today
	if at := d.find(one.Name, one.Member, one.Number); at >= 0 {
		if old := d.All[at]; old.State == Running && old.Due == one.Due {
			return
		}
		d.All[at] = one
		d.change(at)
	} else {
		d.All = append(d.All, one)
		d.change(len(d.All) - 1)
	}
	d.started = append(d.started, one)
}

// StartDays starts a deadline of the whole claim that is counted in civil days from a day on.
func (d *Deadlines) StartDays(name Name, from calendar.Date, days int) {
	d.Start(Deadline{Name: name, Due: from.AddDays(days)})
}

// StartWorkingDays starts a deadline that is counted in working days from today on.
func (d *Deadlines) StartWorkingDays(name Name, member string, number, days int) {
	due, provisional := d.WorkingDays(days)
	d.Start(Deadline{Name: name, Member: member, Number: number, Due: due, Provisional: provisional})
}

// WorkingDays is so many working days after today; provisional when the year's days are not announced yet.
func (d *Deadlines) WorkingDays(days int) (due calendar.Date, provisional bool) {
	return d.workdays.Add(d.Today, days)
}

// Meet ends a deadline that runs: what it waited for has come, in time or late.
func (d *Deadlines) Meet(name Name, member string, number int, reference string) bool {
	if !d.Runs(name, member, number) {
		return false
	}
	at := d.find(name, member, number)
	one := &d.All[at]
	one.Missed = one.Late(d.Now)
	one.State, one.Ended, one.Reference = Met, d.Today, reference
	d.change(at)
	d.met = append(d.met, *one)
	return true
}

// Stop ends deadlines that run: what they wait for is not wanted any longer.
func (d *Deadlines) Stop(names ...Name) {
	for at := range d.All {
		if one := &d.All[at]; one.State == Running && slices.Contains(names, one.Name) {
			d.stop(at)
		}
	}
}

// StopOne ends one deadline that runs.
func (d *Deadlines) StopOne(name Name, member string, number int) {
	if d.Runs(name, member, number) {
		d.stop(d.find(name, member, number))
	}
}

func (d *Deadlines) stop(at int) {
	one := &d.All[at]
	one.State, one.Ended = Stopped, d.Today
	d.change(at)
	d.stopped = append(d.stopped, *one)
}

// Asks says that the deadline at this place wants to be looked at by now.
func (d *Deadlines) Asks(at int) bool {
	next := d.All[at].nextLook()
	return next != nil && !next.After(d.Now)
}

// Warn notes that the deadline at this place is due soon, once.
func (d *Deadlines) Warn(at int) {
	one := &d.All[at]
	if !one.Warned {
		one.Warned = true
		d.dueSoon = append(d.dueSoon, *one)
	}
	d.change(at)
}

// Miss notes that the deadline at this place has passed.
func (d *Deadlines) Miss(at int) {
	d.All[at].Missed = true
	d.change(at)
	d.missed = append(d.missed, d.All[at])
}

// Changed is how many deadlines moved.
func (d *Deadlines) Changed() int { return len(d.changed) }

func (d *Deadlines) change(at int) {
	if !slices.Contains(d.changed, at) {
		d.changed = append(d.changed, at)
	}
}
