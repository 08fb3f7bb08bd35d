package httpapi

import (
	"context"
	"io"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/sheet"
	"gongbao/product"
	"gongbao/zone"
)

// ImportKind is something that can be imported from a file.
type ImportKind struct {
	Name    string
	About   string
	Columns []sheet.Column
	Run     func(context.Context, access.Principal, io.Reader, sheet.Ways) (sheet.Report, error)
}

// ImportKinds are all of them.
func ImportKinds(
	members *zone.Service, pools *coinsurance.Service, products *product.Service, policies *insurance.Service,
	handled *claims.Service,
) []ImportKind {
	return []ImportKind{
		{
			"policies", "policies in force, with premium, splits, postings and events", insurance.ImportColumns,
			func(ctx context.Context, by access.Principal, from io.Reader, w sheet.Ways) (sheet.Report, error) {
				return policies.ImportPolicies(ctx, insurance.ImportPolicies{By: by, Source: from, Ways: w})
			},
		},
		{
			"claims", "claims as they stand, with splits, postings and events", claims.ImportColumns,
			func(ctx context.Context, by access.Principal, from io.Reader, w sheet.Ways) (sheet.Report, error) {
				return handled.ImportClaims(ctx, claims.ImportClaims{By: by, Source: from, Ways: w})
			},
		},
		{
			"claims-confirmation", "a second person's word for a file of claims of which money is approved or paid",
			claims.ImportColumns,
			func(ctx context.Context, by access.Principal, from io.Reader, w sheet.Ways) (sheet.Report, error) {
				return handled.ConfirmClaims(ctx, claims.ConfirmClaims{By: by, Source: from, Ways: w})
			},
		},
		{
			"members", "insurers of the zone", zone.MemberColumns,
			func(ctx context.Context, by access.Principal, from io.Reader, w sheet.Ways) (sheet.Report, error) {
				return members.ImportMembers(ctx, zone.ImportMembers{By: by, Source: from, Ways: w})
			},
		},
		{
			"agreements", "versions of agreements, as proposals that a second person accepts", coinsurance.AgreementColumns,
			func(ctx context.Context, by access.Principal, from io.Reader, w sheet.Ways) (sheet.Report, error) {
				return pools.ImportAgreements(ctx, coinsurance.ImportAgreements{By: by, Source: from, Ways: w})
			},
		},
		{
			"workdays", "days off in the week and weekends worked, of a further year", zone.WorkdayColumns,
			func(ctx context.Context, by access.Principal, from io.Reader, w sheet.Ways) (sheet.Report, error) {
				return members.ImportWorkdays(ctx, zone.ImportWorkdays{By: by, Source: from, Ways: w})
			},
		},
		{
			"catalogue", "items of the catalogues of first sets and new materials", product.CatalogueColumns,
			func(ctx context.Context, by access.Principal, from io.Reader, w sheet.Ways) (sheet.Report, error) {
				return products.ImportCatalogue(ctx, product.ImportCatalogue{By: by, Source: from, Ways: w})
			},
		},
	}
}
