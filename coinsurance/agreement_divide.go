package coinsurance

import (
	"fmt"

	"gongbao/internal/money"
	"gongbao/ledger"
)

// Divide is the one way from an agreement to a share table: every member's portion of what a stream stands at to date,
// in the order of Members. It panics for a stream that is not divided, such as a fee that is computed from portions.
func (a *Agreement) Divide(stream ledger.Stream, total money.Amount) []money.Amount {
	return a.column(stream).Portions(nil, total, a.Residue)
}

// Split is Divide with its working, as it is recorded: slower, with the exact products.
func (a *Agreement) Split(stream ledger.Stream, total money.Amount) StreamSplit {
	return StreamSplit{Stream: stream, Members: a.Members(), Split: a.column(stream).Split(total, a.Residue)}
}

// Computed is the record of a stream whose portions were computed member by member and not divided.
func (a *Agreement) Computed(stream ledger.Stream, total money.Amount, portions []money.Amount) StreamSplit {
	kept := make([]money.Amount, len(a.Participations))
	copy(kept, portions)
	return StreamSplit{
		Stream: stream, Members: a.Members(), Split: Split{Total: total, Residue: a.Residue, Portions: kept},
	}
}

// Index is the member's place in the share table, and so of its portions; -1 for a stranger.
func (a *Agreement) Index(member string) int { return a.premium.Index(member) }

// column is the column of the share table by which a stream is divided.
func (a *Agreement) column(stream ledger.Stream) ShareTable {
	switch stream {
	case ledger.NetPremium, ledger.VAT, ledger.VATDue, ledger.NetReceived, ledger.VATReceived, ledger.ExcessReceived,
		ledger.UnearnedPremium, ledger.Subsidy:
		return a.premium
	case ledger.Indemnity, ledger.Recovery, ledger.Salvage, ledger.ReserveIndemnity, ledger.OutstandingIndemnity:
		return a.claim
	case ledger.ClaimCost, ledger.ReserveExpense, ledger.OutstandingExpense, ledger.ExpenseAdjuster,
		ledger.ExpenseExpert, ledger.ExpenseLegal, ledger.ExpenseOther:
		return a.cost
	default:
		panic(fmt.Sprintf("coinsurance: %s is not divided by the share table", stream))
	}
}
