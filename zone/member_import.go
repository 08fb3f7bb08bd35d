package zone

import (
	"context"
	"errors"
	"io"

	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

// MemberColumns are the columns of a file of members.
var MemberColumns = []sheet.Column{
	sheet.Needs("code", "the insurer's code"), sheet.Needs("name", "its name"),
	sheet.May("capital", "capital and reserves in yuan, for the 10% check"),
}

// ImportMembers makes many insurers known to the zone 导入成员. Those that are there already, the same, are passed over.
type ImportMembers struct {
	By     access.Principal
	Source io.Reader // CSV or XLSX with a header, see MemberColumns
	sheet.Ways
}

// importedMember is a member with the row of the file in which it stands.
type importedMember struct {
	RegisterMember

	row int
}

// ImportMembers imports all rows or none, unless SkipBad. It refuses: access.forbidden, coinsurance.import_unreadable,
// coinsurance.import_refused; faults of rows are in the report.
func (s *Service) ImportMembers(ctx context.Context, cmd ImportMembers) (sheet.Report, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Begun(cmd.Ways)
	var members []importedMember
	err := sheet.Each(cmd.Source, cmd.Ways, MemberColumns, RowsMax, &read, func(row *sheet.Row) {
		member := RegisterMember{
			Command: idempotency.By(cmd.By),
			Code:    row.Text("code"), Name: row.Text("name"), Capital: row.Amount("capital"),
		}
		row.Refuse(member.check())
		if len(row.Bad) == 0 {
			members = append(members, importedMember{member, row.Number})
		}
	})
	if err != nil {
		return sheet.Begun(cmd.Ways), sheet.Refused(err, ErrImportUnreadable)
	}
	report, err := sheet.Run(ctx, s.db, cmd.Ways, read, func(ctx context.Context, tx *pg.Tx, r *sheet.Report) error {
		for _, member := range members {
			if err := s.addMember(ctx, tx, member, r); err != nil {
				return err
			}
		}
		cmd.Told(r.Rows, 0)
		return nil
	})
	return report, sheet.RefusedRows(err, report, ErrImportRefused)
}

// addMember registers a member, unless it is there.
func (s *Service) addMember(ctx context.Context, tx *pg.Tx, member importedMember, report *sheet.Report) error {
	decided, err := registerMember(struct{}{}, member.RegisterMember, s.clock.Now())
	if err == nil {
		err = decided.book(ctx, tx)
	}
	if err == nil {
		report.Imported++
	}
	if !errors.Is(err, ErrMemberExists) {
		return err
	}
	stored, err := MembersByCode(ctx, tx, []string{member.Code})
	if err != nil {
		return err
	}
	there := stored[member.Code]
	known := RegisterMember{Command: member.Command, Code: there.Code, Name: there.Name, Capital: there.Capital}
	columns := sheet.Differences(known, member.RegisterMember)
	if len(columns) == 0 {
		report.Known++
		return nil
	}
	cells := sheet.Blank(member.row)
	cells.Refuse(sheet.Otherwise(ErrMemberExists, columns))
	report.Refuse(cells.Bad)
	return nil
}
