package insurance

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/product"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// importBatch bounds how many policies are held in memory and copied at once.
const importBatch = 2000

// ImportPolicies brings policies that are in force into the book, with their premium, splits, postings and events 导入保单.
type ImportPolicies struct {
	By     access.Principal
	Source io.Reader // CSV or XLSX with a header, see ImportColumns
	sheet.Ways
}

// importer is one run of an import: what it has looked up is kept, so that a row costs no round trip.
type importer struct {
	service    *Service
	cmd        ImportPolicies
	txs        pg.Txs
	report     *sheet.Report
	now        time.Time
	today      calendar.Date
	seen       map[string]int // number → row of the file
	pools      map[string]*importPool
	agreements map[agreementKey]*importAgreement
	items      map[product.ItemKey]*product.CatalogueItem
	limits     map[string]authority.Limit // by line, of whoever imports
}

type importPool struct {
	pool   coinsurance.Pool
	period ledger.Period
	starts []*coinsurance.Agreement // accepted versions, oldest first
}

// dates are the days that postings of the pool may bear.
func (p *importPool) dates(today calendar.Date) coinsurance.Dates {
	dates := coinsurance.Dates{Today: today}
	if len(p.starts) > 0 {
		dates.First = p.starts[0].Starts
	}
	return dates
}

type agreementKey struct {
	pool    string
	version int
}

type importAgreement struct {
	agreement *coinsurance.Agreement
	members   map[string]zone.Member
	printed   []PrintedMember
}

func newImporter(
	ctx context.Context, txs pg.Txs, s *Service, cmd ImportPolicies, report *sheet.Report,
) (*importer, error) {
	im := &importer{
		service: s, cmd: cmd, txs: txs, report: report, seen: map[string]int{},
		pools: map[string]*importPool{}, agreements: map[agreementKey]*importAgreement{},
		items:  map[product.ItemKey]*product.CatalogueItem{},
		limits: map[string]authority.Limit{},
	}
	pools, err := coinsurance.Pools(ctx, im.home())
	if err != nil {
		return nil, err
	}
	for _, pool := range pools { // in the order of their ordinals, so that two imports never wait in a circle
		loaded, tx := &importPool{pool: pool}, txs.Of(pool.Code)
		if loaded.period, err = ledger.LockPeriod(ctx, tx, pool.Code); pg.NoRows(err) {
			continue // it is known at home and not founded in its own database yet
		} else if err != nil {
			return nil, err
		}
		versions, err := coinsurance.Agreements(ctx, tx, pool.Code)
		if err != nil {
			return nil, err
		}
		for _, version := range versions {
			if version.State != coinsurance.AgreementAccepted {
				continue
			}
			members, err := zone.MembersByCode(ctx, tx, version.Members())
			if err != nil {
				return nil, err
			}
			loaded.starts = append(loaded.starts, version)
			im.agreements[agreementKey{pool.Code, version.Version}] = &importAgreement{
				agreement: version, members: members, printed: printedMembers(version, members),
			}
		}
		im.pools[pool.Code] = loaded
	}
	im.now = s.clock.Now() // after the locks, and later than every cut
	for _, pool := range im.pools {
		im.now = pool.period.After(im.now)
	}
	im.today = calendar.DateOf(im.now)
	return im, nil
}

// batch checks the rows against the book and writes the good ones, pool by pool.
func (im *importer) batch(ctx context.Context, rows []importRow) error {
	known, err := knownPolicies(ctx, im.txs, rows)
	if err != nil {
		return err
	}
	steps := map[string][]*policyEvent{}
	var order []string
	for _, row := range rows {
		if there, is := known[row.quote.Number]; is {
			im.meet(row, there)
			continue
		}
		s, err := im.event(ctx, row)
		if err != nil {
			if _, refusal := errors.AsType[*fault.Fault](err); !refusal {
				return err
			}
			cells := sheet.Blank(row.row)
			cells.Refuse(err)
			im.report.Refuse(cells.Bad)
			continue
		}
		if _, seen := steps[row.quote.Pool]; !seen {
			order = append(order, row.quote.Pool)
		}
		steps[row.quote.Pool] = append(steps[row.quote.Pool], s)
		im.report.Imported++
	}
	if im.cmd.DryRun {
		return nil
	}
	for _, pool := range order {
		if err := im.write(ctx, im.pools[pool].period, steps[pool]); err != nil {
			return err
		}
	}
	return nil
}

// home is the transaction in which references are read.
func (im *importer) home() *pg.Tx { return im.txs.Of(pg.Zone) }

