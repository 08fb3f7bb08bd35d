package httpapi

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/fault"
	"gongbao/internal/imports"
	"gongbao/internal/sheet"
)

// importMax is how large a file may be, in bytes; a larger one is cut into parts, or imported by command.
const importMax = 64 << 20

// startedAnswer is an import that has begun.
type startedAnswer struct {
	Location string `header:"Location"`
	Body     *imports.Run
}

func (s *Server) bindImports() {
	s.runner = imports.NewRunner(s.DB, s.Clock, s.Log)
	s.kinds = ImportKinds(s.Zone, s.Coinsurance, s.Product, s.Insurance, s.Claims)
	start := post(tagImport, "/v1/imports/{kind}", door.PoolClerks,
		"Import a CSV or XLSX in the background; the answer says where to ask how far it is")
	start.success = http.StatusAccepted
	bind(s, start.named("start-import").takesTable(importMax), s.startImport)
	bind(s, get("get-import", tagImport, "/v1/imports/{id}", door.PoolClerks,
		"How far an import is and, once it has ended, its report"), func(
		ctx context.Context, by access.Principal, in *struct {
			ID uuid.UUID `path:"id"`
		},
	) (*single[*imports.Run], error) {
		return one(s.runner.Find(ctx, by, in.ID))
	})
	bind(s, get("list-imports", tagImport, "/v1/imports", door.PoolClerks,
		"The newest imports of the caller's organisation"), func(
		ctx context.Context, by access.Principal, _ *none,
	) (*page[imports.Run], error) {
		return all(s.runner.List(ctx, by, door.PageDefault))
	})
}

func (s *Server) startImport(ctx context.Context, by access.Principal, in *struct {
	Kind    string `path:"kind"      enum:"policies,claims,members,agreements,workdays,catalogue"`
	DryRun  bool   `query:"dry_run"  doc:"Check everything, write nothing"`
	SkipBad bool   `query:"skip_bad" doc:"Import the good rows although there are bad ones"`
	Sheet   string `query:"sheet"    maxLength:"64" doc:"Of a workbook; its first visible one when left out"`
	Charset string `query:"charset"  maxLength:"32" doc:"Of a CSV, utf-8 or gb18030; else the Content-Type's"`
	Type    string `header:"Content-Type" hidden:"true"`
},
) (*startedAnswer, error) {
	at := slices.IndexFunc(s.kinds, func(kind ImportKind) bool { return kind.Name == in.Kind })
	if at < 0 {
		return nil, door.ErrRequestInvalid.At("path.kind", "there is no kind {given}",
			fault.Args{"given": strconv.Quote(in.Kind)})
	}
	place, err := s.runner.Reserve()
	if err != nil {
		return nil, err
	}
	defer place.Leave()
	file, size, err := s.receive(ctx, importMax)
	if err != nil {
		return nil, err
	}
	run, err := place.Start(ctx, by, imports.File{Kind: in.Kind, File: file, Size: size, DryRun: in.DryRun},
		func(ctx context.Context, file *os.File, told func(int, int64)) (sheet.Report, error) {
			report, err := s.kinds[at].Run(ctx, by, file, sheet.Ways{
				Sheet: in.Sheet, Encoding: cmp.Or(in.Charset, charsetOf(in.Type)), DryRun: in.DryRun,
				SkipBad: in.SkipBad, Progress: told,
			})
			if s.Wake != nil {
				s.Wake()
			}
			return report, err
		})
	if err != nil {
		return nil, err
	}
	return &startedAnswer{Location: "/v1/imports/" + run.ID.String(), Body: run}, nil
}

// charsetOf is the charset that a media type names, "" when it names none.
func charsetOf(mediaType string) string {
	_, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return ""
	}
	return parameters["charset"]
}

// Close ends what runs in the background. Papers that are not written by then are due still.
func (s *Server) Close() {
	close(s.closed)
	s.writing.Wait()
	s.runner.Close()
}
