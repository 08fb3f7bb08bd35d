package claims

import (
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/text/field"
	"gongbao/ledger"
)

// Kinds of payee.
const (
	PayeeInsured    = "insured"
	PayeeThirdParty = "third_party" // who suffered the loss (Insurance Law of the PRC, art. 65)
	PayeeSupplier   = "supplier"    // whoever is paid an expense: an adjuster, an expert, a court
)

const payeeMax = 200 // runes of a name

// Payee is who is paid. The zero Payee is the insured.
type Payee struct {
	Kind string `json:"kind,omitempty"`
	Name string `json:"name,omitempty"` // needed but for the insured
}

// orInsured is the payee, or the insured when nobody is named.
func (p Payee) orInsured() Payee {
	if p.Kind == "" {
		p.Kind = PayeeInsured
	}
	return p
}

func (p Payee) check(check *fault.Check) {
	check.Require(p.Kind == PayeeInsured || p.Kind == PayeeThirdParty || p.Kind == PayeeSupplier, "payee.kind",
		"{given} is none of {allowed}", fault.Args{
			"given": strconv.Quote(p.Kind), "allowed": []string{PayeeInsured, PayeeThirdParty, PayeeSupplier},
		})
	check.Require(p.Kind == PayeeInsured || p.Name != "", "payee.name", "who is paid must be named")
	field.LineIf(check, "payee.name", p.Name, payeeMax)
}

// Payment is one payment on a claim 赔款支付, at 100 %. One that takes another back has its amounts with the sign turned.
type Payment struct {
	bun.BaseModel `bun:"table:claim_payment"`

	Pool      string       `bun:"pool,pk"    json:"-"`
	Claim     string       `bun:"claim,pk"   json:"-"`
	Number    int          `bun:"number,pk"  json:"number"` // counted per claim
	Event     uuid.UUID    `bun:"event"      json:"event"`
	Reverses  *int         `bun:"reverses"   json:"reverses,omitempty"` // the payment this one takes back
	Advance   bool         `bun:"advance"    json:"advance,omitempty"`  // before approval
	PayeeKind string       `bun:"payee_kind" json:"payee_kind"`
	Payee     string       `bun:"payee"      json:"payee,omitempty"`
	Indemnity money.Amount `bun:"indemnity"  json:"indemnity"`

	Expense `bun:"embed:"`

	Effective calendar.Date `bun:"effective" json:"effective"`
	Reason    string        `bun:"reason"    json:"reason,omitempty"` // of a reversal
	Actor     string        `bun:"actor"     json:"actor"`
	Recorded  time.Time     `bun:"recorded"  json:"recorded"`
}

// total is what the payment moved, in all.
func (p *Payment) total() money.Amount { return p.Indemnity.Add(p.Total()) }

// takenBack is what payments that were taken back come to.
func takenBack(payments []Payment) (sum money.Amount) {
	for i := range payments {
		if payments[i].Reverses != nil {
			sum = sum.Add(payments[i].total().Abs())
		}
	}
	return sum
}

// reversible finds a payment that may be taken back; ErrPaymentNotFound when the claim has none of that number.
func reversible(payments []Payment, claim *Claim, number int) (*Payment, error) {
	var found *Payment
	for i, payment := range payments {
		if payment.Number == number {
			found = &payments[i]
		}
		if payment.Number == number && payment.Reverses != nil || payment.Reverses != nil && *payment.Reverses == number {
			return nil, ledger.ErrAlreadyReversed.Case(fault.Args{"claim": claim.Number, "payment": number})
		}
	}
	if found == nil {
		return nil, ErrPaymentNotFound.Case(fault.Args{"claim": claim.Number, "payment": number})
	}
	return found, nil
}
