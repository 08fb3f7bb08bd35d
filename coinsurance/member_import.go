package coinsurance

import (
	"context"
	"errors"
	"io"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

// MemberColumns are the columns of a file of members.
var MemberColumns = []sheet.Column{
	sheet.Needs("code", "the insurer's code"), sheet.Needs("name", "its name"),
	sheet.May("capital", "capital and reserves in yuan, for the 10% check"),
}

const importMax = 100_000 // rows of one file

// ImportMembers makes many insurers known to the zone 导入成员. Those that are there already, the same, are passed over.
type ImportMembers struct {
	By     access.Principal
	Source io.Reader // CSV or XLSX with a header, see MemberColumns
	sheet.Ways
}

// ImportMembers imports all rows or none, unless SkipBad. It refuses: access.forbidden, coinsurance.import_unreadable,
// coinsurance.import_refused; faults of rows are in the report.
func (s *Service) ImportMembers(ctx context.Context, cmd ImportMembers) (sheet.Report, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Report{DryRun: cmd.DryRun, BadRows: []sheet.BadRow{}}
	var members []Member
	var rows []int
	err := readRows(cmd.Source, cmd.Ways, MemberColumns, &read, func(row *sheet.Row) {
		member := Member{Code: row.Text("code"), Name: row.Text("name"), Capital: row.Amount("capital")}
		row.Refuse(RegisterMember{Code: member.Code, Name: member.Name, Capital: member.Capital}.check())
		members, rows = append(members, member), append(rows, row.Number)
		if len(row.Bad) > 0 {
			members, rows = members[:len(members)-1], rows[:len(rows)-1]
		}
	})
	if err != nil {
		return sheet.Report{}, err
	}
	report, err := sheet.Run(ctx, s.db, cmd.Ways, read, func(ctx context.Context, tx bun.Tx, r *sheet.Report) error {
		for i, member := range members {
			if err := s.addMember(ctx, tx, cmd.By, member, rows[i], r); err != nil {
				return err
			}
		}
		cmd.Told(r.Rows, 0)
		return nil
	})
	return report, orBadRows(err, report)
}

// readRows reads a whole file; the faults of rows go into the report.
func readRows(
	source io.Reader, ways sheet.Ways, columns []sheet.Column, report *sheet.Report, take func(*sheet.Row),
) error {
	reader, err := sheet.Open(source, ways.Sheet, columns)
	if err != nil {
		return ErrImportUnreadable.With("%v", err)
	}
	defer func() { _ = reader.Close() }()
	for {
		row, bad, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return ErrImportUnreadable.With("%v", err)
		}
		if report.Rows++; report.Rows > importMax {
			return ErrImportUnreadable.With("a file has at most %d rows", importMax)
		}
		if len(bad) == 0 {
			take(row)
			bad = row.Bad
		}
		if len(bad) > 0 {
			report.Refuse(bad)
		}
	}
}

// addMember registers a member, unless it is there.
func (s *Service) addMember(
	ctx context.Context, tx bun.Tx, by access.Principal, member Member, row int, report *sheet.Report,
) error {
	made, err := s.register(ctx, tx, by, &member)
	if err != nil || made {
		report.Imported++
		return err
	}
	stored, err := MembersByCode(ctx, tx, []string{member.Code})
	if err != nil {
		return err
	}
	if there := stored[member.Code]; there.Name == member.Name && sameAmount(there.Capital, member.Capital) {
		report.Known++
		return nil
	}
	reason := ErrMemberExists.Code + ": another member has this code"
	report.Refuse([]sheet.BadRow{{Row: row, Column: "code", Reason: reason}})
	return nil
}

func sameAmount(a, b *money.Amount) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func orBadRows(err error, report sheet.Report) error {
	if errors.Is(err, sheet.ErrBadRows) {
		return ErrImportRefused.With("%d of %d rows are bad", report.Bad, report.Rows)
	}
	return err
}
