package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/door"
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

func (s *Server) bindService() {
	s.mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	s.mux.HandleFunc("GET /readyz", s.ready)
	bind(s, get("who-am-i", tagService, "/v1/me", door.Anyone, "Who the token says you are"), func(
		_ context.Context, by access.Principal, _ *none,
	) (*whoAmI, error) {
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
