package httpapi

import (
	"context"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/idempotency"
)

// StatementPath names the statement that stands for a period.
type StatementPath struct {
	PoolPath

	Period string `path:"period" maxLength:"16" doc:"A month or a quarter, as 2026-06 or 2026-Q1"`
}

// StatementMemberPath names a member's part of a statement.
type StatementMemberPath struct {
	StatementPath

	Member string `path:"member" maxLength:"64" doc:"Whose part"`
}

// Drawing says for what a statement is drawn.
type Drawing struct {
	Period string `json:"period" maxLength:"16" doc:"A month or a quarter, as 2026-06 or 2026-Q1"`
}

type drawingBody struct {
	Dated
	Drawing

	Ahead bool `json:"ahead,omitempty" doc:"Although the period has not begun"`
}

func (s *Server) bindStatements() {
	bind(s, post(tagStatement, "/v1/pools/{pool}/statements/preview", door.PoolClerks,
		"Say what would be on a statement that was drawn now; it is not final, and nothing is stored").
		named("preview-statement"), s.previewStatement)
	bind(s, of[settlement.DrawStatement](post(tagStatement, "/v1/pools/{pool}/statements", door.PoolClerks,
		"Draw the statements of all members for a period, and freeze them").creates(), ""), s.drawStatement)
	changeStatement(s, post(tagStatement, "/v1/pools/{pool}/statements/{period}/issue", door.PoolClerks,
		"Show a statement to the members, who may then query and confirm it").asksForPapers(), s.Settlement.IssueStatement,
		func(cmd idempotency.Command, at StatementPath, _ *Dated) settlement.IssueStatement {
			return settlement.IssueStatement{Command: cmd, Pool: at.Pool, Period: at.Period}
		})
	changeStatement(s, post(tagStatement, "/v1/pools/{pool}/statements/{period}/cancellation", door.PoolClerks,
		"Take back the statement that was drawn last, not settled yet; never by who drew it"), s.Settlement.CancelStatement,
		func(cmd idempotency.Command, at StatementPath, body reasonBody) settlement.CancelStatement {
			return settlement.CancelStatement{Command: cmd, Pool: at.Pool, Period: at.Period, Reason: body.Reason}
		})
	bind(s, of[settlement.ConfirmStatement](post(tagStatement,
		"/v1/pools/{pool}/statements/{period}/members/{member}/confirmation", door.MemberClerks,
		"Agree with the member's own statement; it lifts no query"), ""), s.confirmStatement)
}

// tagged is what was changed, with the version that the next change may name.
type tagged[A any] struct {
	ETag string `header:"ETag"`
	Body A
}

// tag gives an answer the ETag of what it has become, where that has a version of its own.
func tag[A any](answer A, err error) (*tagged[A], error) {
	if err != nil {
		return nil, err
	}
	out := &tagged[A]{Body: answer}
	switch is := any(answer).(type) {
	case *settlement.Statement:
		out.ETag = etag(is.Version)
	case *settlement.StatementView:
		out.ETag = etag(is.Version)
	case *settlement.Settlement:
		out.ETag = etag(is.Version)
	case *settlement.CompletedRun:
		out.ETag = etag(is.Version)
	case *settlement.SettlementView:
		out.ETag = etag(is.Version)
	case *settlement.Calculation:
		out.ETag = etag(is.Version)
	case *settlement.PaymentOrder:
		out.ETag = etag(is.Version)
	case *settlement.OrderView:
		out.ETag = etag(is.Version)
	}
	return out, nil
}

// changeStatement declares a change to the statement of a period: how the command is made of the body, and the use case
// that carries it out. A body that may be left out is a pointer.
func changeStatement[B, C, A any](
	s *Server, r route, do func(context.Context, C) (A, error),
	command func(cmd idempotency.Command, at StatementPath, body B) C,
) {
	bind(s, of[C](r, ""), func(ctx context.Context, by access.Principal, in *struct {
		Versioned
		StatementPath

		Body B
	},
	) (*tagged[A], error) {
		cmd, err := in.command(by, dayOf(&in.Body))
		if err != nil {
			return nil, err
		}
		return tag(do(ctx, command(cmd, in.StatementPath, in.Body)))
	})
}

func (s *Server) previewStatement(ctx context.Context, by access.Principal, in *struct {
	PoolPath

	Body Drawing
},
) (*single[*settlement.StatementPreview], error) {
	return one(s.Settlement.PreviewStatement(ctx, settlement.PreviewStatement{
		By: by, Pool: in.Pool, Period: in.Body.Period,
	}))
}

func (s *Server) drawStatement(ctx context.Context, by access.Principal, in *struct {
	Keyed
	PoolPath

	Body drawingBody
},
) (*tagged[*settlement.Statement], error) {
	cmd := in.command(by)
	cmd.Effective = in.Body.Effective
	return tag(s.Settlement.DrawStatement(ctx, settlement.DrawStatement{
		Command: cmd, Pool: in.Pool, Period: in.Body.Period, Ahead: in.Body.Ahead,
	}))
}

func (s *Server) confirmStatement(ctx context.Context, by access.Principal, in *struct {
	Versioned
	StatementMemberPath

	Body *Dated
},
) (*single[*settlement.Answer], error) {
	cmd, err := in.command(by, in.Body.day())
	if err != nil {
		return nil, err
	}
	return one(s.Settlement.ConfirmStatement(ctx, settlement.ConfirmStatement{
		Command: cmd, Pool: in.Pool, Period: in.Period, Member: in.Member,
	}))
}
