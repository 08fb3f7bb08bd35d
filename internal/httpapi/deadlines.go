package httpapi

import (
	"time"
)

// Deadlines are how long each part of a request may take. They follow each other: what one part uses up is not taken
// from the next, and none outlives its request, so that a slow command spoils nothing for the next one on its
// connection. Zero stands for what DefaultDeadlines says.
type Deadlines struct {
	Header time.Duration // until the headers have come
	Read   time.Duration // until a body has come
	Upload time.Duration // until a file has come
	Work   time.Duration // of one request's work, once its body is there
	Write  time.Duration // until the caller has taken the answer
	Idle   time.Duration // between two requests of a connection
}

// DefaultDeadlines are what callers meet.
var DefaultDeadlines = Deadlines{
	Header: 5 * time.Second, Read: 15 * time.Second, Upload: 5 * time.Minute, Work: 30 * time.Second,
	Write: time.Minute, Idle: 2 * time.Minute,
}

func (d Deadlines) orDefault() Deadlines {
	for _, part := range []struct{ value, fallback *time.Duration }{
		{&d.Header, &DefaultDeadlines.Header}, {&d.Read, &DefaultDeadlines.Read},
		{&d.Upload, &DefaultDeadlines.Upload}, {&d.Work, &DefaultDeadlines.Work},
		{&d.Write, &DefaultDeadlines.Write}, {&d.Idle, &DefaultDeadlines.Idle},
	} {
		if *part.value == 0 {
			*part.value = *part.fallback
		}
	}
	return d
}
