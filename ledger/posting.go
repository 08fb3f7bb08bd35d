package ledger

import (
	"gongbao/internal/money"
)

// Posting moves a positive amount from the credit account to the debit account of one book.
type Posting struct {
	Line             int          `json:"line"` // place in its journal, from 1; set by Post
	Book             string       `json:"book"` // the member insurer
	Debit            Account      `json:"debit"`
	Credit           Account      `json:"credit"`
	Amount           money.Amount `json:"amount"`
	Stream           Stream       `json:"stream"`
	Counterparty     string       `json:"counterparty,omitempty"` // the other member of a mirrored pair
	Mirror           int          `json:"mirror,omitempty"`       // number of the pair in its journal; 0 for none
	Policy           string       `json:"policy,omitempty"`
	Claim            string       `json:"claim,omitempty"`
	AgreementVersion int          `json:"agreement_version"`
}

// JournalBuilder collects the postings of one journal; the posting rules write to it.
type JournalBuilder struct {
	postings []Posting
	mirrors  int
}

// NewJournalBuilder makes a builder with room for so many postings.
func NewJournalBuilder(room int) *JournalBuilder {
	return &JournalBuilder{postings: make([]Posting, 0, room)}
}

// Move adds a posting. A negative amount swaps debit and credit on the same two accounts; zero adds nothing.
func (e *JournalBuilder) Move(p Posting) {
	if !p.Amount.IsZero() {
		e.postings = append(e.postings, straight(p))
	}
}

// Mirror adds a mirrored pair: what one member's book says of the other, and the reverse. Amount and stream are those
// of a.
func (e *JournalBuilder) Mirror(a, b Posting) {
	if a.Amount.IsZero() {
		return
	}
	e.mirrors++
	a.Counterparty, b.Counterparty = b.Book, a.Book
	a.Mirror, b.Mirror = e.mirrors, e.mirrors
	b.Amount, b.Stream = a.Amount, a.Stream
	e.postings = append(e.postings, straight(a), straight(b))
}

// Postings are those collected, in order.
func (e *JournalBuilder) Postings() []Posting { return e.postings }

func straight(p Posting) Posting {
	if p.Amount.IsNegative() {
		p.Amount = p.Amount.Neg()
		p.Debit, p.Credit = p.Credit, p.Debit
	}
	return p
}
