package coinsurance

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// Sight is how much of the members' figures a principal may see under an agreement: every member's, or one's own.
type Sight struct {
	All    bool
	Member string // whose figures, when not all
}

// Leads says that the principal acts for the leader, the issuer or the servicer of this version.
func (a *Agreement) Leads(by access.Principal) bool {
	return by.IsMember(a.Leader) || by.IsMember(a.Issuer) || by.IsMember(a.Servicer)
}

// Includes says that the code is a member of the table.
func (a *Agreement) Includes(code string) bool {
	_, member := a.Premium.Share(code)
	return member
}

// Sight is what the principal sees: who leads, manages or supervises sees all members' figures, a follower its own.
func (a *Agreement) Sight(by access.Principal) Sight {
	if by.Kind == access.Manager || by.Kind == access.Regulator || a.Leads(by) {
		return Sight{All: true}
	}
	return Sight{Member: by.Organisation}
}

// CoInsurer is a line of the list of insurers of a risk.
type CoInsurer struct {
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Share    money.Share `json:"share"`
	Leader   bool        `json:"leader"`
	Issuer   bool        `json:"issuer"`
	Servicer bool        `json:"servicer"`
}

// CoInsurers lists the members the principal sees, in the order of the share table.
func (a *Agreement) CoInsurers(ctx context.Context, handle bun.IDB, by access.Principal) ([]CoInsurer, error) {
	members, err := MembersByCode(ctx, handle, a.Members())
	if err != nil {
		return nil, err
	}
	sight := a.Sight(by)
	list := make([]CoInsurer, 0, len(a.Participations))
	for _, p := range a.Participations {
		if !sight.All && p.Member != sight.Member {
			continue
		}
		list = append(list, CoInsurer{
			Code: p.Member, Name: members[p.Member].Name, Share: p.Premium,
			Leader: p.Member == a.Leader, Issuer: p.Member == a.Issuer, Servicer: p.Member == a.Servicer,
		})
	}
	return list, nil
}

// Portion is a member's part of one stream's to-date total.
type Portion struct {
	Stream ledger.Stream `bun:"stream" json:"stream"`
	Member string        `bun:"member" json:"member"`
	Total  money.Amount  `bun:"total"  json:"total"` // at 100 %
	Amount money.Amount  `bun:"amount" json:"amount"`
}

// PortionsOf lists the to-date portions of a subject as last recorded, as far as they may be seen.
func PortionsOf(ctx context.Context, handle bun.IDB, pool, subject string, sight Sight) ([]Portion, error) {
	portions := []Portion{}
	err := handle.NewRaw(`
		WITH latest AS (SELECT DISTINCT ON (stream) stream, total, members, portions FROM split
			WHERE pool = ?0 AND subject = ?1 ORDER BY stream, place DESC)
		SELECT latest.stream::text AS stream, each.member, latest.total, each.amount
		FROM latest, unnest(latest.members, latest.portions) WITH ORDINALITY AS each (member, amount, place)
		WHERE ?2 OR each.member = ?3 ORDER BY latest.stream, each.place`,
		pool, subject, sight.All, sight.Member).Scan(ctx, &portions)
	return portions, err
}

// Working is how one to-date total was divided, with what is needed to do it again by hand.
type Working struct {
	Place            int64         `json:"place"` // the subject's version when it was divided
	Event            uuid.UUID     `json:"event"`
	Stream           ledger.Stream `json:"stream"`
	AgreementVersion int           `json:"agreement_version"`
	Residue          Residue       `json:"residue_policy"`
	Total            money.Amount  `json:"total"` // to date, at 100 %
	Rest             money.Amount  `json:"rest"`  // what rounding left over
	TakenBy          []string      `json:"rest_taken_by"`
	Lines            []WorkingLine `json:"portions"`
}

// WorkingLine is one member's line of a split.
type WorkingLine struct {
	Member  string       `json:"member"`
	Product string       `json:"product,omitempty"` // share × total in fen, exact; none where a portion is computed
	Portion money.Amount `json:"portion"`           // to date
}

// splitRow is a row of the table split.
type splitRow struct {
	Place            int64     `bun:"place"`
	Event            uuid.UUID `bun:"event"`
	Stream           string    `bun:"stream"`
	AgreementVersion int       `bun:"agreement_version"`
	Residue          Residue   `bun:"residue_policy"`
	Total            int64     `bun:"total"`
	Members          []string  `bun:"members,array"`
	Portions         []int64   `bun:"portions,array"`
	Products         []string  `bun:"products,array"`
	Rest             int64     `bun:"residue"`
	TakenBy          []string  `bun:"taken_by,array"`
}

// WorkingsOf lists a subject's splits later than the place, oldest first, as far as they may be seen. A page ends at
// most limit splits on and never inside a place, so the last place is where the next page begins after.
func WorkingsOf(
	ctx context.Context, handle bun.IDB, pool, subject string, sight Sight, after int64, limit int,
) ([]Working, error) {
	var rows []splitRow
	err := handle.NewRaw(`
		SELECT place, event, stream::text AS stream, agreement_version, residue_policy, total, members, portions, products,
			residue, taken_by
		FROM split WHERE pool = ? AND subject = ? AND place > ? ORDER BY place, split.stream LIMIT ?`,
		pool, subject, after, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	if n := len(rows); n > 0 && n == limit && rows[0].Place != rows[n-1].Place {
		last := rows[n-1].Place
		for rows[len(rows)-1].Place == last {
			rows = rows[:len(rows)-1]
		}
	}
	workings := make([]Working, 0, len(rows))
	for i := range rows {
		workings = append(workings, rows[i].working(sight))
	}
	return workings, nil
}

func (r *splitRow) working(sight Sight) Working {
	working := Working{
		Place: r.Place, Event: r.Event, Stream: ledger.Stream(r.Stream), AgreementVersion: r.AgreementVersion,
		Residue: r.Residue, Total: money.Fen(r.Total), Rest: money.Fen(r.Rest), TakenBy: []string{},
	}
	for _, taker := range r.TakenBy {
		if sight.All || taker == sight.Member {
			working.TakenBy = append(working.TakenBy, taker)
		}
	}
	for i, member := range r.Members {
		if !sight.All && member != sight.Member {
			continue
		}
		line := WorkingLine{Member: member, Portion: money.Fen(r.Portions[i])}
		if i < len(r.Products) {
			line.Product = r.Products[i]
		}
		working.Lines = append(working.Lines, line)
	}
	return working
}

// SeeAgreements lists the versions of a pool's agreement that the principal may see: a member those it is a member of.
// ErrPoolNotFound when there is no such pool.
func SeeAgreements(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string,
) ([]*Agreement, error) {
	if _, err := FindPool(ctx, handle, pool); err != nil {
		return nil, err
	}
	versions, err := Agreements(ctx, handle, pool)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(versions, func(a *Agreement) bool { return !a.visibleTo(by) }), nil
}

// SeeAgreement reads one version; ErrAgreementNotFound when there is none, or none that the principal may see.
func SeeAgreement(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, version int,
) (*Agreement, error) {
	agreement, err := AgreementVersion(ctx, handle, pool, version)
	if err != nil {
		return nil, err
	}
	if !agreement.visibleTo(by) {
		return nil, ErrAgreementNotFound.With("pool %s version %d", pool, version)
	}
	return agreement, nil
}

func (a *Agreement) visibleTo(by access.Principal) bool {
	switch by.Kind {
	case access.Manager, access.Regulator:
		return true
	case access.Member:
		return a.Includes(by.Organisation)
	case access.Operator:
		return false
	default:
		return false
	}
}
