package insurance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
)

// CatalogueItem is an item of an edition of a catalogue: of first sets 首台（套）目录 or of new materials 新材料首批次目录.
type CatalogueItem struct {
	bun.BaseModel `bun:"table:catalogue_item"`

	Line     string        `bun:"line"     json:"line"`
	Edition  string        `bun:"edition"  json:"edition"`
	Item     string        `bun:"item"     json:"item"`
	Name     string        `bun:"name"     json:"name"`
	Unit     string        `bun:"unit"     json:"unit,omitempty"` // set or batch, when the catalogue says
	Starts   calendar.Date `bun:"starts"   json:"starts"`         // first day of a policy that may name it
	Ends     calendar.Date `bun:"ends"     json:"ends"`
	Source   string        `bun:"source"   json:"source"`
	Recorded time.Time     `bun:"recorded" json:"recorded"`
}

// Catalogue lists the items of a line, newest edition first; edition "" means all.
func Catalogue(
	ctx context.Context, handle bun.IDB, line, edition string, after string, most int,
) ([]CatalogueItem, error) {
	if _, known := FindLine(line); !known {
		return nil, ErrLineNotFound.With("%s", line)
	}
	var items []CatalogueItem
	query := handle.NewSelect().Model(&items).Where("line = ?", line).Where("edition || ' ' || item > ?", after).
		OrderExpr("edition || ' ' || item").Limit(int64(most))
	if edition != "" {
		query = query.Where("edition = ?", edition)
	}
	return items, query.Scan(ctx)
}

// findItem reads the item that a policy names; nil when the catalogue does not have it.
func findItem(ctx context.Context, handle bun.IDB, line string, facts *Facts) (*CatalogueItem, error) {
	item := new(CatalogueItem)
	err := handle.NewSelect().Model(item).
		Where("line = ? AND edition = ? AND item = ?", line, facts.CatalogueEdition, facts.CatalogueItem).Scan(ctx)
	if pg.NoRows(err) {
		return nil, nil //nolint:nilnil // an item that is not there is an answer
	}
	return item, err
}

// refuses says what is wrong with naming the item, nil being one that is not in the catalogue.
func (item *CatalogueItem) refuses(line string, starts calendar.Date, facts *Facts) error {
	switch {
	case item == nil:
		return ErrCatalogueItem.At("facts.catalogue_item", "the catalogue of %s has no item %q in an edition %q; "+
			"import the edition, or correct the two", line, facts.CatalogueItem, facts.CatalogueEdition)
	case starts.Before(item.Starts) || (!item.Ends.IsZero() && starts.After(item.Ends)):
		return ErrCatalogueItem.At("facts.catalogue_edition", "edition %s is for policies that start from %s to %s (%s)",
			item.Edition, item.Starts, item.Ends, item.Source)
	case item.Unit != "" && facts.UnitBasis != "" && item.Unit != facts.UnitBasis:
		return ErrCatalogueItem.At("facts.unit_basis", "item %s is counted by %s (%s)", item.Item, item.Unit, item.Source)
	}
	return nil
}

// checkCatalogue holds what a policy says of the catalogue, if it says anything.
func checkCatalogue(ctx context.Context, handle bun.IDB, p *Policy) error {
	if p.Facts.CatalogueItem == "" {
		return nil
	}
	item, err := findItem(ctx, handle, p.Line, &p.Facts)
	if err != nil {
		return err
	}
	return item.refuses(p.Line, p.Starts, &p.Facts)
}
