package httpapi

import (
	"context"
	"fmt"
	"io"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/sheet"
)

type (
	// ComparisonQuery asks how a statement differs from an earlier one.
	ComparisonQuery struct {
		StatementPath

		Against string `query:"against" enum:"issue,confirmed" doc:"The issue before, or else what the member confirmed last"`
		Member  string `query:"member" maxLength:"64" doc:"Whose items; to a member always its own"`
	}
	// comparisonPage is a page of a comparison.
	comparisonPage struct {
		*settlement.Comparison

		Next string `json:"next,omitempty" doc:"Ask with after= this for the next page; none on the last"`
	}
)

// bindStatementViews binds what is seen of statements: by a member its own part of what was issued to it.
func (s *Server) bindStatementViews() {
	const statement = "/v1/pools/{pool}/statements/{period}"
	bind(s, get("list-statements", tagStatement, "/v1/pools/{pool}/statements", door.Business,
		"The statements of a pool in order of drawing, cancelled ones too"), func(
		ctx context.Context, by access.Principal, in *PoolPath,
	) (*page[settlement.StatementView], error) {
		return all(settlement.ViewStatements(ctx, s.DB.Of(in.Pool), by, in.Pool))
	})
	bind(s, get("get-statement", tagStatement, statement, door.Business,
		"The statement of a period, with its calendar and what its members total and answered"), func(
		ctx context.Context, by access.Principal, in *struct {
			StatementPath

			Issue int `query:"issue" minimum:"1" maximum:"1000000" doc:"Another issue than the one that stands"`
		},
	) (*tagged[*settlement.StatementView], error) {
		return tag(settlement.ViewStatement(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Period, in.Issue))
	})
	bind(s, get("get-statement-calendar", tagStatement, statement+"/calendar", door.Business,
		"By when a period is drawn, confirmed and paid; also before its statement is drawn"), func(
		ctx context.Context, by access.Principal, in *StatementPath,
	) (*single[*settlement.Calendar], error) {
		return one(settlement.ViewCalendar(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Period))
	})
	bind(s, get("list-statement-items", tagStatement, statement+"/items", door.Business,
		"Items of a statement, page by page: who owes whom for which policy or claim, and where it stands"), s.listItems)
	bind(s, get("get-statement-working", tagStatement, statement+"/working/{subject}", door.Business,
		"What the items of a policy or claim come of: totals and portions as of the cut, and postings"), func(
		ctx context.Context, by access.Principal, in *struct {
			StatementPath

			Subject string           `path:"subject" maxLength:"128" doc:"Number of the policy or claim"`
			Group   settlement.Group `query:"group" enum:"premium,fee,commission,claims,interest" doc:"All when left out"`
		},
	) (*single[*settlement.ItemWorking], error) {
		return one(settlement.ViewWorking(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Period, in.Subject, in.Group))
	})
	bind(s, get("compare-statement", tagStatement, statement+"/comparison", door.Business,
		"What is new, gone and changed against an earlier statement, with the events behind it"), s.compareStatement)
	bind(s, get("download-statement-comparison", tagStatement, statement+"/comparison/file", door.Business,
		"The same as a table, CSV or XLSX").answersFile(mediaAny), s.downloadComparison)
	bind(s, get("list-statement-queries", tagStatement, statement+"/queries", door.Business,
		"What is disputed on a statement, and how it was answered"), func(
		ctx context.Context, by access.Principal, in *StatementPath,
	) (*page[settlement.QueryLine], error) {
		return all(settlement.ViewQueries(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Period))
	})
}

func (s *Server) listItems(ctx context.Context, by access.Principal, in *struct {
	StatementPath
	PageQuery

	Member       string           `query:"member" maxLength:"64" doc:"A party of the items"`
	Counterparty string           `query:"counterparty" maxLength:"64" doc:"The other party"`
	Policy       string           `query:"policy" maxLength:"128"`
	Claim        string           `query:"claim" maxLength:"128"`
	Group        settlement.Group `query:"group" enum:"premium,fee,commission,claims,interest"`
	Held         bool             `query:"held" doc:"Only those that a query holds"`
},
) (*page[settlement.ItemState], error) {
	filter := settlement.ItemFilter{
		Member: in.Member, Counterparty: in.Counterparty, Policy: in.Policy, Claim: in.Claim, Group: in.Group,
		Held: in.Held, Limit: in.limit(),
	}
	if err := unseal(in.After, &filter.After); err != nil {
		return nil, err
	}
	found, err := settlement.ViewItems(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Period, filter)
	return paged(in.PageQuery, found, err, func(last settlement.ItemState) string { return placeOf(last.At()) })
}

func (q *ComparisonQuery) question() settlement.CompareStatement {
	return settlement.CompareStatement{
		Pool: q.Pool, Period: q.Period, Member: q.Member, Against: settlement.ComparisonKind(q.Against),
	}
}

func (s *Server) compareStatement(ctx context.Context, by access.Principal, in *struct {
	ComparisonQuery
	PageQuery
},
) (*single[comparisonPage], error) {
	asked := in.question()
	asked.Limit = in.limit()
	if err := unseal(in.After, &asked.After); err != nil {
		return nil, err
	}
	found, err := settlement.ViewComparison(ctx, s.DB.Of(in.Pool), by, asked)
	if err != nil {
		return nil, err
	}
	page := comparisonPage{Comparison: found}
	if n := len(found.Items); n == asked.Limit {
		page.Next = door.Seal(placeOf(found.Items[n-1].At()))
	}
	return one(page, nil)
}

func (s *Server) downloadComparison(ctx context.Context, by access.Principal, in *struct {
	ComparisonQuery
	TableQuery
},
) (*streamed, error) {
	name := fmt.Sprintf("comparison-%s-%s", in.Pool, in.Period)
	return s.table(ctx, name, in.TableQuery, func(format sheet.Format, to io.Writer) error {
		return settlement.WriteComparison(ctx, s.DB.Of(in.Pool), by, in.question(), format, to)
	})
}
