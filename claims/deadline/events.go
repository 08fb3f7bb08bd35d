package deadline

import (
	"time"

	"gongbao/internal/calendar"
)

// Types of the facts that are announced of deadlines. The names on the wire are older than the word.
const (
	EventStarted = "claims.clock_started"
	EventDueSoon = "claims.clock_due_soon"
	EventMet     = "claims.clock_met"
	EventMissed  = "claims.clock_missed"
	EventStopped = "claims.clock_stopped"
)

// Data is a deadline as events tell of it.
type Data struct {
	Name        Name          `json:"name"`
	Member      string        `json:"member,omitempty"`
	Number      int           `json:"number,omitempty"`
	Started     calendar.Date `json:"started"`
	Due         calendar.Date `json:"due"`
	DueAt       *time.Time    `json:"due_at,omitempty"`
	Provisional bool          `json:"provisional,omitempty"`
	Late        bool          `json:"late,omitempty"`
	Reference   string        `json:"reference,omitempty"`
}

// Detail lists the deadlines of the whole claim; a member's own stand in its section.
type Detail struct {
	Deadlines []Data `json:"clocks,omitempty"`
}

// EventTypes are the types of event of deadlines, each with its detail.
func EventTypes() map[string]any {
	types := map[string]any{}
	for _, event := range []string{EventStarted, EventDueSoon, EventMet, EventMissed, EventStopped} {
		types[event] = Detail{}
	}
	return types
}

// Announcement is one event of a step's deadlines: what all members hear of it, and what each hears of its own.
type Announcement struct {
	Event  string
	Detail Detail
	Own    map[string][]Data
}

// Announcements are the events of what happened to the deadlines. A deadline that started and is met at once is first
// announced to have started.
func (d *Deadlines) Announcements() []Announcement {
	var all []Announcement
	for _, list := range []struct {
		event     string
		deadlines []Deadline
	}{
		{EventStarted, d.started}, {EventMet, d.met}, {EventStopped, d.stopped}, {EventDueSoon, d.dueSoon},
		{EventMissed, d.missed},
	} {
		if len(list.deadlines) > 0 {
			all = append(all, announce(list.event, list.deadlines))
		}
	}
	return all
}

func announce(event string, deadlines []Deadline) Announcement {
	a := Announcement{Event: event, Own: map[string][]Data{}}
	for _, one := range deadlines {
		data := Data{
			Name: one.Name, Member: one.Member, Number: one.Number, Started: one.Started, Due: one.Due, DueAt: one.DueAt,
			Provisional: one.Provisional, Late: one.Missed && one.State == Met, Reference: one.Reference,
		}
		if one.Member == "" {
			a.Detail.Deadlines = append(a.Detail.Deadlines, data)
		} else {
			a.Own[one.Member] = append(a.Own[one.Member], data)
		}
	}
	return a
}