// event makes a row into a policy in force by the decisions of QuotePolicy and IssuePolicy, or says why not.
func (im *importer) event(ctx context.Context, row importRow) (*policyEvent, error) {
	pool, there := im.pools[row.quote.Pool]
	if !there {
		return nil, coinsurance.ErrPoolNotFound.At("pool", "there is no pool {pool}",
			fault.Args{"pool": strconv.Quote(row.quote.Pool)})
	}
	received := row.takenIn()
	if received.IsNegative() {
		return nil, ErrAmountNotPositive.At("received", "{amount}", fault.Args{"amount": received})
	}
	if err := pool.dates(im.today).Check("issued", row.issued); err != nil {
		return nil, err
	}
	version := im.versionFor(pool, row.quote.Starts)
	quoted, err := im.quote(ctx, pool, version, row)
	if err != nil {
		return nil, err
	}
	p := &lockedPolicy{
		Locked: Locked{Policy: &quoted.After, Agreement: version.agreement, Period: pool.period},
		now:    im.now, today: im.today, effective: row.signed(im.today),
	}
	p.Policy.Received, p.Policy.Version, p.Policy.QuotedBy = received, 0, "" // nobody quoted, and nothing was announced
	// No follower has been asked: there was no policy to take.
	known := issueFacts{
		pool: pool.pool, members: version.members, printed: version.printed, signed: p.effective,
	}
	if known.limit, err = im.limitOf(ctx, p.Policy.Line); err != nil {
		return nil, err
	}
	cmd := IssuePolicy{Command: idempotency.By(im.cmd.By)}
	if err := mayIssue(p, known); err != nil {
		return nil, err
	}
	pass, err := authority.ImportPolicies.Decide(p.toIssue(cmd, known)) // an import is no way around a second person
	if err != nil {
		return nil, err
	}
	if err := checkPaid(p.Policy); err != nil {
		return nil, err
	}
	issued, err := p.issue(known, pass)
	if err != nil {
		return nil, err
	}
	issued.After.Collector = version.agreement.Issuer
	p.Policy.Collector = issued.After.Collector
	issued.Event, issued.Rule = EventPolicyImported, postImported
	issued.Detail = importedDetail{quotedDetail: issued.After.agreed(), Received: received, Members: version.printed}
	return p.event(im.cmd.By, issued), nil
}

// versionFor is the version of the agreement in force on the day; the zero version when there is none.
func (im *importer) versionFor(pool *importPool, day calendar.Date) *importAgreement {
	found := &importAgreement{}
	for _, agreement := range pool.starts {
		if !agreement.Starts.After(day) {
			found = im.agreements[agreementKey{agreement.Pool, agreement.Version}]
		}
	}
	return found
}

// quote quotes a row. The pool's manager may import what it may not quote.
func (im *importer) quote(
	ctx context.Context, pool *importPool, version *importAgreement, row importRow,
) (Decision, error) {
	cmd := row.quote
	cmd.By = im.cmd.By
	item, err := im.itemOf(ctx, cmd.Line, &cmd.Facts)
	if err != nil {
		return Decision{}, err
	}
	return quotePolicy(cmd, quoteFacts{
		pool: pool.pool, agreement: version.agreement, anyone: cmd.By.Kind == access.Manager, item: item,
		dates: pool.dates(im.today), now: im.now,
	})
}

// itemOf asks the book for each item of a catalogue once; nil for one it does not have.
func (im *importer) itemOf(ctx context.Context, line string, facts *product.Facts) (*product.CatalogueItem, error) {
	key := facts.ItemKey(line)
	item, asked := im.items[key]
	if asked || facts.CatalogueItem == "" {
		return item, nil
	}
	item, err := product.FindItem(ctx, im.home(), key)
	if err == nil {
		im.items[key] = item
	}
	return item, err
}

// limitOf is what whoever imports decides alone on a line.
func (im *importer) limitOf(ctx context.Context, line string) (authority.Limit, error) {
	if limit, known := im.limits[line]; known {
		return limit, nil
	}
	limit, err := zone.LimitOf(ctx, im.home(), im.cmd.By, access.Underwriter, line, im.today)
	if err == nil {
		im.limits[line] = limit
	}
	return limit, err
}

// write copies a pool's policies with all that belongs to them.
func (im *importer) write(ctx context.Context, period ledger.Period, steps []*policyEvent) error {
	policies, items := make([]Policy, len(steps)), make([]PremiumItem, len(steps))
	var instalments []instalmentRow
	for i, s := range steps {
		policies[i], items[i] = s.After, s.After.originalItem()
		instalments = append(instalments, s.After.instalmentRows()...)
	}
	tx := im.txs.Of(period.Pool)
	err := errors.Join(
		pg.CopyRows(ctx, tx, policies), pg.CopyRows(ctx, tx, instalments), pg.CopyRows(ctx, tx, items),
	)
	if err != nil {
		return err
	}
	return bookAll(ctx, tx, period, steps)
}

// meet passes over a row that is in the book, the same, and refuses one that is there and says otherwise, naming where.
func (im *importer) meet(row importRow, there *knownPolicy) {
	cells := sheet.Blank(row.row)
	if !there.Signed() {
		cells.Refuse(ErrPolicyExists.At("number", "it is there already, and not in force"))
		im.report.Refuse(cells.Bad)
		return
	}
	columns := there.otherwise(row)
	if len(columns) == 0 {
		im.report.Known++
		return
	}
	cells.Refuse(sheet.Otherwise(ErrPolicyExists, columns))
	im.report.Refuse(cells.Bad)
}
