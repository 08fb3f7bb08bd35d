package httpapi

import (
	"context"
	"io"
	"mime"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/sheet"
)

// PaperQuery asks for a paper in a format.
type PaperQuery struct {
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf"`
}

// balanceBody asks for a confirmation of balances.
type balanceBody struct {
	Debtor   string        `json:"debtor" maxLength:"64" doc:"Party A, whose book is read"`
	Creditor string        `json:"creditor" maxLength:"64" doc:"Party B, who confirms"`
	Day      calendar.Date `json:"day" doc:"What counts by this day"`
	Known    time.Time     `json:"known,omitempty" doc:"Recorded by this instant; as the book is now when left out"`
}

// bindPapers binds what members are handed of settlement. A paper is written once, after the act that it is of: whoever
// reads it, and whenever, gets the same bytes, and reading writes nothing.
func (s *Server) bindPapers() {
	const member = "/v1/pools/{pool}/statements/{period}/members/{member}"
	bind(s, get("download-statement", tagStatement, member+"/file", door.Business,
		"A member's statement, as it was written after the issue: PDF, XLSX or CSV").answersFile(mediaAny), func(
		ctx context.Context, by access.Principal, in *struct {
			StatementMemberPath
			PaperQuery
		},
	) (*streamed, error) {
		return s.handPaper(s.Papers.OpenStatement(ctx, by, in.Pool, in.Period, in.Member, sheet.Format(in.Format)))
	})
	bind(s, get("download-settlement-letter", tagStatement, member+"/letter", door.Business,
		"A member's settlement letter: what a run takes, and which payments follow").answersFile(mediaAny), func(
		ctx context.Context, by access.Principal, in *struct {
			StatementMemberPath
			PaperQuery
		},
	) (*streamed, error) {
		return s.handPaper(s.Papers.OpenLetter(ctx, by, in.Pool, in.Period, in.Member, sheet.Format(in.Format)))
	})
	const balances = "/v1/pools/{pool}/balance-confirmations"
	bind(s, post(tagStatement, balances, door.StatementClerks,
		"Ask for a confirmation of what two members owe each other as of a day; while the book has not changed, that "+
			"of before is the answer").named("request-balance-confirmation").creates().asksForPapers(), s.requestConfirmation)
	bind(s, get("download-balance-confirmation", tagStatement, balances+"/{member}/{creditor}", door.Business,
		"What two members owe each other as of a day, as it was asked for").answersFile(mediaAny), func(
		ctx context.Context, by access.Principal, in *struct {
			PoolPath
			PaperQuery

			Member   string        `path:"member" maxLength:"64" doc:"Party A, whose book is read"`
			Creditor string        `path:"creditor" maxLength:"64" doc:"Party B, who confirms"`
			Day      calendar.Date `query:"day" doc:"What counts by this day; today when left out"`
			Known    time.Time     `query:"known" doc:"Recorded by this instant; the latest asked for when left out"`
		},
	) (*streamed, error) {
		if in.Day.IsZero() {
			in.Day = s.today()
		}
		return s.handPaper(s.Papers.OpenConfirmation(ctx, by, paper.Balances{
			Pool: in.Pool, Debtor: in.Member, Creditor: in.Creditor, Day: in.Day, Known: in.Known,
		}, sheet.Format(in.Format)))
	})
}

func (s *Server) requestConfirmation(ctx context.Context, by access.Principal, in *struct {
	Keyed
	PoolPath

	Body balanceBody
},
) (*single[*settlement.BalanceConfirmation], error) {
	return one(s.Settlement.RequestConfirmation(ctx, settlement.RequestConfirmation{
		Command: in.command(by), Pool: in.Pool, Debtor: in.Body.Debtor, Creditor: in.Body.Creditor, Day: in.Body.Day,
		Known: in.Body.Known,
	}))
}

func (s *Server) handPaper(issued *paper.IssuedFile, body io.ReadCloser, err error) (*streamed, error) {
	if err != nil {
		return nil, err
	}
	media := map[sheet.Format]string{paper.PDF: mediaPDF, sheet.XLSX: mediaXLSX, sheet.CSV: mediaCSV}
	return &streamed{
		ContentType: media[issued.Format], Length: issued.Size,
		Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": issued.Name}),
		Body:        func(out huma.Context) { s.handOut(out, body) },
	}, nil
}
