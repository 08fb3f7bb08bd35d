package product

import (
	"context"
	"io"
	"slices"
	"strings"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/internal/text/field"
)

// CatalogueColumns are the columns of a file of catalogue items.
var CatalogueColumns = []sheet.Column{
	sheet.Needs("line", "product line: first_set or new_material"),
	sheet.Needs("edition", "of the catalogue"),
	sheet.Needs("item", "number of the item"),
	sheet.Needs("name", "what it is"),
	sheet.May("unit", "set or batch"),
	sheet.Needs("starts", "first day of a policy that may name it, YYYY-MM-DD"),
	sheet.May("ends", "last day, YYYY-MM-DD"),
	sheet.Needs("source", "the notice it was published with"),
}

const (
	catalogueMax = 100_000 // items of one file
	textMax      = 200     // runes of a name or a reference
)

// ImportCatalogue brings an edition of a catalogue in 导入目录. Items that are there already, the same, are passed over;
// one that differs in any column is a bad row.
type ImportCatalogue struct {
	By     access.Principal
	Source io.Reader // CSV or XLSX with a header, see CatalogueColumns
	sheet.Ways
}

// ImportCatalogue imports all rows or none, unless SkipBad. It refuses: access.forbidden, insurance.import_unreadable,
// insurance.import_refused; faults of rows are in the report.
func (s *Service) ImportCatalogue(ctx context.Context, cmd ImportCatalogue) (sheet.Report, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Begun(cmd.Ways)
	var items []CatalogueItem
	var rows []int // of the file, that go with the items
	err := sheet.Each(cmd.Source, cmd.Ways, CatalogueColumns, catalogueMax, &read, func(row *sheet.Row) {
		if item := catalogueItemOf(row); len(row.Bad) == 0 {
			items, rows = append(items, item), append(rows, row.Number)
		}
	})
	if err != nil {
		return sheet.Begun(cmd.Ways), sheet.Refused(err, ErrImportUnreadable)
	}
	report, err := sheet.Run(ctx, s.db, cmd.Ways, read,
		func(ctx context.Context, tx *pg.Tx, report *sheet.Report) error {
			return s.addItems(ctx, tx, cmd.By, items, rows, report)
		})
	return report, sheet.RefusedRows(err, report, ErrImportRefused)
}

func catalogueItemOf(c *sheet.Row) CatalogueItem {
	item := CatalogueItem{
		Line: c.Text("line"), Edition: c.Text("edition"), Item: c.Text("item"), Name: c.Text("name"),
		Unit: c.Text("unit"), Source: c.Text("source"),
		Starts: c.Day("starts", calendar.Date{}),
		Ends:   c.Day("ends", calendar.Date{}),
	}
	if _, known := FindLine(item.Line); !known {
		c.Fault("line", "%q is no product line; there are %s", item.Line, strings.Join(LineCodes(), ", "))
	}
	var check fault.Check
	field.Line(&check, "edition", item.Edition, textMax)
	field.Line(&check, "item", item.Item, textMax)
	field.Line(&check, "name", item.Name, textMax)
	field.Line(&check, "source", item.Source, textMax)
	c.Refuse(check.Refuse(ErrImportRefused))
	if item.Unit != "" && item.Unit != BySet && item.Unit != ByBatch {
		c.Fault("unit", "%q is neither set nor batch", item.Unit)
	}
	if !inOrder(item.Starts, item.Ends) {
		c.Fault("ends", "the edition ends before it begins")
	}
	return item
}

// addItems writes what is new; an item that is there but another is a bad row.
func (s *Service) addItems(
	ctx context.Context, tx *pg.Tx, by access.Principal, items []CatalogueItem, rows []int, report *sheet.Report,
) error {
	now := s.clock.Now()
	detail := catalogueDetail{}
	for i := range items {
		item := &items[i]
		item.Recorded = now
		made, err := pg.InsertNew(ctx, tx, item)
		if err != nil {
			return err
		}
		if made {
			report.Imported++
			detail.Items++
			if edition := item.Line + " " + item.Edition; !slices.Contains(detail.Editions, edition) {
				detail.Editions = append(detail.Editions, edition)
			}
			continue
		}
		stored, err := FindItem(ctx, tx, ItemKey{item.Line, item.Edition, item.Item})
		if err != nil {
			return err
		}
		if stored == nil {
			return ErrCatalogueItem.Case(fault.Args{"edition": item.Edition, "item": item.Item})
		}
		item.Recorded = stored.Recorded
		columns := sheet.Differences(*stored, *item)
		if len(columns) == 0 {
			report.Known++
			continue
		}
		cells := sheet.Blank(rows[i])
		cells.Refuse(sheet.Otherwise(ErrCatalogueItemExists, columns))
		report.Refuse(cells.Bad)
	}
	if detail.Items == 0 {
		return nil
	}
	id := fact.NewID(now)
	return outbox.Append(ctx, tx, fact.Fact{
		ID: id, Pool: pg.Zone, Type: EventCatalogueImported, Subject: "catalogue/" + id.String(),
		SubjectVersion: 1, Effective: calendar.DateOf(now), Recorded: now, By: by, Audience: fact.Overseers,
		Data: detail,
	})
}
