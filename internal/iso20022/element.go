package iso20022

import (
	"strings"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/money"
)

// A picker takes what is wanted out of elements, and keeps the first problem it meets.
type picker struct{ problem *Unreadable }

func (p *picker) result() error {
	if p.problem == nil {
		return nil
	}
	return p.problem
}

func (p *picker) refuse(e *element, problem Problem, path, said string) {
	if p.problem == nil {
		p.problem = &Unreadable{Problem: problem, Line: e.line, Element: e.path + path, Said: shortened(said)}
	}
}

// find goes down a path of names that may each be there once; nil when one is not there.
func (p *picker) find(e *element, path ...string) *element {
	for _, name := range path {
		var found *element
		for _, child := range e.children {
			if child.name != name {
				continue
			}
			if found != nil {
				p.refuse(child, Repeated, "", "")
			}
			found = child
		}
		if found == nil {
			return nil
		}
		e = found
	}
	return e
}

// first is the first of several paths that is there.
func (p *picker) first(e *element, paths ...string) *element {
	for _, path := range paths {
		if found := p.find(e, strings.Split(path, "/")...); found != nil {
			return found
		}
	}
	return nil
}

// text is what the first of several paths says; "" when none is there.
func (p *picker) text(e *element, paths ...string) string {
	if found := p.first(e, paths...); found != nil {
		return found.text
	}
	return ""
}

// must is text that has to be there.
func (p *picker) must(e *element, paths ...string) string {
	said := p.text(e, paths...)
	if said == "" {
		p.refuse(e, Missing, "/"+paths[0], "")
	}
	return said
}

// all are the children of a name.
func all(e *element, name string) []*element {
	var found []*element
	for _, child := range e.children {
		if child.name == name {
			found = append(found, child)
		}
	}
	return found
}

// amount reads an element with its currency. The schema allows more decimals than a fen has; they have to be zeros.
func (p *picker) amount(e *element) money.Amount {
	if e.currency != money.CNY.Code() {
		p.refuse(e, OtherCurrency, "", e.currency)
	}
	said := strings.TrimPrefix(e.text, "+")
	if whole, decimals, has := strings.Cut(said, "."); has {
		for len(decimals) > 2 && strings.HasSuffix(decimals, "0") {
			decimals = decimals[:len(decimals)-1]
		}
		if whole == "" {
			whole = "0"
		}
		said = whole
		if decimals != "" {
			said += "." + decimals
		}
	}
	amount, err := money.ParseAmount(said)
	if err != nil || amount.IsNegative() {
		p.refuse(e, NoAmount, "", e.text)
	}
	return amount
}

// day reads a choice of a day and a time; a time without a zone is Shanghai's.
func (p *picker) day(e *element) calendar.Date {
	found := p.first(e, "Dt", "DtTm")
	if found == nil {
		p.refuse(e, Missing, "/Dt", "")
		return calendar.Date{}
	}
	if found.name == "Dt" {
		day, err := calendar.ParseDate(withoutZone(found.text))
		if err != nil {
			p.refuse(found, NoDay, "", found.text)
		}
		return day
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if instant, err := time.ParseInLocation(form, found.text, clock.Zone); err == nil {
			return calendar.DateOf(instant)
		}
	}
	p.refuse(found, NoDay, "", found.text)
	return calendar.Date{}
}

// withoutZone is a day without the zone that XML lets it have.
func withoutZone(day string) string {
	const form = "2006-01-02"
	if len(day) > len(form) && strings.ContainsAny(day[len(form):len(form)+1], "Z+-") {
		return day[:len(form)]
	}
	return day
}
