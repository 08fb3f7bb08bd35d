package product

import (
	"context"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// CatalogueItem is an item of an edition of a catalogue: of first sets 首台（套）目录 or of new materials 新材料首批次目录.
type CatalogueItem struct {
	bun.BaseModel `bun:"table:catalogue_item"`

	Line     string        `bun:"line,pk"     json:"line"`
	Edition  string        `bun:"edition,pk"  json:"edition"`
	Item     string        `bun:"item,pk"     json:"item"`
	Name     string        `bun:"name"     json:"name"`
	Unit     string        `bun:"unit"     json:"unit,omitempty"` // set or batch, when the catalogue says
	Starts   calendar.Date `bun:"starts"   json:"starts"`         // first day of a policy that may name it
	Ends     calendar.Date `bun:"ends"     json:"ends"`
	Source   string        `bun:"source"   json:"source"`
	Recorded time.Time     `bun:"recorded" json:"recorded"`
}

// ItemKey is an item by its name: of a line, in an edition of its catalogue.
type ItemKey struct{ Line, Edition, Item string }

// editionKey asks for a page of the items of an edition.
type editionKey struct {
	Line, Edition, After string
	Most                 int
}

var (
	findItem       = pg.Select[CatalogueItem, ItemKey](files, "FindItem")
	itemsOfEdition = pg.Select[CatalogueItem, editionKey](files, "Items")
)

// FindItem reads an item; nil for one that the catalogue does not have.
func FindItem(ctx context.Context, handle bun.IDB, key ItemKey) (*CatalogueItem, error) {
	return pg.Found[CatalogueItem](ctx, handle, findItem.With(key))
}

// FindItemIn reads an item among other reads; nil for one that the catalogue does not have.
func FindItemIn(reads *pg.Reads, key ItemKey, into **CatalogueItem) {
	pg.FindIn(reads, findItem.With(key), into)
}

// Catalogue lists the items of a line, newest edition first; edition "" means all.
func Catalogue(
	ctx context.Context, handle bun.IDB, line, edition string, after string, most int,
) ([]CatalogueItem, error) {
	if _, known := FindLine(line); !known {
		return nil, ErrLineNotFound.Case(fault.Args{"line": line})
	}
	return pg.Listed[CatalogueItem](ctx, handle, itemsOfEdition.With(editionKey{line, edition, after, most}))
}

// ItemKey is the item of a line's catalogue that the facts name.
func (f *Facts) ItemKey(line string) ItemKey {
	return ItemKey{line, f.CatalogueEdition, f.CatalogueItem}
}

// Refuses says what is wrong with naming the item, nil being one that the catalogue does not have. It refuses:
// insurance.catalogue_item_unknown.
func (item *CatalogueItem) Refuses(line string, starts calendar.Date, facts *Facts) error {
	switch {
	case item == nil:
		return ErrCatalogueItem.At("facts.catalogue_item",
			"the catalogue of {line} has no item {item} in an edition {edition}; import the edition, or correct "+
				"the two", fault.Args{
				"line": line, "item": strconv.Quote(facts.CatalogueItem), "edition": strconv.Quote(facts.CatalogueEdition),
			})
	case starts.Before(item.Starts) || (!item.Ends.IsZero() && starts.After(item.Ends)):
		return ErrCatalogueItem.At("facts.catalogue_edition",
			"edition {edition} is for policies that start from {from} to {to} ({source})",
			fault.Args{"edition": item.Edition, "from": item.Starts, "to": item.Ends, "source": item.Source})
	case item.Unit != "" && facts.UnitBasis != "" && item.Unit != facts.UnitBasis:
		return ErrCatalogueItem.At("facts.unit_basis", "item {item} is counted by {unit} ({source})",
			fault.Args{"item": item.Item, "unit": item.Unit, "source": item.Source})
	}
	return nil
}
