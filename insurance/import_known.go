package insurance

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

// knownPolicy is a policy that is in the book already.
type knownPolicy struct {
	*Policy

	received *money.Amount // when it was imported; nil when it was not
}

var policiesByNumber = pg.Select[Policy, struct{ Numbers []string }](files, "PoliciesByNumber")

// knownPolicies reads which of the numbers are in the book already, with all that a row can say of them.
func knownPolicies(ctx context.Context, txs pg.Txs, rows []importRow) (map[string]*knownPolicy, error) {
	known := map[string]*knownPolicy{}
	if len(rows) == 0 {
		return known, nil
	}
	numbers := make([]string, len(rows))
	for i, row := range rows {
		numbers[i] = row.quote.Number
	}
	for _, tx := range txs {
		policies, err := pg.Listed[Policy](ctx, tx, policiesByNumber.With(struct{ Numbers []string }{numbers}))
		if err != nil {
			return nil, err
		}
		byPool := map[string][]*Policy{}
		for i := range policies {
			policy := &policies[i]
			byPool[policy.Pool] = append(byPool[policy.Pool], policy)
		}
		for pool, policies := range byPool {
			if err := knownOf(ctx, tx, pool, policies, known); err != nil {
				return nil, err
			}
		}
	}
	return known, nil
}

// knownOf reads what belongs to a pool's policies: their instalments, and what was imported.
func knownOf(ctx context.Context, tx *pg.Tx, pool string, policies []*Policy, known map[string]*knownPolicy) error {
	numbers, subjects := make([]string, len(policies)), make([]string, len(policies))
	for i, policy := range policies {
		numbers[i], subjects[i] = policy.Number, policy.Subject()
		known[policy.Number] = &knownPolicy{Policy: policy}
	}
	instalments, err := instalmentsByPolicy(ctx, tx, pool, numbers)
	if err != nil {
		return err
	}
	for _, policy := range policies {
		policy.Instalments = plain(instalments[policy.Number])
	}
	told, err := outbox.Told(ctx, tx, pool, subjects, EventPolicyImported)
	if err != nil {
		return err
	}
	for _, fact := range told {
		policy := known[numberOf(fact.Subject)]
		var data struct {
			Detail struct {
				Received money.Amount `json:"received"`
			} `json:"detail"`
		}
		if err := json.Unmarshal(fact.Data, &data); err != nil {
			return err
		}
		policy.received = &data.Detail.Received
	}
	return nil
}

func numberOf(subject string) string { return subject[len("policy/"):] }

// otherwise names the columns in which a row differs from the policy that stands. That it renews another and the digest
// of a consent are no difference where the row does not say them: files could not, once. What was taken in is compared
// with what the import said, because more may have come since, and with what stands.
func (k *knownPolicy) otherwise(row importRow) []string {
	asked, stands := row.agreed(), k.agreed()
	asked.Renews, asked.ConsentDigest = cmp.Or(asked.Renews, k.Renews), cmp.Or(asked.ConsentDigest, k.ConsentDigest)
	stands.Sections = k.Cover().Sections
	columns := sheet.Differences(stands, asked)
	has := func(name string) bool { return slices.Contains(columns, name) }
	if len(row.quote.Sections) == 0 && (has("limit") || has("line")) { // from which the sections follow
		columns = slices.DeleteFunc(columns, func(name string) bool { return name == "sections" })
	}
	received, stood := row.takenIn(), k.Received
	if k.received != nil {
		stood = *k.received
	}
	said := row.received != nil || k.received != nil && !has("premium") && !has("vat") // from which all of it follows
	if said && received != stood && received != k.Received {
		columns = append(columns, "received")
	}
	issued := row.issued
	if issued.IsZero() && k.received != nil { // what the import took it for
		issued = calendar.Earlier(k.Starts, calendar.DateOf(k.QuotedAt))
	}
	if !issued.IsZero() && issued != k.IssuedOn {
		columns = append(columns, "issued")
	}
	return columns
}
