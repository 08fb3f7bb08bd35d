package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

const readyTime = 2 * time.Second // to ask the database whether it is there

// whoAmI is the answer to "who am I".
type whoAmI struct {
	Body struct {
		Person       string        `json:"person"`
		Kind         access.Kind   `json:"kind"`
		Organisation string        `json:"organisation"`
		Roles        []access.Role `json:"roles"`
	}
}

type none struct{}

// listed is a page of a list.
type listed[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Ask with after= this for the next page; none on the last"`

	Databases int `json:"databases,omitempty" doc:"Were asked one after the other: no single moment; left out for one"`
}

type page[T any] struct{ Body listed[T] }

type single[T any] struct{ Body T }

func one[T any](body T, err error) (*single[T], error) {
	if err != nil {
		return nil, err
	}
	return &single[T]{Body: body}, nil
}

// all is a list that fits one page.
func all[T any](items []T, err error) (*page[T], error) {
	if err != nil {
		return nil, err
	}
	if items == nil {
		items = []T{}
	}
	return &page[T]{Body: listed[T]{Items: items}}, nil
}

// over says of a list that may span pools how many databases it was gathered from; what one gives is one snapshot.
func over[T any](s *Server, pool string, list *page[T], err error) (*page[T], error) {
	if err == nil {
		if parts := pg.Parts(s.DB, pool); len(parts) > 1 {
			list.Body.Databases = len(parts)
		}
	}
	return list, err
}

// of is the database that a policy or claim with this number is in.
func (s *Server) of(number string) *pg.DB { return s.DB.Of(insurance.PoolOf(number)) }

func (s *Server) bindService() {
	s.mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	s.mux.HandleFunc("GET /readyz", s.ready)
	s.mux.Handle("GET /metrics", s.metrics.handler())
	bind(s, "who-am-i", func(_ context.Context, by access.Principal, _ *none) (*whoAmI, error) {
		answer := &whoAmI{}
		answer.Body.Person, answer.Body.Kind, answer.Body.Organisation = by.Subject, by.Kind, by.Organisation
		answer.Body.Roles = by.Roles
		return answer, nil
	})
}

// readiness is what /readyz says. A feed that is behind or has no Kafka does not make the service unready: commands go
// on, and the outbox keeps what is to be published. A database without room does: it can be read, and takes no command.
type readiness struct {
	Status     string      `json:"status"` // "ready", or what is amiss
	Database   string      `json:"database"`
	Feed       relay.State `json:"feed,omitempty"`
	Backlog    int64       `json:"feed_backlog"`
	AppendOnly string      `json:"append_only"`
	Behind     []string    `json:"references_behind,omitempty"` // databases to which the last copy of references failed

	Foreign int64           `json:"feed_foreign_records,omitempty"`                // in the topic, committed by others
	Blocked []relay.Blocked `json:"feed_blocked_by_foreign_transaction,omitempty"` // readers wait for it
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	answer := readiness{Status: "ready", Database: "ok", AppendOnly: "enforced"}
	if !s.AppendOnly {
		answer.AppendOnly = "unenforced"
	}
	answer.Behind = s.DB.Behind()
	status := http.StatusOK
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	if s.Feed != nil {
		feed := s.Feed()
		answer.Feed, answer.Backlog = feed.State, feed.Backlog()
		answer.Foreign, answer.Blocked = feed.ForeignRecords(), feed.Blocked
		if len(feed.Blocked) > 0 {
			answer.Status = "feed_blocked_by_foreign_transaction"
		}
		switch feed.State {
		case relay.StateForked:
			answer.Status, status = string(feed.State), http.StatusServiceUnavailable
		case relay.StateKafkaDown:
			answer.Status = string(feed.State)
		case relay.StateDatabaseDown, relay.StateStopped, relay.StateElsewhere, relay.StateStandby,
			relay.StateStarting, relay.StatePublishing, relay.StateStamping:
		}
	}
	for _, db := range s.DB.All() {
		if err := db.Answers(ctx); err != nil { // not of the pool, which commands may hold whole
			answer.Status, answer.Database, status = "database_down", "down", http.StatusServiceUnavailable
			break
		}
		if db.Full() {
			answer.Status, answer.Database, status = "database_full", "full", http.StatusServiceUnavailable
		}
		if db.MovedOn() {
			answer.Status, answer.Database, status = "schema_moved_on", "newer", http.StatusServiceUnavailable
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the caller may have gone
}
