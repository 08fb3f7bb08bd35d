package coinsurance

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

// AgreementColumns are the columns of a file of agreements: a row for every member of every version. The terms stand in
// a version's first row.
var AgreementColumns = []sheet.Column{
	sheet.Needs("pool", "code of the pool"), sheet.Needs("version", "1, 2, …"),
	sheet.Needs("member", "the member's code"), sheet.Needs("premium", "its share of the premium, like 35%"),
	sheet.Needs("from", "first day, YYYY-MM-DD; in the version's first row"),
	sheet.May("claim", "its share of claims; that of the premium when left out"),
	sheet.May("cost", "its share of claim expense; that of the premium when left out"),
	sheet.May("capacity", "its capacity for one risk, in yuan"),
	sheet.May("leader", "the largest share when left out"), sheet.May("issuer", "the leader when left out"),
	sheet.May("servicer", "the leader when left out"), sheet.May("manager", "who runs settlement"),
	sheet.May("issuing_fee", "rate"), sheet.May("fee_vat", "rate"), sheet.May("management_fee", "rate"),
	sheet.May("late_interest", "rate for a year"), sheet.May("residue", "leader or largest_remainder"),
	sheet.May("collection", "leader or each"), sheet.May("claims", "leader or each"),
	sheet.May("netting", "none, bilateral or multilateral"), sheet.May("vat_invoice", "each or issuer"),
	sheet.May("authority", "in yuan; unlimited when left out"), sheet.May("notice_from", "in yuan"),
	sheet.May("second_lead", "the largest follower when left out"), sheet.May("evidence", "unchecked or required"),
	sheet.May("survey_from", "in yuan"), sheet.May("second_lead_from", "in yuan"), sheet.May("cash_call_from", "in yuan"),
}

// ImportAgreements proposes versions of agreements 导入协议. They are in force once a second person has accepted each;
// versions that are there already, the same, are passed over.
type ImportAgreements struct {
	By     access.Principal
	Source io.Reader // CSV or XLSX with a header, see AgreementColumns
	sheet.Ways
}

// importedVersion is one version with the rows it stands in.
type importedVersion struct {
	cmd ProposeAgreement
	row int // its first
	bad bool
}

// ImportAgreements imports all versions or none, unless SkipBad. It refuses: access.forbidden,
// coinsurance.import_unreadable, coinsurance.import_refused; faults of rows are in the report, those of a whole version
// with its first row.
func (s *Service) ImportAgreements(ctx context.Context, cmd ImportAgreements) (sheet.Report, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Report{DryRun: cmd.DryRun, BadRows: []sheet.BadRow{}}
	var versions []*importedVersion
	err := readRows(cmd.Source, cmd.Ways, AgreementColumns, &read, func(row *sheet.Row) {
		versions = addRow(versions, row, cmd.By)
	})
	if err != nil {
		return sheet.Report{}, err
	}
	report, err := sheet.RunPools(ctx, s.db, cmd.Ways, read, func(ctx context.Context, txs pg.Txs, r *sheet.Report) error {
		for _, version := range versions {
			if version.bad { // its rows say why
				continue
			}
			if err := s.addVersion(ctx, txs.Of(version.cmd.Pool), version, r); err != nil {
				return err
			}
		}
		cmd.Told(r.Rows, 0)
		return nil
	})
	return report, orBadRows(err, report)
}

// addRow reads a row into the version it belongs to.
func addRow(versions []*importedVersion, row *sheet.Row, by access.Principal) []*importedVersion {
	pool, number := row.Text("pool"), sheet.Cell(row, "version", 0, strconv.Atoi)
	var version *importedVersion
	for _, v := range versions {
		if v.cmd.Pool == pool && v.cmd.Version == number {
			version = v
		}
	}
	if version == nil {
		version = &importedVersion{row: row.Number, cmd: ProposeAgreement{
			By: by, Pool: pool, Version: number, From: row.Day("from", calendar.Date{}), Terms: termsOf(row),
		}}
		versions = append(versions, version)
	}
	premium := sheet.Cell(row, "premium", money.Share{}, money.ParseShare)
	version.cmd.Shares = append(version.cmd.Shares, Participation{
		Member: row.Text("member"), Premium: premium,
		Claim:    sheet.Cell(row, "claim", premium, money.ParseShare),
		Cost:     sheet.Cell(row, "cost", premium, money.ParseShare),
		Capacity: row.Amount("capacity"),
	})
	version.bad = version.bad || len(row.Bad) > 0
	return versions
}

func termsOf(row *sheet.Row) Terms {
	rate := func(column string) money.Rate { return sheet.Cell(row, column, money.Rate{}, money.ParseRate) }
	return Terms{
		Leader: row.Text("leader"), Issuer: row.Text("issuer"), Servicer: row.Text("servicer"),
		Manager: row.Text("manager"), IssuingFee: rate("issuing_fee"), FeeVAT: rate("fee_vat"),
		ManagementFee: rate("management_fee"), LateInterest: rate("late_interest"),
		Residue: Residue(row.Text("residue")), Collection: row.Text("collection"), Claims: row.Text("claims"),
		Netting: row.Text("netting"), VATInvoice: row.Text("vat_invoice"), Authority: row.Amount("authority"),
		SecondLead: row.Text("second_lead"), Evidence: row.Text("evidence"),
		NoticeFrom: row.Amount("notice_from"), SurveyFrom: row.Amount("survey_from"),
		SecondLeadFrom: row.Amount("second_lead_from"), CashCallFrom: row.Amount("cash_call_from"),
	}
}

// addVersion proposes a version, unless it is there.
func (s *Service) addVersion(ctx context.Context, tx bun.Tx, version *importedVersion, report *sheet.Report) error {
	proposal, err := s.proposalIn(ctx, tx, version.cmd)
	if err == nil {
		var stored *Agreement
		stored, err = AgreementVersion(ctx, tx, proposal.Pool, proposal.Version)
		switch {
		case err == nil && sameVersion(stored, proposal):
			report.Known += len(proposal.Participations)
			return nil
		case err == nil:
			err = ErrAgreementOverlaps.At("version", "version %d is there already, and another", proposal.Version)
		case errors.Is(err, ErrAgreementNotFound):
			err = s.propose(ctx, tx, proposal, version.cmd.By)
		}
	}
	if err == nil {
		report.Imported += len(proposal.Participations)
		return nil
	}
	if _, refusal := errors.AsType[*fault.Fault](err); !refusal {
		return err
	}
	row := sheet.Blank(version.row)
	row.Refuse(err)
	report.Refuse(row.Bad)
	return nil
}

func (s *Service) proposalIn(ctx context.Context, tx bun.Tx, cmd ProposeAgreement) (*Agreement, error) {
	if _, err := FindPool(ctx, tx, cmd.Pool); err != nil {
		return nil, err
	}
	return cmd.proposal()
}

func sameVersion(a, b *Agreement) bool {
	text := func(agreement *Agreement) string {
		written, err := json.Marshal([]any{agreement.Starts, agreement.Terms, agreement.Participations})
		if err != nil {
			return err.Error()
		}
		return string(written)
	}
	return text(a) == text(b)
}
