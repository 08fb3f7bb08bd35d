package httpapi

import (
	"bytes"
	"context"
	"strconv"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/schedule"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/ledger"
)

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
	bind(s, get("list-policies", tagPolicy, "/v1/policies", door.Business,
		"Policies the caller takes part in, page by page"), s.listPolicies)
	bind(s, get("get-policy", tagPolicy, "/v1/policies/{number}", door.Business,
		"One policy, with the caller's own portions"), s.viewPolicy)
	bind(s, get("list-splits", tagPolicy, "/v1/policies/{number}/splits", door.Business,
		"How the policy's money was divided, with the working of every split"), s.listSplits)
	bind(s, get("list-policy-postings", tagPolicy, "/v1/policies/{number}/postings", door.Business,
		"What the policy did to the caller's book"), s.listPolicyPostings)
	bind(s, get("get-policy-schedule", tagPolicy, "/v1/policies/{number}/schedule", door.Business,
		"The policy's schedule for the insured, as PDF, for who leads or issues it").answersFile(mediaPDF), s.printPolicy)
}

func (s *Server) viewPolicy(ctx context.Context, by access.Principal, in *PolicyPath) (*seenAnswer, error) {
	seen, err := insurance.ViewPolicy(ctx, s.of(in.Number), by, in.Number, s.today())
	if err != nil {
		return nil, err
	}
	return &seenAnswer{ETag: etag(seen.Version), Body: seen}, nil
}

func (s *Server) listPolicyPostings(ctx context.Context, by access.Principal, in *struct {
	PolicyPath
	PageQuery
},
) (*page[ledger.BookPosting], error) {
	if _, err := insurance.ViewPolicy(ctx, s.of(in.Number), by, in.Number, s.today()); err != nil {
		return nil, err
	}
	return s.postings(ctx, by, in.PageQuery, ledger.PostingFilter{Pool: insurance.PoolOf(in.Number), Policy: in.Number})
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
	after, err := door.Unseal(in.After)
	if err != nil {
		return nil, err
	}
	policies, err := insurance.ListPolicies(ctx, s.DB, by, s.today(), insurance.PolicyFilter{
		Pool: in.Pool, Line: in.Line, Insured: in.Insured, State: insurance.State(in.State),
		StartFrom: in.StartFrom, StartTo: in.StartTo, After: after, Limit: in.limit(),
	})
	answer, err := paged(in.PageQuery, policies, err, func(last insurance.Policy) string { return last.Number })
	return over(s, in.Pool, answer, err)
}

func (s *Server) listSplits(ctx context.Context, by access.Principal, in *struct {
	PolicyPath
	PageQuery
},
) (*page[coinsurance.RecordedSplit], error) {
	text, err := door.Unseal(in.After)
	if err != nil {
		return nil, err
	}
	var after int64
	if text != "" {
		if after, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, door.ErrNoCursor
		}
	}
	limit := max(in.limit(), splitsMin) // a page holds at least the splits of one event
	workings, err := insurance.ViewSplits(ctx, s.of(in.Number), by, in.Number, after, limit)
	answer, err := all(workings, err)
	if err == nil && len(workings) > limit-streamsMax { // a page ends with a whole event, so a full one may be shorter
		answer.Body.Next = door.Seal(strconv.FormatInt(workings[len(workings)-1].SubjectVersion, 10))
	}
	return answer, err
}

const (
	splitsMin  = 50
	streamsMax = 20 // that one event splits
)
