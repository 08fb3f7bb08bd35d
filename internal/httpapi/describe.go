package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/swaggest/swgui/v5emb"

	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
)

const securityScheme = "bearer"

// makeProblems makes the library refuse with our problems. It has two variables for that; both are set once.
var makeProblems = sync.OnceFunc(func() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		return problemFromLibrary(ctx.Context(), status, message, errs...)
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problemFromLibrary(context.Background(), status, message, errs...)
	}
})

// description is the head of the OpenAPI document and how the library is to work.
func (s *Server) description() huma.Config {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Gongbao 共保", Version: s.Version,
				Description: "The co-insurance and claims ledger of a science-insurance zone. Amounts are JSON strings in " +
					"yuan, shares and rates are strings as fractions or percent, days are ISO dates in China. Send an " +
					"Idempotency-Key with every change: the same change sent again happens once and gets the first " +
					"answer. Send rehearse=true with a command to be told what it would do; nothing is done. Send " +
					"If-Match with the ETag you saw to change only what you saw. Refusals are problems " +
					"(RFC 9457) with a stable code and all faulty fields at once.",
			},
			Tags: tags(),
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry(schemaPrefix, schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					securityScheme: {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
				},
			},
		},
		Formats: map[string]huma.Format{
			"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat,
		},
		DefaultFormat: "application/json",
	}
	for actual, shown := range shownAs {
		config.Components.Schemas.RegisterTypeAlias(actual, shown)
	}
	return config
}

// shownAs says how the house's own types look on the wire.
var shownAs = map[reflect.Type]reflect.Type{
	reflect.TypeFor[money.Amount]():    reflect.TypeFor[amountText](),
	reflect.TypeFor[money.Share]():     reflect.TypeFor[fractionText](),
	reflect.TypeFor[money.Rate]():      reflect.TypeFor[fractionText](),
	reflect.TypeFor[calendar.Date]():   reflect.TypeFor[dateText](),
	reflect.TypeFor[calendar.Month]():  reflect.TypeFor[monthText](),
	reflect.TypeFor[calendar.Months](): reflect.TypeFor[monthsText](),
	reflect.TypeFor[decimal.Decimal](): reflect.TypeFor[ratioText](),
	reflect.TypeFor[uuid.UUID]():       reflect.TypeFor[uuidText](),
	reflect.TypeFor[fact.HexDigest]():  reflect.TypeFor[hexText](),
	reflect.TypeFor[json.RawMessage](): reflect.TypeFor[anyJSON](),
}

type (
	amountText   struct{}
	fractionText struct{}
	dateText     struct{}
	monthText    struct{}
	monthsText   struct{}
	ratioText    struct{}
	uuidText     struct{}
	hexText      struct{}
	anyJSON      struct{}
)

// Schema of an amount of money.
func (amountText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Description: "Yuan, with at most two decimals",
		Pattern: amountPattern, Examples: []any{"1000000.01"},
	}
}

// Schema of a share or a rate.
func (fractionText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Description: "A fraction with at most eight decimals, or percent with at most six",
		Pattern: fractionPattern, Examples: []any{"0.06", "35%"},
	}
}

// Schema of a day.
func (dateText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Nullable: true, Format: "date", Description: "A day in China; null for none",
		Examples: []any{"2026-01-31"},
	}
}

// Schema of a month.
func (monthText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: monthPattern, Description: "A month", Examples: []any{"2026-01"},
	}
}

// Schema of accounting months.
func (monthsText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Description: "A month, a quarter, a year, or months from one to another",
		Pattern: monthsPattern, Examples: []any{"2026-01", "2026-Q1", "2026", "2026-01..2026-08"},
	}
}

// Schema of a ratio.
func (ratioText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Description: "A ratio as a fraction, below zero too", Examples: []any{"0.6512"},
	}
}

// Schema of an id.
func (uuidText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

// Schema of a hash or a salt.
func (hexText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: hexPattern, Description: "Hexadecimal"}
}

// Schema of a part of an event, which is described by its own JSON Schema (docs/events).
func (anyJSON) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "As the JSON Schema of the event's type describes it"}
}

// serveDocs serves the description, and pages to browse it that need nothing from elsewhere.
func (s *Server) serveDocs() {
	document, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		panic("httpapi: the API's description cannot be written: " + err.Error())
	}
	s.mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(document)
	})
	s.mux.Handle("GET /docs/", v5emb.New("Gongbao 共保", "/openapi.json", "/docs/"))
	s.mux.HandleFunc("GET /docs", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/docs/", http.StatusMovedPermanently)
	})
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/docs/", http.StatusFound)
	})
}
