package insurance

import (
	"context"
	"errors"
	"strconv"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/zone"
)

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
	items      map[[3]string]*CatalogueItem // line, edition, item
	limits     map[string]*money.Amount     // by line, what whoever imports decides alone; nil for anything
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
		items:  map[[3]string]*CatalogueItem{},
		limits: map[string]*money.Amount{},
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
	im.now = s.clock.Now() // after the locks
	im.today = calendar.DateOf(im.now)
	return im, nil
}

// batch checks the rows against the book and writes the good ones, pool by pool.
func (im *importer) batch(ctx context.Context, rows []importRow) error {
	known, err := im.known(ctx, rows)
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
		s, err := im.step(ctx, row)
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

// step makes a row into a policy in force, or says why not, in the order in which IssuePolicy refuses.
func (im *importer) step(ctx context.Context, row importRow) (*policyEvent, error) {
	pool, there := im.pools[row.quote.Pool]
	if !there {
		return nil, coinsurance.ErrPoolNotFound.At("pool", "there is no pool %q", row.quote.Pool)
	}
	policy := row.quote.policy()
	policy.Received, policy.Recorded, policy.Version = policy.Gross(), im.now, 0
	if row.received != nil {
		policy.Received = *row.received
	}
	if policy.Received.IsNegative() {
		return nil, ErrAmountNotPositive.At("received", "%s", policy.Received)
	}
	issued := row.issued
	if issued.IsZero() {
		issued = calendar.Earlier(policy.Starts, im.today)
	}
	if err := pool.dates(im.today).Check("issued", row.issued); err != nil {
		return nil, err
	}
	if err := im.checkCatalogue(ctx, policy); err != nil {
		return nil, err
	}
	version, err := im.mayImport(ctx, pool, policy)
	if err != nil {
		return nil, err
	}
	after := next(policy, im.now)
	after.QuotedAt = after.Recorded
	if err := after.sign(version.agreement, issued, version.printed); err != nil {
		return nil, err
	}
	after.Collector = version.agreement.Issuer
	s := issueEvent(policy, &after, version.agreement, version.printed)
	s.kind, s.id, s.by, s.effective, s.period = EventPolicyImported, fact.NewID(im.now), im.cmd.By, issued, pool.period
	if after.Begins(im.today) {
		s.effective = calendar.Later(after.Starts, issued)
		after.goOnRisk(version.agreement, s.effective, pool.period, im.today)
	}
	s.after = after
	s.before.Collector, s.before.Received = after.Collector, after.Received
	s.rule = postImported
	s.data = importedDetail{
		quotedDetail: after.agreed(), Received: after.Received, Members: version.printed,
	}
	return s, nil
}

// checkCatalogue asks the book for each item once.
func (im *importer) checkCatalogue(ctx context.Context, p *Policy) error {
	if p.Facts.CatalogueItem == "" {
		return nil
	}
	key := [3]string{p.Line, p.Facts.CatalogueEdition, p.Facts.CatalogueItem}
	item, asked := im.items[key]
	if !asked {
		var err error
		if item, err = findItem(ctx, im.home(), p.Line, &p.Facts); err != nil {
			return err
		}
		im.items[key] = item
	}
	return item.refuses(p.Line, p.Starts, &p.Facts)
}

func (im *importer) mayImport(ctx context.Context, pool *importPool, policy *Policy) (*importAgreement, error) {
	if !pool.pool.Covers(policy.Starts) {
		return nil, coinsurance.ErrPoolClosed.At("start", "pool %s does not cover %s", pool.pool.Code, policy.Starts)
	}
	h := held{policy: policy, today: im.today, now: im.now}
	for _, agreement := range pool.starts {
		if !agreement.Starts.After(policy.Starts) {
			h.agreement = agreement
		}
	}
	if im.cmd.By.Kind != access.Manager {
		if err := mayUnderwrite(im.cmd.By, h.agreement); err != nil {
			return nil, err
		}
	}
	version := &importAgreement{}
	if h.agreement != nil {
		version = im.agreements[agreementKey{policy.Pool, h.agreement.Version}]
	}
	return version, mayIssueIn(ctx, im.txs.Of(policy.Pool), &h, pool.pool, version.members, func() error {
		limit, err := im.limitOf(ctx, policy.Line)
		if err != nil || within(limit, policy.SumInsured) {
			return err
		}
		return zone.Exceeded(im.cmd.By, access.Underwriter, policy.Line, *limit, policy.SumInsured)
	})
}

// limitOf is what whoever imports decides alone on a line: an import is no way around a second person.
func (im *importer) limitOf(ctx context.Context, line string) (*money.Amount, error) {
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
		policies[i], items[i] = s.after, s.after.originalItem()
		instalments = append(instalments, s.after.instalmentRows()...)
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

func itoa(n int) string { return strconv.Itoa(n) }
