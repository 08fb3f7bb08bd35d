package banktable

import (
	"bytes"
	_ "embed" // the profiles
	"encoding/json"
	"fmt"

	"gongbao/internal/sheet"
)

// Profile says how one bank writes its table. A bank that changes its columns needs another profile and no other code.
type Profile struct {
	Code       string   `json:"code"`
	Name       string   `json:"name"` // of the bank and its export
	Encoding   string   `json:"encoding"`
	Columns    Columns  `json:"columns"`
	In         []string `json:"in"`            // words of the direction for what comes into the account
	Out        []string `json:"out"`           // and for what leaves it
	Days       []string `json:"days"`          // forms of a day, by Go's reference time
	Totals     []string `json:"totals"`        // how rows begin that are none
	Title      string   `json:"account_title"` // the title that has the account beside it, where no column has
	Currencies []string `json:"currencies"`    // what stands for renminbi in the column of the currency
}

// Columns are the bank's names of what is read; a bank has debit and credit, or an amount with or without a direction.
type Columns struct {
	Account      string   `json:"account"`
	Day          string   `json:"day"`
	Debit        string   `json:"debit"`
	Credit       string   `json:"credit"`
	Amount       string   `json:"amount"`
	Direction    string   `json:"direction"`
	Name         string   `json:"name"`
	Counterparty string   `json:"counterparty"`
	Reference    string   `json:"reference"` // that no other entry of the account has
	Text         []string `json:"text"`
	Balance      string   `json:"balance"`
	Currency     string   `json:"currency"`
}

//go:embed profiles.json
var profilesText []byte

var profiles = mustProfiles(profilesText)

// Profiles are all that are known, in their order.
func Profiles() []Profile { return profiles }

// ProfileOf finds a profile by its code.
func ProfileOf(code string) (Profile, bool) {
	for _, profile := range profiles {
		if profile.Code == code {
			return profile, true
		}
	}
	return Profile{}, false
}

func mustProfiles(text []byte) []Profile {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var found []Profile
	if err := decoder.Decode(&found); err != nil {
		panic(fmt.Sprintf("banktable: %v", err))
	}
	for i := range found {
		if !found[i].whole() {
			panic(fmt.Sprintf("banktable: the profile %q says too little", found[i].Code))
		}
	}
	return found
}

// whole says that a table of the profile can be read: a day, and an amount of which is known where it went.
func (p *Profile) whole() bool {
	c := &p.Columns
	both := c.Debit != "" && c.Credit != ""
	directed := c.Direction == "" || len(p.In) > 0 && len(p.Out) > 0
	return p.Code != "" && c.Day != "" && len(p.Days) > 0 && both != (c.Amount != "") && directed &&
		(c.Account != "" || p.Title != "") && (c.Currency == "") == (len(p.Currencies) == 0)
}

// columns are those of the table that are read.
func (p *Profile) columns() []sheet.Column {
	c := &p.Columns
	columns := []sheet.Column{sheet.Needs(c.Day, "")}
	for _, name := range []string{c.Account, c.Debit, c.Credit, c.Amount, c.Direction, c.Currency} {
		if name != "" {
			columns = append(columns, sheet.Heads(name, ""))
		}
	}
	for _, name := range append([]string{c.Name, c.Counterparty, c.Reference, c.Balance}, c.Text...) {
		if name != "" {
			columns = append(columns, sheet.May(name, ""))
		}
	}
	return columns
}
