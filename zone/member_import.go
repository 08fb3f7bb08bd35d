package zone

import (
	"context"
	"io"

	"gongbao/internal/access"
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

// ImportMembers imports all rows or none, unless SkipBad. It refuses: access.forbidden, coinsurance.import_unreadable,
// coinsurance.import_refused; faults of rows are in the report.
func (s *Service) ImportMembers(ctx context.Context, cmd ImportMembers) (sheet.Report, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Begun(cmd.Ways)
	var members []Member
	var rows []int // of the file, that go with the members
	err := sheet.Each(cmd.Source, cmd.Ways, MemberColumns, RowsMax, &read, func(row *sheet.Row) {
		member := Member{Code: row.Text("code"), Name: row.Text("name"), Capital: row.Amount("capital")}
		row.Refuse(member.registration().check())
		if len(row.Bad) == 0 {
			members, rows = append(members, member), append(rows, row.Number)
		}
	})
	if err != nil {
		return sheet.Begun(cmd.Ways), sheet.Refused(err, ErrImportUnreadable)
	}
	report, err := sheet.Run(ctx, s.db, cmd.Ways, read, func(ctx context.Context, tx *pg.Tx, r *sheet.Report) error {
		for i, member := range members {
			if err := s.addMember(ctx, tx, cmd.By, member, rows[i], r); err != nil {
				return err
			}
		}
		cmd.Told(r.Rows, 0)
		return nil
	})
	return report, sheet.RefusedRows(err, report, ErrImportRefused)
}

// registration is what an insurer was registered with.
func (m *Member) registration() RegisterMember {
	return RegisterMember{Code: m.Code, Name: m.Name, Capital: m.Capital}
}

// addMember registers a member, unless it is there.
func (s *Service) addMember(
	ctx context.Context, tx *pg.Tx, by access.Principal, member Member, row int, report *sheet.Report,
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
	there := stored[member.Code]
	columns := sheet.Differences(there.registration(), member.registration())
	if len(columns) == 0 {
		report.Known++
		return nil
	}
	cells := sheet.Blank(row)
	cells.Refuse(sheet.Otherwise(ErrMemberExists, columns))
	report.Refuse(cells.Bad)
	return nil
}
