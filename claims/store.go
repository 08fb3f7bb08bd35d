package claims

import (
	"context"
	"embed"

	"github.com/uptrace/bun"

	"gongbao/claims/worksheet"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

// files are the statements of this package.
var files = pg.Load(folder)

var (
	claimByNumber       = pg.Select[Claim, claimNumber](files, "ClaimByNumber")
	policyOfClaim       = pg.SQL[claimNumber](files, "PolicyOfClaim")
	lockClaim           = pg.Select[Claim, claimNumber](files, "LockClaim")
	claimExists         = pg.SQL[claimNumber](files, "ClaimExists")
	paymentsOfClaim     = pg.Select[Payment, claimKey](files, "PaymentsOfClaim")
	evidenceOfClaim     = pg.Select[Evidence, claimKey](files, "EvidenceOfClaim")
	queriesOfClaim      = pg.Select[Query, claimKey](files, "QueriesOfClaim")
	owedForClaim        = pg.SQL[claimOfPolicy](files, "OwedForClaim")
	usedOfLimit         = pg.SQL[othersOfPolicy](files, "UsedOfLimit")
	usedOfSections      = pg.Select[worksheet.UsedSection, othersOfPolicy](files, "UsedOfSections")
	lockOccurrence      = pg.Select[Occurrence, occurrenceCode](files, "LockOccurrence")
	estimatesOfOthers   = pg.SQL[othersOfOccurrence](files, "EstimatesOfOthers")
	occurrencesOfPool   = pg.Select[OccurrenceFigures, poolCode](files, "OccurrencesOfPool")
	claimsOfZoneInView  = pg.Select[Claim, claimsWanted](files, "ClaimsOfZoneInView")
	claimsOfHouseInView = pg.Select[Claim, claimsWanted](files, "ClaimsOfHouseInView")
	claimsOfPoolInView  = pg.Select[Claim, claimsWanted](files, "ClaimsOfPoolInView")
	historyOfClaim      = pg.Select[HistoryEvent, subjectKey](files, "HistoryOfClaim")
)

// Arguments of the statements.
type (
	claimNumber        struct{ Pool, Number string }
	claimKey           struct{ Pool, Claim string }
	claimOfPolicy      struct{ Pool, Policy, Claim string }
	occurrenceCode     struct{ Pool, Code string }
	othersOfPolicy     struct{ Pool, Policy, But string }
	othersOfOccurrence struct{ Pool, Code, But string }
	poolCode           struct{ Pool string }
	subjectKey         struct{ Pool, Subject string }
)

// claimsWanted are which claims are listed; what is left empty does not count.
type claimsWanted struct {
	Pool, Policy string
	State        State
	After        string // the last number of the page before
	Member       string // of the agreement; "" for whoever sees all
	Most         int
}

// What a change of a claim writes of a row that is there: all that may change.
var (
	claimChanges    = pg.ColumnsBut[Claim]("policy", "loss_day", "filed", "agreement_version")
	occurrenceMajor = pg.ColumnsOf[Occurrence]("major")
)

// FindClaim reads a claim; ErrClaimNotFound when there is none of that number.
func FindClaim(ctx context.Context, handle bun.IDB, pool, number string) (*Claim, error) {
	claim, err := pg.Found[Claim](ctx, handle, claimByNumber.With(claimNumber{pool, number}))
	if err == nil && claim == nil {
		return nil, ErrClaimNotFound.Case(fault.Args{"claim": number})
	}
	return claim, err
}
