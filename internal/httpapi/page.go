package httpapi

import (
	"encoding/json"

	"gongbao/insurance"
	"gongbao/internal/door"
	"gongbao/internal/pg"
)

// PageQuery asks for a page of a list.
type PageQuery struct {
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

func (q PageQuery) limit() int {
	if q.Limit == 0 {
		return door.PageDefault
	}
	return q.Limit
}

// unseal reads the place at which the page before ended, if there was one.
func unseal(after string, place any) error {
	text, err := door.Unseal(after)
	if err == nil && text != "" && json.Unmarshal([]byte(text), place) != nil {
		return door.ErrNoCursor
	}
	return err
}

// placeOf writes the place at which a page ends, for unseal.
func placeOf(place any) string {
	text, _ := json.Marshal(place) // texts and numbers alone
	return string(text)
}

type none struct{}

// listed is a page of a list.
type listed[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Ask with after= this for the next page; none on the last"`

	Databases int `json:"databases,omitempty" doc:"Were asked one after the other: no single moment; left out for one"`
}

type page[T any] struct{ Body listed[T] }

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

// paged is a page of a list of which there may be more. A page that is as long as was asked for names the place where
// the next begins, which is told by the last item.
func paged[T any](query PageQuery, items []T, err error, place func(last T) string) (*page[T], error) {
	answer, err := all(items, err)
	if err == nil && len(items) == query.limit() {
		answer.Body.Next = door.Seal(place(items[len(items)-1]))
	}
	return answer, err
}

// over says how many databases a list was gathered from, when it may span pools. What one database gives is one
// snapshot; what several give is not.
func over[T any](s *Server, pool string, list *page[T], err error) (*page[T], error) {
	if err == nil {
		if parts := pg.Parts(s.DB, pool); len(parts) > 1 {
			list.Body.Databases = len(parts)
		}
	}
	return list, err
}

type single[T any] struct{ Body T }

func one[T any](body T, err error) (*single[T], error) {
	if err != nil {
		return nil, err
	}
	return &single[T]{Body: body}, nil
}

// of is the database that a policy or claim with this number is in.
func (s *Server) of(number string) *pg.DB { return s.DB.Of(insurance.PoolOf(number)) }
