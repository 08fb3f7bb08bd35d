package coinsurance

import (
	"errors"
	"slices"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/ledger"
	"gongbao/zone"
)

// What the wing decides, without a database: refusals in their order, and what a row comes to.

var (
	noon   = calendar.MustDate("2026-01-05").Noon()
	clerk  = access.Person("clerk", access.Manager, "", access.Settlement)
	second = access.Person("second", access.Manager, "", access.Settlement)
)

// flaw is one thing that keeps a decision from being taken, and the refusal it meets.
type flaw[C, K any] struct {
	refusal error
	bring   func(cmd *C, known *K)
}

// refuses takes a decision on a case that has all the flaws, then on one that has all but the first, and so on until
// nothing is wrong with it: each time the first flaw left is the one that is refused. Sound makes a case that has none.
func refuses[C, K any](
	t *testing.T, sound func() (C, K), decide func(known K, cmd C) error, flaws ...flaw[C, K],
) {
	t.Helper()
	for i := range len(flaws) + 1 {
		cmd, known := sound()
		for at := len(flaws) - 1; at >= i; at-- {
			flaws[at].bring(&cmd, &known)
		}
		var wanted error
		if i < len(flaws) {
			wanted = flaws[i].refusal
		}
		if err := decide(known, cmd); !errors.Is(err, wanted) {
			t.Errorf("flaw %d: got %v, wanted %v", i, err, wanted)
		}
	}
}

func TestOpenPoolDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[OpenPool, foundationFacts]
	sound := func() (OpenPool, foundationFacts) {
		return OpenPool{Command: idempotency.By(clerk), Code: "IC", Industry: IntegratedCircuits, Name: "集成电路"},
			foundationFacts{ordinal: 3}
	}
	refuses(t, sound, func(known foundationFacts, cmd OpenPool) error {
		_, err := openPool(known, cmd, noon)
		return err
	}, f{ErrPoolExists, func(_ *OpenPool, known *foundationFacts) { known.namesake = &Pool{Code: "IC"} }})
	cmd, known := sound()
	decided, err := openPool(known, cmd, noon)
	if err != nil || decided.after.Ordinal != 3 || decided.after.Actor != clerk.Subject ||
		!decided.after.Opened.Equal(noon) || decided.fact.Type != EventPoolOpened || decided.fact.Pool != "IC" {
		t.Errorf("got %+v, %v", decided, err)
	}
	cmd.Opens, cmd.Closes = calendar.MustDate("2026-02-01"), calendar.MustDate("2026-01-31")
	if err := cmd.admit(); !errors.Is(err, ErrPoolInvalid) {
		t.Errorf("closed before it opens: %v", err)
	}
}

// soundProposal is the second version of a pool, among three members that are registered.
func soundProposal() (ProposeAgreement, proposalFacts) {
	cmd := ProposeAgreement{
		Command: idempotency.By(clerk), Pool: "IC", Version: 2, From: calendar.MustDate("2026-07-01"),
	}
	known := proposalFacts{
		pool: "IC", members: map[string]zone.Member{}, version: 1, starts: calendar.MustDate("2026-01-01"),
	}
	for _, line := range [][2]string{{"A", "60%"}, {"B", "25%"}, {"C", "15%"}} {
		share := money.MustShare(line[1])
		cmd.Shares = append(cmd.Shares, Participation{Member: line[0], Premium: share, Claim: share, Cost: share})
		known.members[line[0]] = zone.Member{Code: line[0]}
	}
	return cmd, known
}

func TestProposeAgreementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ProposeAgreement, proposalFacts]
	invalid := func(bring func(*ProposeAgreement)) f {
		return f{ErrAgreementInvalid, func(cmd *ProposeAgreement, _ *proposalFacts) { bring(cmd) }}
	}
	refuses(t, soundProposal, func(known proposalFacts, cmd ProposeAgreement) error {
		_, err := proposeAgreement(known, cmd, noon)
		return err
	}, f{ErrPoolNotFound, func(_ *ProposeAgreement, known *proposalFacts) { known.pool = "" }},
		invalid(func(cmd *ProposeAgreement) { cmd.Version = 0 }),
		invalid(func(cmd *ProposeAgreement) { cmd.From = calendar.Date{} }),
		invalid(func(cmd *ProposeAgreement) { cmd.Terms.Leader = "X" }),
		invalid(func(cmd *ProposeAgreement) { cmd.Terms.SecondLead = "A" }), // leads already
		invalid(func(cmd *ProposeAgreement) { cmd.Terms.Currency = "USD" }),
		invalid(func(cmd *ProposeAgreement) { cmd.Terms.AnswerDays = 367 }),
		invalid(func(cmd *ProposeAgreement) { cmd.Terms.IssuingFee = money.MustRate("101%") }),
		f{ErrTableInvalid, func(cmd *ProposeAgreement, _ *proposalFacts) { cmd.Shares[2].Premium = money.Share{} }},
		f{ErrSharesNotWhole, func(cmd *ProposeAgreement, _ *proposalFacts) {
			cmd.Shares[2].Claim = money.MustShare("14%")
		}},
		f{zone.ErrMemberNotFound, func(_ *ProposeAgreement, known *proposalFacts) { delete(known.members, "C") }},
		f{ErrAgreementOverlaps, func(_ *ProposeAgreement, known *proposalFacts) { known.version = 2 }},
		f{ErrAgreementOverlaps, func(cmd *ProposeAgreement, known *proposalFacts) { known.starts = cmd.From }})
	cmd, known := soundProposal()
	decided, err := proposeAgreement(known, cmd, noon)
	if err != nil {
		t.Fatal(err)
	}
	if after := decided.after; after.State != AgreementProposed || after.ProposedBy != clerk.Subject ||
		!after.Proposed.Equal(noon) || after.Leader != "A" || after.Currency != "CNY" ||
		decided.fact.Type != EventAgreementProposed || decided.fact.Subject != "agreement/IC/2" {
		t.Errorf("got %+v", after)
	}
}

