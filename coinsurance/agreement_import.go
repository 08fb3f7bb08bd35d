package coinsurance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

// AgreementColumns are the columns of a file of agreements: a row for every member of every version. The terms stand in
// a version's first row, where an empty cell says that the term was not agreed; in the others they are empty or alike.
var AgreementColumns = []sheet.Column{
	sheet.Needs("pool", "code of the pool"), sheet.Needs("version", "1, 2, …"),
	sheet.Needs("member", "the member's code"), sheet.Needs("premium", "its share of the premium, like 35%"),
	sheet.Heads("from", "first day, YYYY-MM-DD; in the version's first row"),
	sheet.May("claim", "its share of claims; that of the premium where no member of the version has one"),
	sheet.May("cost", "its share of claim expense; that of the premium where no member of the version has one"),
	sheet.May("capacity", "its capacity for one risk, in yuan"),
	sheet.May("leader", "the largest share when left out"), sheet.May("issuer", "the leader when left out"),
	sheet.May("servicer", "the leader when left out"), sheet.May("manager", "who runs settlement"),
	sheet.May("issuing_fee", "rate"), sheet.May("fee_vat", "rate"), sheet.May("management_fee", "rate"),
	sheet.May("late_interest", "rate for a year"), sheet.May("residue", "leader or largest_remainder"),
	sheet.May("collection", "leader or each"), sheet.May("claims", "leader or each"),
	sheet.May("netting", "none, bilateral or multilateral"), sheet.May("vat_invoice", "each or issuer"),
	sheet.May("currency", "CNY, and so when left out"),
	sheet.May("silence", "on a statement: none or confirms"),
	sheet.May("ring_fence", "none, line, year or line_year: what is netted by itself"),
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
	cmd  ProposeAgreement
	rows []int // of the file, one for every member
	bad  bool

	gives map[string]bool // whether it has shares of claims and of cost of its own
}

