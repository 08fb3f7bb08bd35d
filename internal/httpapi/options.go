package httpapi

import (
	"context"

	"github.com/rs/zerolog"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
	"gongbao/internal/throttle"
	"gongbao/product"
	"gongbao/zone"
)

// Options are what the door needs of the house.
type Options struct {
	DB          *pg.DB
	Zone        *zone.Service
	Coinsurance *coinsurance.Service
	Product     *product.Service
	Insurance   *insurance.Service
	Claims      *claims.Service
	Dossier     *dossier.Service
	Papers      *paper.Service
	Periods     *periodend.Service
	Settlement  *settlement.Service
	Feed        func() relay.Status // nil when this process runs no relay
	Wake        func()              // tells the relay that there is something new; nil for none
	Clock       clock.Clock
	Log         zerolog.Logger
	// Person is who holds a bearer token; identity.Verifier has it.
	Person func(ctx context.Context, token string) (access.Principal, error)
	// Trusts says whether a token was good a moment ago; identity.Verifier has it. Nil: none was.
	Trusts     func(token string) bool
	Limits     throttle.Limits // none when left out
	Deadlines  Deadlines       // DefaultDeadlines when left out
	ByTLS      bool            // callers come by TLS, to us or to a proxy in front
	AppendOnly bool            // the database login cannot change what was written; shown by /readyz
	Version    string          // of the build, as the description and the metrics say it
	Revision   string          // the commit it was built from
}
