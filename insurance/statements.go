package insurance

import (
	"embed"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

//go:embed sql/*.sql
var folder embed.FS

// files are the statements of this package.
var files = pg.Load(folder)

// policyKey is a policy by its number.
type policyKey struct{ Pool, Number string }

func keyOf(number string) policyKey { return policyKey{PoolOf(number), number} }

func (p *Policy) key() policyKey { return policyKey{p.Pool, p.Number} }

// policiesKey are policies of one pool by their numbers.
type policiesKey struct {
	Pool    string
	Numbers []string
}

// listed are the conditions of a page of policies; what is left empty does not count.
type listed struct {
	Pool, Line, Insured, State, Member, After string
	StartFrom, StartTo, EndsFrom, EndsBefore  calendar.Date
	Most                                      int
}

// Arguments of single statements, each named for what it picks.
type (
	dueKey struct {
		Day  calendar.Date
		Most int
	}
	beginKey struct {
		Pool string
		Last calendar.Date
		Most int
	}
	pageKey struct {
		Pool, After string
		Most        int
	}
	bumped struct {
		Pool    string
		Numbers []string
		Now     time.Time
	}
	endorsementKey struct{ Pool, Number, Endorsement string }
	receiptKey     struct{ Pool, Subject, Type string }
	cashKey        struct {
		Pool               string
		ID                 uuid.UUID
		Subject            string
		Received, Refunded string
	}
	unearnedKey struct {
		Pool   string
		Stream ledger.Stream
		Number string
	}
	unearnedKeys struct {
		Pool    string
		Stream  ledger.Stream
		Numbers []string
	}
	insuredYear struct {
		Number, Insured string
		Starts          calendar.Date
	}
	itemKey    struct{ Line, Edition, Item string }
	editionKey struct {
		Line, Edition, After string
		Most                 int
	}
)

// Statements on policies.
var (
	findPolicy            = pg.Select[Policy, policyKey](files, "FindPolicy")
	lockPolicy            = pg.Select[Policy, policyKey](files, "LockPolicy")
	instalmentsOf         = pg.Select[instalmentRow, policyKey](files, "InstalmentsOf")
	instalmentsOfPolicies = pg.Select[instalmentRow, policiesKey](files, "InstalmentsOfPolicies")
	policiesByName        = pg.Select[Policy, listed](files, "PoliciesByName")
	policiesByBytes       = pg.Select[Policy, listed](files, "PoliciesByBytes")
	policiesByNumber      = pg.Select[Policy, struct{ Numbers []string }](files, "PoliciesByNumber")
	approvalsOf           = pg.Select[Approval, policyKey](files, "ApprovalsOf")
	notesOf               = pg.Select[Note, policyKey](files, "NotesOf")
	nextDay               = pg.SQL[pg.None](files, "NextDay")

	policiesDue         = pg.SQL[dueKey](files, "PoliciesDue")
	policiesBookedAhead = pg.SQL[struct{ Today calendar.Date }](files, "PoliciesBookedAhead")
	lockPoliciesToBegin = pg.SQL[beginKey](files, "LockPoliciesToBegin")
	lockPoliciesOnRisk  = pg.Select[Policy, pageKey](files, "LockPoliciesOnRisk")
	bumpVersions        = pg.SQL[bumped](files, "BumpVersions")
)

// Statements on premium.
var (
	itemsOf           = pg.Select[PremiumItem, policyKey](files, "ItemsOf")
	itemsOfPolicies   = pg.Select[PremiumItem, policiesKey](files, "ItemsOfPolicies")
	unpostItems       = pg.SQL[policyKey](files, "UnpostItems")
	claimNotesOf      = pg.Select[ClaimNote, policyKey](files, "ClaimNotesOf")
	premiumWritten    = pg.SQL[struct{ Member string }](files, "PremiumWritten")
	premiumSigned     = pg.SQL[pg.None](files, "PremiumSigned")
	endorsementExists = pg.SQL[endorsementKey](files, "EndorsementExists")

	latestReceipt      = pg.SQL[receiptKey](files, "LatestReceipt")
	cashEvent          = pg.SQL[cashKey](files, "CashEvent")
	unearnedBooked     = pg.SQL[unearnedKey](files, "UnearnedBooked")
	unearnedBookedOf   = pg.SQL[unearnedKeys](files, "UnearnedBookedOf")
	subsidiesOfInsured = pg.SQL[insuredYear](files, "SubsidiesOfInsured")
)

// Statements on catalogues.
var (
	findItem       = pg.Select[CatalogueItem, itemKey](files, "FindItem")
	itemsOfEdition = pg.Select[CatalogueItem, editionKey](files, "Items")
)
