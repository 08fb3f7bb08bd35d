package httpapi

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/fault"
	"gongbao/product"
)

// LinePath names a product line.
type LinePath struct {
	Line string `path:"line" maxLength:"64" doc:"The product line's code"`
}

func (s *Server) bindProducts() {
	bind(s, get("list-products", tagProduct, "/v1/products", door.Business,
		"The product lines, with sections, rules and evidence"), func(
		context.Context, access.Principal, *none,
	) (*page[product.Line], error) {
		return all(product.Lines(), nil)
	})
	bind(s, get("get-product", tagProduct, "/v1/products/{line}", door.Business, "One product line"), func(
		_ context.Context, _ access.Principal, in *LinePath,
	) (*single[product.Line], error) {
		line, known := product.FindLine(in.Line)
		if !known {
			return nil, product.ErrLineNotFound.Case(fault.Args{"line": in.Line})
		}
		return one(line, nil)
	})
	bind(s, get("list-product-catalogue", tagProduct, "/v1/products/{line}/catalogue", door.Business,
		"The items of the line's catalogue, by edition"), func(
		ctx context.Context, _ access.Principal, in *struct {
			LinePath
			PageQuery

			Edition string `query:"edition" maxLength:"64"`
		},
	) (*page[product.CatalogueItem], error) {
		after, err := door.Unseal(in.After)
		if err != nil {
			return nil, err
		}
		items, err := product.Catalogue(ctx, s.DB, in.Line, in.Edition, after, in.limit())
		return paged(in.PageQuery, items, err, func(last product.CatalogueItem) string {
			return last.Edition + " " + last.Item
		})
	})
}