// A refused term is named by its field.
func TestARefusedTermIsNamed(t *testing.T) {
	t.Parallel()
	cmd, known := soundProposal()
	cmd.Terms.Currency, cmd.Terms.Netting = "USD", "some"
	cmd.Terms.Silence, cmd.Terms.RingFence = "agrees", "month"
	_, err := proposeAgreement(known, cmd, noon)
	refused, is := errors.AsType[*fault.Fault](err)
	want := []string{
		`terms.netting "some" is none of none, bilateral, multilateral`, `terms.currency "USD" is none of CNY`,
		`terms.silence "agrees" is none of none, confirms`,
		`terms.ring_fence "month" is none of none, line, year, line_year`,
	}
	var got []string
	if is {
		for _, each := range refused.Fields {
			got = append(got, each.Path+" "+each.Message)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestImportAgreementDecides(t *testing.T) {
	t.Parallel()
	cmd, known := soundProposal()
	proposal, err := known.proposal(cmd)
	if err != nil {
		t.Fatal(err)
	}
	another := *proposal
	another.IssuingFee = money.MustRate("2%")
	for name, test := range map[string]struct {
		stands *Agreement
		wanted error
		made   bool
	}{
		"OK new":      {nil, nil, true},
		"OK the same": {proposal, nil, false},
		"Err another": {&another, ErrAgreementExists, false},
	} {
		decided, err := importAgreement(known, test.stands, cmd, noon)
		if !errors.Is(err, test.wanted) || (decided != nil) != test.made {
			t.Errorf("%s: %+v, %v", name, decided, err)
		}
	}
	known.version = 2
	_, err = importAgreement(known, nil, cmd, noon)
	if !errors.Is(err, ErrAgreementOverlaps) {
		t.Errorf("a new version between older ones: %v", err)
	}
}

func TestAcceptAgreementDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[AcceptAgreement, acceptanceFacts]
	sound := func() (AcceptAgreement, acceptanceFacts) {
		proposed := &Agreement{
			Pool: "IC", Version: 2, State: AgreementProposed, ProposedBy: clerk.Subject, Proposed: noon, SubjectVersion: 1,
			Terms: Terms{Currency: "CNY"},
		}
		return AcceptAgreement{Command: idempotency.By(second), Pool: "IC", Version: 2},
			acceptanceFacts{proposed, Versions{{Version: 1}}, ledger.Period{Pool: "IC", Currency: "CNY"}}
	}
	refuses(t, sound, func(known acceptanceFacts, cmd AcceptAgreement) error {
		_, err := acceptAgreement(known, cmd, noon)
		return err
	}, f{ErrAgreementNotFound, func(_ *AcceptAgreement, known *acceptanceFacts) { known.proposed = nil }},
		f{ErrAgreementAccepted, func(_ *AcceptAgreement, known *acceptanceFacts) {
			known.proposed.State = AgreementAccepted
		}},
		f{access.ErrForbidden, func(cmd *AcceptAgreement, _ *acceptanceFacts) { cmd.By = clerk }},
		f{ErrAgreementInvalid, func(_ *AcceptAgreement, known *acceptanceFacts) { known.proposed.Currency = "USD" }})
	cmd, known := sound()
	known.accepted, known.book.Currency = nil, "USD" // the first version says in which currency the book is kept
	decided, err := acceptAgreement(known, cmd, noon.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if after := decided.after; after.State != AgreementAccepted || after.AcceptedBy != second.Subject ||
		!after.Accepted.Equal(noon) || after.SubjectVersion != 2 || known.proposed.State != AgreementProposed ||
		!decided.fact.Recorded.Equal(noon) || decided.fact.Type != EventAgreementAccepted {
		t.Errorf("by a clock that goes slow: %+v", after)
	}
}

func TestPlacementDecides(t *testing.T) {
	t.Parallel()
	cmd, _ := soundProposal()
	million := money.MustAmount("1000000.00")
	agreement, err := NewAgreement(Terms{Authority: &million}, cmd.Shares)
	if err != nil {
		t.Fatal(err)
	}
	above := money.MustAmount("1000000.01")
	for name, test := range map[string]struct {
		sum      money.Amount
		accepted []string
		wanted   error
	}{
		"OK within the authority":   {million, nil, nil},
		"OK taken by all followers": {above, []string{"B", "C"}, nil},
		"Err nobody":                {above, nil, ErrPlacementIncomplete},
		"Err one is missing":        {above, []string{"A", "B"}, ErrPlacementIncomplete},
	} {
		if err := agreement.CheckPlacement("IC-P1", test.sum, test.accepted); !errors.Is(err, test.wanted) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if agreement.IsFollower("A") || agreement.IsFollower("X") || !agreement.IsFollower("B") {
		t.Error("the leader, or a stranger, passes for a follower")
	}
	capital := money.MustAmount("1500000.00") // C carries 15 %
	members := map[string]zone.Member{"C": {Capital: &capital}}
	pool := Pool{Code: "IC", Capacity: &above}
	for name, test := range map[string]struct {
		sum    money.Amount
		wanted error
	}{
		"OK":                            {million, nil},
		"Err above a tenth of a member": {above, ErrCapacityExceeded},
		"Err above the pool's":          {above.Add(above), ErrCapacityExceeded},
	} {
		if err := CheckCapacity(pool, agreement, members, test.sum); !errors.Is(err, test.wanted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
