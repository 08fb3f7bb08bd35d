package claims

import (
	"context"
	"slices"
	"strconv"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// CountersignClaim is a second person's word that an act on a claim may move up to an amount, to date, although whoever
// does it may not decide that alone 会签. The word counts for the claim's next step. What a member pays on a cash call is
// countersigned by a person of that member.
type CountersignClaim struct {
	Command

	Act    string       `json:"act"` // the command without its wing: advance_claim
	Amount money.Amount `json:"amount"`
}

// countersigned are the acts on a claim that a second person agrees to by a word.
var countersigned = authority.Countersigned("claims", authority.ImportClaims)

// CountersignClaim refuses, in this order: claims.claim_invalid (shape), claims.claim_not_found,
// ledger.date_out_of_range, access.forbidden (no claims person of the servicer, the leader, or the member that pays),
// claims.claim_changed, claims.claim_closed, access.authority_exceeded. Whoever gave the word does not act on it.
func (s *Service) CountersignClaim(ctx context.Context, cmd CountersignClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd CountersignClaim) check() error {
	var check fault.Check
	check.Require(countersigned.Has(cmd.Act), "act", "{given} is none of {allowed}",
		fault.Args{"given": strconv.Quote(cmd.Act), "allowed": countersigned.Names()})
	check.Require(!cmd.Amount.IsNegative(), "amount", "the amount may not be negative")
	return check.Refuse(ErrClaimInvalid)
}

func (cmd CountersignClaim) may(l *lockedClaim) error {
	ofMember := []string{authority.PayCall.Command, authority.ReversePayment.Command}
	if slices.Contains(ofMember, countersigned.Command(cmd.Act)) {
		return mayTakePart(cmd.By, l)
	}
	return mayHandle(cmd.By, l)
}

func (cmd CountersignClaim) load(reads *pg.Reads, l *lockedClaim) { l.gateIn(reads, cmd.By) }

func (cmd CountersignClaim) decide(o *Outcome) error {
	if err := o.after.stay(); err != nil {
		return err
	}
	asked := o.stake(cmd.Amount)
	if err := asked.Agrees(); err != nil {
		return err
	}
	o.concerned = map[string]memberData{cmd.By.Organisation: {}}
	o.word = &zone.Countersignature{
		Act: countersigned.Command(cmd.Act), Amount: cmd.Amount, Organisation: cmd.By.Organisation,
		SaidBy: cmd.By.Subject, Role: cmd.By.Acting(access.Claims),
	}
	o.say(EventClaimCountersigned, countersignedDetail{Act: cmd.Act, Role: o.word.Role, Amount: cmd.Amount})
	return nil
}
