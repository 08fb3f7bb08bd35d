package insurance

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// CatalogueColumns are the columns of a file of catalogue items.
var CatalogueColumns = []ImportColumn{
	{"line", true, "product line: first_set or new_material"},
	{"edition", true, "of the catalogue"},
	{"item", true, "number of the item"},
	{"name", true, "what it is"},
	{"unit", false, "set or batch"},
	{"starts", true, "first day of a policy that may name it, YYYY-MM-DD"},
	{"ends", false, "last day, YYYY-MM-DD"},
	{"source", true, "the notice it was published with"},
}

const catalogueMax = 100_000 // items of one file

// ImportCatalogue brings an edition of a catalogue in 导入目录. Items that are there already, the same, are passed over.
type ImportCatalogue struct {
	By      access.Principal
	Source  io.Reader // CSV with a header, see CatalogueColumns
	DryRun  bool      // check everything, write nothing
	SkipBad bool      // import the good rows although there are bad ones
}

// catalogueDetail is what insurance.catalogue_imported says.
type catalogueDetail struct {
	Items    int      `json:"items"`
	Editions []string `json:"editions"` // line and edition
}

// ImportCatalogue imports all rows or none, unless SkipBad. It refuses: access.forbidden, insurance.import_unreadable,
// insurance.import_refused; faults of rows are in the report.
func (s *Service) ImportCatalogue(ctx context.Context, cmd ImportCatalogue) (Imported, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return Imported{}, err
	}
	reader, err := newRowReader(cmd.Source, CatalogueColumns)
	if err != nil {
		return Imported{}, err
	}
	report := Imported{DryRun: cmd.DryRun, BadRows: []BadRow{}}
	items, rows, err := readCatalogue(reader, &report)
	if err != nil {
		return Imported{}, err
	}
	result := report
	err = pg.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		run := report // the transaction may run again
		run.BadRows = slices.Clone(report.BadRows)
		err := s.addItems(ctx, tx, cmd, items, rows, &run)
		if err == nil || errors.Is(err, errUndo) {
			result = run
		}
		return err
	})
	switch {
	case errors.Is(err, errUndo) && cmd.DryRun:
		return result, nil
	case errors.Is(err, errUndo):
		result.Imported = 0
		return result, ErrImportRefused.With("%d of %d rows are bad", result.Bad, result.Rows)
	default:
		return result, err
	}
}

// readCatalogue reads the file; the rows' numbers go with the items.
func readCatalogue(reader *rowReader, report *Imported) ([]CatalogueItem, []int, error) {
	var items []CatalogueItem
	var rows []int
	for {
		cells, bad, err := reader.cells()
		if errors.Is(err, io.EOF) {
			return items, rows, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if report.Rows++; report.Rows > catalogueMax {
			return nil, nil, ErrImportUnreadable.With("a file has at most %d items", catalogueMax)
		}
		var item CatalogueItem
		if len(bad) == 0 {
			item = cells.catalogueItem()
			bad = cells.bad
		}
		if len(bad) > 0 {
			report.refuse(bad)
			continue
		}
		items, rows = append(items, item), append(rows, cells.row)
	}
}

func (c *cellReader) catalogueItem() CatalogueItem {
	item := CatalogueItem{
		Line: c.text("line"), Edition: c.text("edition"), Item: c.text("item"), Name: c.text("name"),
		Unit: c.text("unit"), Source: c.text("source"),
		Starts: cell(c, "starts", calendar.Date{}, calendar.ParseDate),
		Ends:   cell(c, "ends", calendar.Date{}, calendar.ParseDate),
	}
	if _, known := FindLine(item.Line); !known {
		c.fault("line", "%q is no product line; there are %s", item.Line, strings.Join(LineCodes(), ", "))
	}
	for column, value := range map[string]string{
		"edition": item.Edition, "item": item.Item, "name": item.Name, "source": item.Source,
	} {
		if value == "" || len([]rune(value)) > textMax {
			c.fault(column, "1 to %d characters are needed", textMax)
		}
	}
	if item.Unit != "" && item.Unit != BySet && item.Unit != ByBatch {
		c.fault("unit", "%q is neither set nor batch", item.Unit)
	}
	if item.Starts.IsZero() && len(c.bad) == 0 {
		c.fault("starts", "the day is needed")
	}
	if !inOrder(item.Starts, item.Ends) {
		c.fault("ends", "the edition ends before it begins")
	}
	return item
}

// addItems writes what is new; an item that is there but another is a bad row.
func (s *Service) addItems(
	ctx context.Context, tx bun.Tx, cmd ImportCatalogue, items []CatalogueItem, rows []int, report *Imported,
) error {
	now := s.clock.Now()
	detail := catalogueDetail{}
	for i := range items {
		item := &items[i]
		item.Recorded = now
		result, err := tx.NewInsert().Model(item).On("CONFLICT DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		if made, err := result.RowsAffected(); err != nil {
			return err
		} else if made > 0 {
			report.Imported++
			detail.Items++
			if edition := item.Line + " " + item.Edition; !slices.Contains(detail.Editions, edition) {
				detail.Editions = append(detail.Editions, edition)
			}
			continue
		}
		stored, err := findItem(ctx, tx, item.Line, &Facts{CatalogueEdition: item.Edition, CatalogueItem: item.Item})
		if err != nil {
			return err
		}
		if stored != nil && stored.Name == item.Name && stored.Unit == item.Unit && stored.Starts == item.Starts &&
			stored.Ends == item.Ends {
			report.Known++
			continue
		}
		report.refuse([]BadRow{{Row: rows[i], Column: "item", Reason: "the edition has this item already, and another"}})
	}
	if cmd.DryRun || (report.Bad > 0 && !cmd.SkipBad) {
		return errUndo
	}
	if detail.Items == 0 {
		return nil
	}
	id := outbox.NewID(now)
	return outbox.Append(ctx, tx, outbox.Fact{
		ID: id, Pool: coinsurance.Zone, Type: EventCatalogueImported, Subject: "catalogue/" + id.String(),
		SubjectVersion: 1, Effective: calendar.DateOf(now), Recorded: now, By: cmd.By, Data: detail,
	})
}
