package httpapi

import (
	"context"
	"strconv"
	"strings"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
)

// KeyHeader is a change that may be sent again.
type KeyHeader struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"A person's own: the same again gets the first answer"`
}

// Keyed is a command: it may be sent again, and rehearsed.
type Keyed struct {
	KeyHeader

	Rehearse bool `query:"rehearse" doc:"Only say what it would do (200, a Rehearsal); nothing is done"`

	would *idempotency.Rehearsal // when it is rehearsed
}

// command is what every command says besides its own matter.
func (k *Keyed) command(by access.Principal) idempotency.Command {
	return idempotency.Command{By: by, IdempotencyKey: k.Key, Rehearsal: k.rehearsing()}
}

// rehearsing is where the command writes what it would do; nil when it is not rehearsed.
func (k *Keyed) rehearsing() *idempotency.Rehearsal {
	if k.Rehearse && k.would == nil {
		k.would = new(idempotency.Rehearsal)
	}
	return k.would
}

// Dated says when a change counts in business.
type Dated struct {
	Effective calendar.Date `json:"effective,omitempty" doc:"When it counts in business; today when left out"`
}

// day is the day that a body says; none when the body was left out.
func (d *Dated) day() calendar.Date {
	if d == nil {
		return calendar.Date{}
	}
	return d.Effective
}

// reasonBody says why something is undone.
type reasonBody struct {
	Dated

	Reason string `json:"reason" maxLength:"2000" doc:"Why"`
}

// dayOf is the effective day of a body that may be dated, given as its address.
func dayOf[B any](body *B) calendar.Date {
	if dated, is := any(body).(interface{ day() calendar.Date }); is {
		return dated.day()
	}
	if dated, is := any(*body).(*Dated); is { // a body that may be left out
		return dated.day()
	}
	return calendar.Date{}
}

// change declares a command: how it is made of a request, and the use case that carries it out.
func change[I, C, A any](
	s *Server, r route, do func(context.Context, C) (A, error), command func(by access.Principal, in *I) C,
) {
	bind(s, of[C](r, ""), func(ctx context.Context, by access.Principal, in *I) (*single[A], error) {
		return one(do(ctx, command(by, in)))
	})
}

// Versioned is a change that may be sent again, and only to the version of the document that the caller saw.
type Versioned struct {
	Keyed

	IfMatch string `header:"If-Match" maxLength:"32" doc:"ETag of what is changed, as the caller saw it"`
}

// command is what every change says besides its own matter.
func (v *Versioned) command(by access.Principal, effective calendar.Date) (idempotency.Command, error) {
	version, err := versionOf(v.IfMatch)
	cmd := v.Keyed.command(by)
	cmd.IfVersion, cmd.Effective = version, effective
	return cmd, err
}

// versionOf is the version an If-Match names; 0 for none or "*".
func versionOf(header string) (int64, error) {
	text := strings.Trim(strings.TrimPrefix(header, "W/"), `"`)
	if text == "" || text == "*" {
		return 0, nil
	}
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil || version < 1 {
		return 0, errMatchInvalid.Case(fault.Args{"header": strconv.Quote(header)})
	}
	return version, nil
}

func etag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

// policyAnswer is a policy after a change.
type policyAnswer struct {
	ETag string `header:"ETag"`
	Body *insurance.Policy
}

func policyOr(policy *insurance.Policy, err error) (*policyAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &policyAnswer{ETag: etag(policy.Version), Body: policy}, nil
}

// changePolicy declares a change to a policy: how the command is made of the policy's number and the body, and the use
// case that carries it out. A body that may be left out is a pointer.
func changePolicy[B, C any](
	s *Server, r route, do func(context.Context, C) (*insurance.Policy, error),
	command func(cmd idempotency.Command, policy string, body B) C,
) {
	bind(s, of[C](r, ""), func(ctx context.Context, by access.Principal, in *struct {
		Versioned
		PolicyPath

		Body B
	},
	) (*policyAnswer, error) {
		cmd, err := in.command(by, dayOf(&in.Body))
		if err != nil {
			return nil, err
		}
		return policyOr(do(ctx, command(cmd, in.Number, in.Body)))
	})
}

// followPolicy declares a command about a policy that changes no version of it which the caller could have seen.
func followPolicy[B, C any](
	s *Server, r route, do func(context.Context, C) (*insurance.Policy, error),
	command func(cmd idempotency.Command, policy string, body B) C,
) {
	bind(s, of[C](r, ""), func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		PolicyPath

		Body B
	},
	) (*policyAnswer, error) {
		return policyOr(do(ctx, command(in.command(by), in.Number, in.Body)))
	})
}

// ClaimPath names a claim.
type ClaimPath struct {
	Claim string `path:"claim" maxLength:"128" doc:"The claim's number"`
}

// ClaimEntryPath names an entry of one of a claim's lists.
type ClaimEntryPath struct {
	ClaimPath

	Entry int `path:"entry" minimum:"1" maximum:"1000000"`
}

// claimAnswer is a claim after a change.
type claimAnswer struct {
	ETag string `header:"ETag"`
	Body *claims.Claim
}

func claimOr(claim *claims.Claim, err error) (*claimAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &claimAnswer{ETag: etag(claim.Version), Body: claim}, nil
}

// changeClaim declares a change to a claim: how the command is made of the body, and the use case that carries it out.
func changeClaim[B, C any](
	s *Server, r route, do func(context.Context, C) (*claims.Claim, error), command func(cmd claims.Command, body *B) C,
) {
	bind(s, of[C](r, tagClaim), func(ctx context.Context, by access.Principal, in *struct {
		Versioned
		ClaimPath

		Body *B
	},
	) (*claimAnswer, error) {
		body := orEmpty(in.Body)
		cmd, err := in.command(by, dayOf(body))
		if err != nil {
			return nil, err
		}
		return claimOr(do(ctx, command(claims.Command{Command: cmd, Claim: in.Claim}, body)))
	})
}

// changeClaimEntry declares a change to a notice or a query of a claim. A body that may be left out is a pointer.
func changeClaimEntry[B, C any](
	s *Server, r route, do func(context.Context, C) (*claims.Claim, error),
	command func(cmd claims.Command, entry int, body B) C,
) {
	bind(s, of[C](r, tagClaim), func(ctx context.Context, by access.Principal, in *struct {
		Versioned
		ClaimEntryPath

		Body B
	},
	) (*claimAnswer, error) {
		cmd, err := in.command(by, calendar.Date{})
		if err != nil {
			return nil, err
		}
		return claimOr(do(ctx, command(claims.Command{Command: cmd, Claim: in.Claim}, in.Entry, in.Body)))
	})
}

// orEmpty is a body that may be left out.
func orEmpty[B any](body *B) *B {
	if body == nil {
		return new(B)
	}
	return body
}

// PolicyPath names a policy.
type PolicyPath struct {
	Number string `path:"number" maxLength:"128" doc:"The policy's number"`
}
