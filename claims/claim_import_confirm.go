package claims

import (
	"context"
	"io"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// ConfirmClaims is a second person's word for a file of claims that moves money 导入复核: it is read as an import reads it,
// and the word is for these very bytes. Whoever gave the word does not import the file.
type ConfirmClaims struct {
	By     access.Principal
	Source io.Reader // as ImportClaims takes it
	sheet.Ways
}

// ConfirmClaims refuses: access.forbidden, claims.import_unreadable, claims.import_refused (bad rows),
// access.authority_exceeded (a row above what the person decides alone on every line). A file that was confirmed by the
// same person is passed over.
func (s *Service) ConfirmClaims(ctx context.Context, cmd ConfirmClaims) (sheet.Report, error) {
	if err := mayImport(cmd.By); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Begun(cmd.Ways)
	file := mark(cmd.Source, cmd.Ways)
	rows, err := readClaims(ImportClaims{By: cmd.By, Source: file, Ways: cmd.Ways}, &read)
	if err != nil {
		return sheet.Begun(cmd.Ways), sheet.Refused(err, ErrImportUnreadable)
	}
	subject, err := file.subject()
	if err != nil {
		return read, err
	}
	report, err := sheet.Run(ctx, s.db, cmd.Ways, read, func(ctx context.Context, tx *pg.Tx, r *sheet.Report) error {
		return s.confirmClaims(ctx, tx, cmd.By, subject, rows, r)
	})
	return report, sheet.RefusedRows(err, report, ErrImportRefused)
}

func (s *Service) confirmClaims(
	ctx context.Context, tx *pg.Tx, by access.Principal, subject string, rows []*importedClaim, report *sheet.Report,
) error {
	words, err := zone.Countersigned(ctx, tx, pg.Zone, subject)
	if err != nil {
		return err
	}
	for _, word := range words {
		if word.By == by.Subject {
			report.Known += len(rows)
			return nil
		}
	}
	now := s.clock.Now()
	limit, err := zone.LimitOf(ctx, tx, by, access.Claims, zone.EveryLine, calendar.DateOf(now))
	if err != nil {
		return err
	}
	asked := authority.Case{By: by, Role: access.Claims, Line: zone.EveryLine, Limit: limit}
	var total money.Amount
	for _, row := range rows {
		moved := row.claim.decided()
		total, asked.Amount = total.Add(moved), money.Max(asked.Amount, moved)
	}
	if err := asked.Agrees(); err != nil {
		return err
	}
	report.Imported += len(rows)
	word := &zone.Countersignature{
		Pool: pg.Zone, Subject: subject, Version: int64(len(words)) + 1, Act: authority.ImportClaims.Command, Amount: total,
		Organisation: by.Organisation, SaidBy: by.Subject, Role: by.Acting(access.Claims), Recorded: now,
	}
	zone.Countersign(tx, word)
	return outbox.Append(ctx, tx, fact.Fact{
		ID: fact.NewID(now), Pool: pg.Zone, Type: EventImportConfirmed, Subject: subject, SubjectVersion: word.Version,
		Effective: calendar.DateOf(now), Recorded: now, By: by, Audience: fact.Overseers,
		Data: importConfirmed{Claims: len(rows), Amount: total},
	})
}
