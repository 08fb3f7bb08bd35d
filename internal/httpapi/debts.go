package httpapi

import (
	"context"
	"fmt"
	"io"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/sheet"
	"gongbao/ledger"
)

// DebtsQuery asks who owes whom in a pool.
type DebtsQuery struct {
	PoolPath

	Day calendar.Date `query:"day" doc:"What counts by this day; today when left out"`
}

func (s *Server) bindDebts() {
	const debts = "/v1/pools/{pool}/debts"
	bind(s, get("list-debts", tagBook, debts, door.Business,
		"Who owes whom in a pool as of a day: every pair of members from either side; a member its own"), func(
		ctx context.Context, by access.Principal, in *DebtsQuery,
	) (*single[*ledger.DebtMatrix], error) {
		return one(s.debts(ctx, by, in))
	})
	bind(s, get("download-debts", tagBook, debts+"/file", door.Business,
		"Who owes whom in a pool as of a day as a table, CSV or XLSX: a row and a column for each member").
		answersFile(mediaAny), s.downloadDebts)
}

func (s *Server) debts(ctx context.Context, by access.Principal, in *DebtsQuery) (*ledger.DebtMatrix, error) {
	if _, err := coinsurance.FindPool(ctx, s.DB, in.Pool); err != nil {
		return nil, err
	}
	if in.Day.IsZero() {
		in.Day = s.today()
	}
	return ledger.DebtsOf(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Day)
}

func (s *Server) downloadDebts(ctx context.Context, by access.Principal, in *struct {
	DebtsQuery
	TableQuery
},
) (*streamed, error) {
	matrix, err := s.debts(ctx, by, &in.DebtsQuery)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("debts-%s-%s", matrix.Pool, matrix.Day)
	return s.table(ctx, name, in.TableQuery, func(format sheet.Format, to io.Writer) error {
		return matrix.Write(to, format)
	})
}
