package claims

import (
	"gongbao/claims/cashcall"
	"gongbao/coinsurance"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// streams are those of a claim, in the order in which they are split and posted.
var streams = []ledger.Stream{
	ledger.Indemnity, ledger.ClaimCost, ledger.Recovery, ledger.Salvage, ledger.ReserveIndemnity, ledger.ReserveExpense,
	ledger.OutstandingIndemnity, ledger.OutstandingExpense,
}

// Indexes into streams.
const (
	atIndemnity = iota
	atExpense
	atRecovery
	atSalvage
	atEstimateIndemnity
	atEstimateExpense
	atOutstandingIndemnity
	atOutstandingExpense
	streamCount
)

// Balances is what a claim's money stands at: every stream's total at 100 % and every member's portion of it, to date.
type Balances struct {
	Totals   [streamCount]money.Amount
	Portions [streamCount][]money.Amount // in the order of the share table
	Kinds    [kindCount][]money.Amount   // of expense paid, by kind and member
	Used     []money.Amount              // of each member's cash calls, against what it owed
	Left     []money.Amount              // of each member's cash calls, more than it owed when the claim ended
	Calls    []money.Amount              // paid by each member
	Interest []money.Amount              // that each member owes for calls it paid late
}

// balancesOf divides a claim's totals.
func balancesOf(agreement *coinsurance.Agreement, claim *Claim, calls []cashcall.CashCall) Balances {
	var s Balances
	if claim.Version == 0 { // not filed yet
		return s
	}
	s.Totals = [streamCount]money.Amount{
		atIndemnity: claim.PaidIndemnity, atExpense: claim.PaidExpense, atRecovery: claim.Recovery,
		atSalvage: claim.Salvage, atEstimateIndemnity: claim.EstimateIndemnity,
		atEstimateExpense:      claim.EstimateExpense,
		atOutstandingIndemnity: claim.outstanding(claim.EstimateIndemnity, claim.PaidIndemnity),
		atOutstandingExpense:   claim.outstanding(claim.EstimateExpense, claim.PaidExpense),
	}
	for stream := range streamCount {
		s.Portions[stream] = agreement.Divide(streams[stream], s.Totals[stream])
	}
	s.Kinds = byKind(agreement, claim.Spent(), s.Portions[atExpense])
	members := agreement.Members()
	s.Used, s.Left = make([]money.Amount, len(members)), make([]money.Amount, len(members))
	s.Calls, s.Interest = make([]money.Amount, len(members)), make([]money.Amount, len(members))
	for i, member := range members {
		for c := range calls {
			if calls[c].Member == member {
				s.Calls[i], s.Interest[i] = calls[c].Paid, calls[c].Interest
				s.Used[i], s.Left[i] = calls[c].Used(s.paid(i), claim.Ended())
			}
		}
	}
	return s
}

// paid is a member's portion of indemnity and expense paid.
func (s *Balances) paid(member int) money.Amount {
	return s.portion(atIndemnity, member).Add(s.portion(atExpense, member))
}

// portion is a member's portion of a stream; zero before the claim.
func (s *Balances) portion(stream, member int) money.Amount { return at(s.Portions[stream], member) }

func at(amounts []money.Amount, member int) money.Amount {
	if amounts == nil {
		return money.Amount{}
	}
	return amounts[member]
}

// working is the stream's split as it is kept, with its exact products.
func (s *Balances) working(agreement *coinsurance.Agreement, stream int) coinsurance.StreamSplit {
	return agreement.Split(streams[stream], s.Totals[stream])
}
