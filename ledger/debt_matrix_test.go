package ledger_test

import (
	"bytes"
	"errors"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/sheet"
	"gongbao/ledger"
)

// Who owes whom is the same from either side with the sign turned, by a day, and a member sees its own row and column.
func TestTheMatrixOfDebtsIsSeenFromEitherSide(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "2026-02-10")
	s.post("2026-01-15", portion("B", "40.00", "IC-P1")...)
	s.post("2026-01-15", portion("C", "7.00", "IC-P1")...)
	s.post("2026-02-01", portion("C", "0.50", "IC-P1")...)
	of := func(kind access.Kind, member string) access.Principal {
		return access.Person("x", kind, member, access.Reader)
	}
	for name, test := range map[string]struct {
		by   access.Principal
		day  string
		want string
	}{
		"the manager": {
			of(access.Manager, ""), "2026-02-10",
			"pool,day,debtor,A,B,C,total\nIC,2026-02-10,A,,40.00,7.50,47.50\nIC,2026-02-10,B,-40.00,,,-40.00\n" +
				"IC,2026-02-10,C,-7.50,,,-7.50\n",
		},
		"the regulator, by an earlier day": {
			of(access.Regulator, ""), "2026-01-31",
			"pool,day,debtor,A,B,C,total\nIC,2026-01-31,A,,40.00,7.00,47.00\nIC,2026-01-31,B,-40.00,,,-40.00\n" +
				"IC,2026-01-31,C,-7.00,,,-7.00\n",
		},
		"a member": {
			of(access.Member, "C"), "2026-02-10",
			"pool,day,debtor,A,C,total\nIC,2026-02-10,A,,7.50,\nIC,2026-02-10,C,-7.50,,-7.50\n",
		},
		"a member without a debt": {of(access.Member, "D"), "2026-02-10", "pool,day,debtor,total\n"},
		"before everything":       {of(access.Manager, ""), "2025-12-31", "pool,day,debtor,total\n"},
	} {
		matrix, err := ledger.DebtsOf(t.Context(), s.db, test.by, "IC", calendar.MustDate(test.day))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, cell := range matrix.Cells {
			sum := cell.DueTo.Sub(cell.DueFrom).Sub(cell.AdvancePaid).Add(cell.AdvanceReceived)
			if sum != cell.Owed {
				t.Errorf("%s: %+v does not add up", name, cell)
			}
		}
		var table, book bytes.Buffer
		if err := matrix.Write(&table, sheet.CSV); err != nil || table.String() != "\ufeff"+test.want {
			t.Errorf("%s: %v\n%s", name, err, table.String())
		}
		if err := matrix.Write(&book, sheet.XLSX); err != nil || book.Len() == 0 {
			t.Errorf("%s as a workbook: %v", name, err)
		}
	}
	day := calendar.MustDate("2026-02-10")
	_, err := ledger.DebtsOf(t.Context(), s.db, of(access.Operator, ""), "IC", day)
	if !errors.Is(err, access.ErrForbidden) {
		t.Errorf("the operator: %v", err)
	}
}
