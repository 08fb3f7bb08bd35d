package httpapi

import (
	"context"
	"strconv"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/feed"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

// feedAnswer is how far the feed has come.
type feedAnswer struct {
	State     relay.State      `json:"state" doc:"elsewhere: this process runs no relay"`
	Positions map[string]int64 `json:"positions" doc:"The last position given, by pool"`
	Published map[string]int64 `json:"published" doc:"The last position the topic has, by pool"`
	Backlog   int64            `json:"backlog"`
}

func (s *Server) bindFeed() {
	bind(s, get("list-events", tagFeed, "/v1/pools/{pool}/events", door.Business,
		"Facts in the feed's order, from a position on, as far as they concern the caller"), s.listEvents)
	bind(s, get("get-feed", tagFeed, "/v1/feed", door.ServiceHealth, "How far the feed has come"), s.viewFeed)
}

func (s *Server) listEvents(ctx context.Context, by access.Principal, in *struct {
	Pool  string `path:"pool" maxLength:"64" doc:"A pool's code, or ZONE for facts of no pool"`
	After int64  `query:"after" minimum:"0" doc:"The last position seen"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Type  string `query:"type" maxLength:"100" doc:"Facts of this type alone, or of all whose type begins so"`
},
) (*page[feed.Published], error) {
	if in.Pool != pg.Zone {
		if _, err := coinsurance.FindPool(ctx, s.DB, in.Pool); err != nil {
			return nil, err
		}
	}
	if in.Type != "" {
		events, next, err := feed.ListOfType(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Type, in.After, in.Limit)
		answer, err := all(events, err)
		if err == nil && next > 0 {
			answer.Body.Next = strconv.FormatInt(next, 10)
		}
		return answer, err
	}
	events, err := feed.List(ctx, s.DB.Of(in.Pool), by, in.Pool, in.After, in.Limit)
	answer, err := all(events, err)
	if err == nil && len(events) == in.Limit {
		answer.Body.Next = strconv.FormatInt(events[len(events)-1].Position, 10)
	}
	return answer, err
}

func (s *Server) viewFeed(ctx context.Context, _ access.Principal, _ *none) (*single[feedAnswer], error) {
	if s.Feed == nil {
		positions, err := feed.Heads(ctx, s.DB)
		return one(feedAnswer{State: relay.StateElsewhere, Positions: positions, Published: map[string]int64{}}, err)
	}
	status := s.Feed()
	return one(feedAnswer{
		State: status.State, Positions: status.Positions, Published: status.Published, Backlog: status.Backlog(),
	}, nil)
}
