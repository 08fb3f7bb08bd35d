package settlement

import (
	"context"
	"crypto/sha256"
	"hash"
	"strconv"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Item is a subject, a group of streams and a pair of members on a statement; A sorts before B. Where both owe the
// same, the postings are on the statement but are no item.
type Item struct {
	bun.BaseModel `bun:"table:statement_item"`

	Pool             string       `bun:"pool,pk"           json:"-"`
	Statement        int          `bun:"statement,pk"      json:"-"`
	Policy           string       `bun:"policy,pk"         json:"policy"`
	Claim            string       `bun:"claim,pk"          json:"claim,omitempty"`
	Group            Group        `bun:"grp,pk"            json:"group"`
	A                string       `bun:"a,pk"              json:"a"`
	B                string       `bun:"b,pk"              json:"b"`
	Currency         string       `bun:"currency,pk"       json:"currency"`
	AOwes            money.Amount `bun:"a_owes"            json:"a_owes"` // due_to_coinsurer in the book of A
	BOwes            money.Amount `bun:"b_owes"            json:"b_owes"` // due_from_coinsurer there
	AgreementVersion int          `bun:"agreement_version" json:"agreement_version"`
	Postings         int          `bun:"postings"          json:"postings"`
}

// Subject is the claim, or the policy of what is of no claim.
func (i *Item) Subject() string {
	if i.Claim != "" {
		return i.Claim
	}
	return i.Policy
}

// Net is what B is to receive of A; below zero A receives.
func (i *Item) Net() money.Amount { return i.AOwes.Sub(i.BOwes) }

// LineOf is the item as it counts for the digest of a member's lines: subject, group, the other member and what the
// member is to receive, separated by bars and ended by a line feed.
func (i *Item) LineOf(member string, to []byte) []byte {
	other, net := i.B, i.Net().Neg()
	if member == i.B {
		other, net = i.A, i.Net()
	}
	for _, word := range [...]string{i.Policy, i.Claim, string(i.Group), other} {
		to = append(append(to, word...), '|')
	}
	return append(strconv.AppendInt(to, net.Fen(), 10), '\n')
}

var itemsInOrder = pg.Select[Item, statementKey](files, "ItemsInOrder")

// linesOf hashes every member's lines of a statement, in the order of their keys.
func linesOf(ctx context.Context, handle bun.IDB, statement *Statement) (map[string][]byte, error) {
	hashes := make(map[string]hash.Hash)
	var line []byte
	items := itemsInOrder.With(statementKey{statement.Pool, statement.Number})
	err := pg.Each(ctx, handle, items, func(item *Item) error {
		if item.Net().IsZero() {
			return nil
		}
		for _, member := range [...]string{item.A, item.B} {
			if hashes[member] == nil {
				hashes[member] = sha256.New()
			}
			line = item.LineOf(member, line[:0])
			_, _ = hashes[member].Write(line) // it never fails
		}
		return nil
	})
	digests := make(map[string][]byte, len(hashes))
	for member, sum := range hashes {
		digests[member] = sum.Sum(nil)
	}
	return digests, err
}
