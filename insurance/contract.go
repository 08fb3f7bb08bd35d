package insurance

import (
	"reflect"
	"strconv"
	"strings"
	"sync"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/text/field"
	"gongbao/product"
)

// Contract is what was agreed with the insured. A quotation asks for it, the policy keeps it, and nothing changes it
// afterwards. The API, a file of policies, a scenario and a renewal say it in the same words; its events repeat it.
// Amounts are at 100 %.
type Contract struct {
	Line       string        `bun:"line"        json:"line" maxLength:"64"`
	Insured    string        `bun:"insured"     json:"insured" maxLength:"200"`
	Starts     calendar.Date `bun:"starts"      json:"start" doc:"Cover begins at 00:00"`
	Ends       calendar.Date `bun:"ends"        json:"end" doc:"Cover ends at 24:00"`
	Premium    money.Amount  `bun:"premium"     json:"premium" doc:"Net of VAT"`
	VAT        money.Rate    `bun:"vat"         json:"vat" doc:"6% when left out"`
	Commission money.Rate    `bun:"commission"  json:"commission"`
	SumInsured money.Amount  `bun:"sum_insured" json:"limit" doc:"Limit of liability"`
	Deductible money.Amount  `bun:"deductible"  json:"deductible"`

	Instalments []Instalment `bun:"-" json:"instalments,omitempty" maxItems:"60" nullable:"false"`

	EquipmentValue *money.Amount `bun:"equipment_value" json:"equipment_value,omitempty"`
	ContractValue  *money.Amount `bun:"contract_value"  json:"contract_value,omitempty"`
	Catalogue      string        `bun:"catalogue"       json:"catalogue,omitempty" maxLength:"200"`
	Qualification  string        `bun:"qualification"   json:"qualification,omitempty" maxLength:"200"`
	Retroactive    calendar.Date `bun:"retroactive"     json:"retroactive"`

	Consent string `bun:"consent" json:"consent,omitempty" maxLength:"200" doc:"To several insurers: a reference"`

	ConsentDigest string `bun:"consent_digest" json:"consent_digest,omitempty" maxLength:"64" doc:"SHA-256 of it, hex"`

	Renews string `bun:"renews" json:"renews,omitempty" maxLength:"128" doc:"The policy it renews"`

	Facts product.Facts `bun:"facts,type:jsonb" json:"facts,omitzero" doc:"What the line's rules ask about"`
}

// contractText is a text of the contract that may be left out, and how long it may be.
type contractText struct {
	field   int
	path    string
	longest int
}

// contractTexts finds those texts by their tags, so that a text that is added is held to its length everywhere.
var contractTexts = sync.OnceValue(func() []contractText {
	var texts []contractText
	contract := reflect.TypeFor[Contract]()
	for i := range contract.NumField() {
		tag := contract.Field(i).Tag
		longest, err := strconv.Atoi(tag.Get("maxLength"))
		path, _, may := strings.Cut(tag.Get("json"), ",omitempty")
		if err == nil && may {
			texts = append(texts, contractText{i, path, longest})
		}
	}
	return texts
})

// checkTexts holds the shape of the texts that may be left out.
func (c *Contract) checkTexts(check *fault.Check) {
	values := reflect.ValueOf(c).Elem()
	for _, text := range contractTexts() {
		field.LineIf(check, text.path, values.Field(text.field).String(), text.longest)
	}
}
