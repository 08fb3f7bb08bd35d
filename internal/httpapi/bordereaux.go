package httpapi

import (
	"context"
	"fmt"
	"io"
	"mime"
	"os"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/claims/bordereau"
	premiums "gongbao/insurance/bordereau"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/periodend"
	"gongbao/internal/sheet"
)

type (
	// BordereauQuery asks for a list of claims.
	BordereauQuery struct {
		PoolPath

		Month  calendar.Month `path:"month"`
		Member string         `path:"member" maxLength:"64" doc:"Whose list"`
		AsKnown
	}
	// PremiumBordereauQuery asks for a list of premiums.
	PremiumBordereauQuery struct {
		PoolPath
		PeriodPath

		Member string `path:"member" maxLength:"64" doc:"Whose list"`
		AsKnown
	}
	// ResultQuery asks how a pool did.
	ResultQuery struct {
		PoolPath
		PeriodPath
		AsKnown
	}
	// PeriodPath names accounting months.
	PeriodPath struct {
		Period calendar.Months `path:"period"`
	}
	// AsKnown names an instant.
	AsKnown struct {
		Known time.Time `query:"known" doc:"As known at this instant; now when left out"`
	}
	// TableQuery asks for a table as a file.
	TableQuery struct {
		Format string `query:"format" enum:"csv,xlsx" default:"csv"`
	}
	// premiumPage is a page of a list of premiums.
	premiumPage struct {
		premiums.Bordereau

		Next string `json:"next,omitempty" doc:"Ask with after= this, and known= of this page, for the next one"`
	}
)

func (s *Server) bindBordereaux() {
	const premiumList = "/v1/pools/{pool}/premium-bordereaux/{period}/{member}"
	bind(s, get("get-premium-bordereau", tagPolicy, premiumList, door.Business,
		"The premiums of a member for some months, transaction by transaction"), s.premiumBordereau)
	bind(s, get("download-premium-bordereau", tagPolicy, premiumList+"/file", door.Business,
		"The premiums of a member for some months as a table, CSV or XLSX").answersFile(mediaAny), s.downloadPremiumBordereau)
	const claimList = "/v1/pools/{pool}/claims-bordereaux/{month}/{member}"
	bind(s, get("get-claims-bordereau", tagClaim, claimList, door.Business,
		"The claims of a member for an accounting month: moved, to date, outstanding, by kind"), func(
		ctx context.Context, by access.Principal, in *BordereauQuery,
	) (*single[*bordereau.Bordereau], error) {
		return one(s.bordereau(ctx, by, in))
	})
	bind(s, get("download-claims-bordereau", tagClaim, claimList+"/file", door.Business,
		"The same as a table, CSV or XLSX").answersFile(mediaAny), s.downloadBordereau)
	const result = "/v1/pools/{pool}/results/{period}"
	bind(s, get("get-pool-result", tagReport, result, door.Business,
		"How a pool did, by month and member: written, earned, incurred, loss ratio, fees"), func(
		ctx context.Context, by access.Principal, in *ResultQuery,
	) (*single[*periodend.Result], error) {
		return one(s.poolResult(ctx, by, in))
	})
	bind(s, get("download-pool-result", tagReport, result+"/file", door.Business,
		"How a pool did as a table, CSV or XLSX, by month and member").answersFile(mediaAny), s.downloadPoolResult)
}

func (q *PremiumBordereauQuery) question() premiums.Question {
	return premiums.Question{Pool: q.Pool, Member: q.Member, Months: q.Period, Known: q.Known}
}

func (s *Server) premiumBordereau(ctx context.Context, by access.Principal, in *struct {
	PremiumBordereauQuery
	PageQuery
},
) (*single[premiumPage], error) {
	text, err := door.Unseal(in.After)
	if err != nil {
		return nil, err
	}
	passed := 0
	if text != "" {
		if passed, err = strconv.Atoi(text); err != nil {
			return nil, door.ErrNoCursor
		}
	}
	list, err := premiums.Of(ctx, s.DB.Of(in.Pool), by, s.Clock.Now(), in.question(), passed, in.limit())
	if err != nil {
		return nil, err
	}
	page := premiumPage{Bordereau: *list}
	if passed += len(list.Lines); passed < list.Count {
		page.Next = door.Seal(strconv.Itoa(passed))
	}
	return one(page, nil)
}

func (s *Server) downloadPremiumBordereau(ctx context.Context, by access.Principal, in *struct {
	PremiumBordereauQuery
	TableQuery
},
) (*streamed, error) {
	name := fmt.Sprintf("premiums-%s-%s-%s", in.Pool, in.Member, in.Period)
	return s.table(ctx, name, in.TableQuery, func(format sheet.Format, to io.Writer) error {
		return premiums.Write(ctx, s.DB.Of(in.Pool), by, s.Clock.Now(), in.question(), format, to)
	})
}

// bordereau makes the list that was asked for.
func (s *Server) bordereau(ctx context.Context, by access.Principal, in *BordereauQuery) (*bordereau.Bordereau, error) {
	return bordereau.Of(ctx, s.DB.Of(in.Pool), by, s.Clock.Now(), bordereau.Question{
		Pool: in.Pool, Member: in.Member, Month: in.Month, Known: in.Known,
	})
}

func (s *Server) downloadBordereau(ctx context.Context, by access.Principal, in *struct {
	BordereauQuery
	TableQuery
},
) (*streamed, error) {
	list, err := s.bordereau(ctx, by, &in.BordereauQuery)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("claims-%s-%s-%s", list.Pool, list.Member, list.Month)
	return s.table(ctx, name, in.TableQuery, func(format sheet.Format, to io.Writer) error {
		return list.Write(to, format)
	})
}

func (s *Server) poolResult(ctx context.Context, by access.Principal, in *ResultQuery) (*periodend.Result, error) {
	return periodend.PoolResult(ctx, s.DB.Of(in.Pool), by, s.Clock.Now(), periodend.ResultQuestion{
		Pool: in.Pool, Months: in.Period, Known: in.Known,
	})
}

func (s *Server) downloadPoolResult(ctx context.Context, by access.Principal, in *struct {
	ResultQuery
	TableQuery
},
) (*streamed, error) {
	result, err := s.poolResult(ctx, by, &in.ResultQuery)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("result-%s-%s", in.Pool, in.Period)
	return s.table(ctx, name, in.TableQuery, func(format sheet.Format, to io.Writer) error {
		return result.Write(to, format)
	})
}

// table answers with a table that is written to a file without a name first: memory need not hold it, and what fails is
// refused before the first byte goes out.
func (s *Server) table(
	ctx context.Context, name string, in TableQuery, write func(format sheet.Format, to io.Writer) error,
) (*streamed, error) {
	format, media := sheet.CSV, mediaCSV
	if in.Format == string(sheet.XLSX) {
		format, media = sheet.XLSX, mediaXLSX
	}
	file, err := os.CreateTemp("", "gongbao-outgoing-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(file.Name()) // where files that are open cannot be removed, the system's own cleaning has to do
	var size int64
	if err = write(format, &whileWanted{ctx, file}); err == nil {
		size, err = file.Seek(0, io.SeekCurrent)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	name += "." + string(format)
	return &streamed{
		ContentType: media, Length: size,
		Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": name}),
		Body:        func(out huma.Context) { s.handOut(out, file) },
	}, nil
}
