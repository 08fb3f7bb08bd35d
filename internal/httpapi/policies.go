package httpapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/schedule"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/ledger"
)

const pageDefault = 100

// PolicyPath names a policy.
type PolicyPath struct {
	Number string `path:"number" maxLength:"128" doc:"The policy's number"`
}

// Changed is a change to a policy that may be sent again, and only to the version the caller saw.
type Changed struct {
	Keyed
	PolicyPath

	IfMatch string `header:"If-Match" maxLength:"32" doc:"ETag of the policy as the caller saw it"`
}

// version is the one If-Match names; 0 for none or "*".
func (c Changed) version() (int64, error) { return matchOf(c.IfMatch) }

// matchOf is the version an If-Match names; 0 for none or "*".
func matchOf(header string) (int64, error) {
	text := strings.Trim(strings.TrimPrefix(header, "W/"), `"`)
	if text == "" || text == "*" {
		return 0, nil
	}
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil || version < 1 {
		return 0, errMatchInvalid.With("%q", header)
	}
	return version, nil
}

// policyAnswer is a policy after a change.
type policyAnswer struct {
	ETag string `header:"ETag"`
	Body *insurance.Policy
}

func etag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

func policyOr(policy *insurance.Policy, err error) (*policyAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &policyAnswer{ETag: etag(policy.Version), Body: policy}, nil
}

// PageQuery asks for a page of a list.
type PageQuery struct {
	After string `query:"after" maxLength:"400" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

func (q PageQuery) limit() int {
	if q.Limit == 0 {
		return pageDefault
	}
	return q.Limit
}

// cursors are opaque, so that nobody builds one.
func seal(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func unseal(cursor string) (string, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", errRequestInvalid.At("query.after", "this is no cursor that a page gave")
	}
	return string(text), nil
}

func (s *Server) today() calendar.Date { return calendar.DateOf(s.Clock.Now()) }

type policiesQuery struct {
	PageQuery

	Pool      string        `query:"pool" maxLength:"64"`
	Line      string        `query:"line" maxLength:"64"`
	State     string        `query:"state" enum:"quoted,issued,in_force,cancelled,expired"`
	Insured   string        `query:"insured" maxLength:"200"`
	StartFrom calendar.Date `query:"start_from"`
	StartTo   calendar.Date `query:"start_to"`
}

func (s *Server) bindPolicies() {
	bind(s, "list-policies", s.listPolicies)
	bind(s, "get-policy", func(ctx context.Context, by access.Principal, in *PolicyPath) (*seenAnswer, error) {
		seen, err := insurance.ViewPolicy(ctx, s.of(in.Number), by, in.Number, s.today())
		if err != nil {
			return nil, err
		}
		return &seenAnswer{ETag: etag(seen.Version), Body: seen}, nil
	})
	bind(s, "list-splits", s.listSplits)
	bind(s, "list-policy-postings", func(ctx context.Context, by access.Principal, in *struct {
		PolicyPath
		PageQuery
	},
	) (*page[ledger.BookPosting], error) {
		if _, err := insurance.ViewPolicy(ctx, s.of(in.Number), by, in.Number, s.today()); err != nil {
			return nil, err
		}
		return s.postings(ctx, by, in.PageQuery, ledger.PostingFilter{Pool: insurance.PoolOf(in.Number), Policy: in.Number})
	})
	bind(s, "get-policy-schedule", s.printPolicy)
	s.bindPremium()
	s.bindPolicyMoves()
}

const mediaPDF = "application/pdf"

// document is an answer that is no JSON.
type document struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) printPolicy(ctx context.Context, by access.Principal, in *PolicyPath) (*document, error) {
	print, err := insurance.PrintPolicy(ctx, s.of(in.Number), by, in.Number, s.today())
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	lacking, err := schedule.Write(&file, print, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	if lacking != "" {
		s.Log.Warn().Str("policy", in.Number).Str("characters", lacking).
			Msg("the schedule's font lacks characters; a box stands for each")
	}
	return &document{
		ContentType: mediaPDF, Disposition: `inline; filename="` + print.Policy.Number + `.pdf"`, Body: file.Bytes(),
	}, nil
}

type seenAnswer struct {
	ETag string `header:"ETag"`
	Body *insurance.PolicyView
}

func (s *Server) listPolicies(
	ctx context.Context, by access.Principal, in *policiesQuery,
) (*page[insurance.Policy], error) {
	after, err := unseal(in.After)
	if err != nil {
		return nil, err
	}
	policies, err := insurance.ListPolicies(ctx, s.DB, by, s.today(), insurance.PolicyFilter{
		Pool: in.Pool, Line: in.Line, Insured: in.Insured, State: insurance.State(in.State),
		StartFrom: in.StartFrom, StartTo: in.StartTo, After: after, Limit: in.limit(),
	})
	answer, err := all(policies, err)
	if err == nil && len(policies) == in.limit() {
		answer.Body.Next = seal(policies[len(policies)-1].Number)
	}
	return over(s, in.Pool, answer, err)
}

func (s *Server) listSplits(ctx context.Context, by access.Principal, in *struct {
	PolicyPath
	PageQuery
},
) (*page[coinsurance.Working], error) {
	text, err := unseal(in.After)
	if err != nil {
		return nil, err
	}
	var after int64
	if text != "" {
		if after, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, errRequestInvalid.At("query.after", "this is no cursor that a page gave")
		}
	}
	limit := max(in.limit(), splitsMin) // a page holds at least the splits of one event
	workings, err := insurance.ViewSplits(ctx, s.of(in.Number), by, in.Number, after, limit)
	answer, err := all(workings, err)
	if err == nil && len(workings) > limit-streamsMax { // a page ends with a whole event, so a full one may be shorter
		answer.Body.Next = seal(strconv.FormatInt(workings[len(workings)-1].Place, 10))
	}
	return answer, err
}

const (
	splitsMin  = 50
	streamsMax = 20 // that one event splits
)
