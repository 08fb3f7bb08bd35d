package bordereau

import (
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Transaction is what moved the premium.
type Transaction string

// The transactions.
const (
	New           Transaction = "new"           // on risk, with what was received before
	Endorsement   Transaction = "endorsement"   // of premium
	Cancellation  Transaction = "cancellation"  // with what it takes back of premium received
	Reinstatement Transaction = "reinstatement" // of a policy that was cancelled
	Instalment    Transaction = "instalment"    // premium received after the policy was on risk
	Refund        Transaction = "refund"        // of premium that was shared; not of what was above the premium
	Reversal      Transaction = "reversal"      // of a receipt or a refund that was recorded by mistake 红冲
)

// PremiumRow is one transaction of a policy.
type PremiumRow struct {
	Period           calendar.Month `bun:"period"            json:"period"`
	AgreementVersion int            `bun:"agreement_version" json:"agreement_version"`
	Leader           string         `bun:"leader"            json:"leader"`
	Share            money.Share    `bun:"share"             json:"share"`
	Policy           string         `bun:"policy"            json:"policy"`
	Endorsement      string         `bun:"endorsement"       json:"endorsement,omitempty"`
	Transaction      Transaction    `bun:"transaction"       json:"transaction"`
	Effective        calendar.Date  `bun:"effective"         json:"effective"`
	Recorded         time.Time      `bun:"recorded"          json:"recorded"`
	Product          string         `bun:"line"              json:"line"`
	Insured          string         `bun:"insured"           json:"insured"`
	Starts           calendar.Date  `bun:"starts"            json:"start"`
	Ends             calendar.Date  `bun:"ends"              json:"end"`
	Limit            money.Amount   `bun:"sum_insured"       json:"limit_100"`
	Instalment       int            `bun:"instalment"        json:"instalment,omitempty"` // 0: no premium moved
	Instalments      int            `bun:"instalments"       json:"instalments"`
	Due              calendar.Date  `bun:"due"               json:"due"` // of the instalment
	PremiumFigures
	Statement string `bun:"statement" json:"statement,omitempty"` // on which it stands; "" while on none that is issued
	State     string `bun:"state"     json:"state,omitempty"`     // open, held, settled; "": nothing is between members
}

// PremiumFigures are what a transaction moved: of the whole policy, and of the member.
type PremiumFigures struct {
	NetPremium100 money.Amount `bun:"net_premium_100" json:"net_premium_100"`
	VAT100        money.Amount `bun:"vat_100"         json:"vat_100"`
	NetPremium    money.Amount `bun:"net_premium"     json:"net_premium"`
	VAT           money.Amount `bun:"vat"             json:"vat"`
	NetReceived   money.Amount `bun:"net_received"    json:"net_received"`
	VATReceived   money.Amount `bun:"vat_received"    json:"vat_received"`
	IssuingFee    money.Amount `bun:"issuing_fee"     json:"issuing_fee"`
	IssuingFeeVAT money.Amount `bun:"issuing_fee_vat" json:"issuing_fee_vat"`
	Commission    money.Amount `bun:"commission"      json:"commission"`
	NetDue        money.Amount `bun:"net_due"         json:"net_due"` // from the other members; below zero to them
}

// places are the amounts, each at its place.
func (a *PremiumFigures) places() []*money.Amount {
	return []*money.Amount{
		&a.NetPremium100, &a.VAT100, &a.NetPremium, &a.VAT, &a.NetReceived, &a.VATReceived, &a.IssuingFee, &a.IssuingFeeVAT,
		&a.Commission, &a.NetDue,
	}
}

func (a *PremiumFigures) add(more *PremiumFigures) {
	added := more.places()
	for i, place := range a.places() {
		*place = place.Add(*added[i])
	}
}