// ImportAgreements imports all versions or none, unless SkipBad. It refuses: access.forbidden,
// coinsurance.import_unreadable, coinsurance.import_refused; faults of rows are in the report, those of a whole version
// with its first row.
func (s *Service) ImportAgreements(ctx context.Context, cmd ImportAgreements) (sheet.Report, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Begun(cmd.Ways)
	var versions []*importedVersion
	err := sheet.Each(cmd.Source, cmd.Ways, AgreementColumns, zone.RowsMax, &read, func(row *sheet.Row) {
		versions = addRow(versions, row, cmd.By)
	})
	if err != nil {
		return sheet.Begun(cmd.Ways), sheet.Refused(err, zone.ErrImportUnreadable)
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
	return report, sheet.RefusedRows(err, report, zone.ErrImportRefused)
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
	from, terms := row.Day("from", calendar.Date{}), termsOf(row)
	if version == nil {
		version = &importedVersion{gives: map[string]bool{}, cmd: ProposeAgreement{
			Command: idempotency.By(by), Pool: pool, Version: number, From: from, Terms: terms,
		}}
		versions = append(versions, version)
	} else {
		version.repeat(row, from, terms)
	}
	premium := sheet.Cell(row, "premium", money.Share{}, money.ParseShare)
	version.cmd.Shares = append(version.cmd.Shares, Participation{
		Member: row.Text("member"), Premium: premium, Claim: version.share(row, "claim", premium),
		Cost: version.share(row, "cost", premium), Capacity: row.Amount("capacity"),
	})
	version.rows = append(version.rows, row.Number)
	version.bad = version.bad || len(row.Bad) > 0
	return versions
}

// share reads a member's share of claims or of cost. In a version either every member has one or none, and then it is
// that of the premium: where one is empty nobody knows which is meant.
func (v *importedVersion) share(row *sheet.Row, column string, premium money.Share) money.Share {
	given := row.Given(column)
	if len(v.rows) == 0 {
		v.gives[column] = given
	}
	switch {
	case given == v.gives[column]:
	case given:
		row.Fault(column, "the members before it in this version have no share here; give it to all or to none")
	default:
		row.Fault(column, "the cell is empty, and the members before it in this version have a share here")
	}
	return sheet.Cell(row, column, premium, money.ParseShare)
}

// repeat holds that a further row of a version says nothing else of its terms than the first.
func (v *importedVersion) repeat(row *sheet.Row, from calendar.Date, terms Terms) {
	first := struct {
		From calendar.Date `json:"from"`
		Terms
	}{v.cmd.From, v.cmd.Terms}
	again := first
	again.From, again.Terms = from, terms
	for _, column := range sheet.Differences(first, again) {
		if row.Given(column) {
			row.Fault(column, "the version's first row, %d, says otherwise", v.rows[0])
		}
	}
}

func termsOf(row *sheet.Row) Terms {
	rate := func(column string) money.Rate { return sheet.Cell(row, column, money.Rate{}, money.ParseRate) }
	return Terms{
		Leader: row.Text("leader"), Issuer: row.Text("issuer"), Servicer: row.Text("servicer"),
		Manager: row.Text("manager"), IssuingFee: rate("issuing_fee"), FeeVAT: rate("fee_vat"),
		ManagementFee: rate("management_fee"), LateInterest: rate("late_interest"),
		Residue: Residue(row.Text("residue")), Collection: CashHandling(row.Text("collection")),
		Claims: CashHandling(row.Text("claims")), Netting: Netting(row.Text("netting")),
		VATInvoice: VATInvoice(row.Text("vat_invoice")), Evidence: Evidence(row.Text("evidence")),
		Authority: row.Amount("authority"), NoticeFrom: row.Amount("notice_from"), SurveyFrom: row.Amount("survey_from"),
		SecondLeadFrom: row.Amount("second_lead_from"), CashCallFrom: row.Amount("cash_call_from"),
		SecondLead: row.Text("second_lead"), Currency: row.Text("currency"),
		Silence: Silence(row.Text("silence")), RingFence: RingFence(row.Text("ring_fence")),
	}
}

// addVersion proposes a version as the command does, unless it is there already.
func (s *Service) addVersion(ctx context.Context, tx *pg.Tx, version *importedVersion, report *sheet.Report) error {
	known, stands, err := loadImported(ctx, tx, version.cmd)
	if err != nil {
		return err
	}
	decided, err := importAgreement(known, stands, version.cmd, s.clock.Now())
	if _, refusal := errors.AsType[*fault.Fault](err); refusal {
		report.Refuse(version.faults(err))
		return nil
	}
	if err != nil {
		return err
	}
	if decided == nil {
		report.Known += len(version.rows)
		return nil
	}
	if err := decided.book(ctx, tx); err != nil {
		return err
	}
	report.Imported += len(version.rows)
	return nil
}

// loadImported also reads the version that is there already; nil when there is none.
func loadImported(
	ctx context.Context, tx *pg.Tx, cmd ProposeAgreement,
) (known proposalFacts, stands *Agreement, err error) {
	if known, err = loadProposal(ctx, tx, cmd); err != nil {
		return known, nil, err
	}
	stands, err = AgreementVersion(ctx, tx, cmd.Pool, cmd.Version)
	if errors.Is(err, ErrAgreementNotFound) {
		err = nil
	}
	return known, stands, err
}

// importAgreement decides on a version of a file: nothing when it is there already and says the same, else as the
// command.
func importAgreement(
	known proposalFacts, stands *Agreement, cmd ProposeAgreement, now time.Time,
) (*decision[Agreement], error) {
	if stands == nil {
		decided, err := proposeAgreement(known, cmd, now)
		return &decided, err
	}
	proposal, err := known.proposal(cmd)
	if err == nil {
		err = otherwise(stands, proposal)
	}
	return nil, err
}

// faults puts what is refused of a version to the rows it stands in: what is said of a member to the member's row.
func (v *importedVersion) faults(err error) []sheet.BadRow {
	refusal, is := errors.AsType[*fault.Fault](err)
	row := sheet.Blank(v.rows[0])
	if !is || len(refusal.Fields) == 0 {
		row.Refuse(err)
		return row.Bad
	}
	var bad []sheet.BadRow
	for _, field := range refusal.Fields {
		number := v.rows[0]
		for i := range v.rows {
			if inside, found := strings.CutPrefix(field.Path, fmt.Sprintf("shares[%d].", i)); found {
				number, field.Path = v.rows[i], inside
			}
		}
		one := *refusal
		one.Fields = []fault.Field{field}
		row := sheet.Blank(number)
		row.Refuse(&one)
		bad = append(bad, row.Bad...)
	}
	return bad
}

// otherwise refuses a version that is there already where it says otherwise, naming every term and share.
func otherwise(stands, proposal *Agreement) error {
	columns := sheet.Differences(stands.Terms, proposal.Terms)
	if stands.Starts != proposal.Starts {
		columns = append(columns, "from")
	}
	for i, share := range proposal.Participations {
		if i >= len(stands.Participations) {
			columns = append(columns, fmt.Sprintf("shares[%d].member", i))
			continue
		}
		for _, column := range sheet.Differences(stands.Participations[i], share) {
			columns = append(columns, fmt.Sprintf("shares[%d].%s", i, column))
		}
	}
	if len(stands.Participations) > len(proposal.Participations) {
		columns = append(columns, "member")
	}
	if len(columns) == 0 {
		return nil
	}
	return sheet.Otherwise(ErrAgreementExists, columns)
}
