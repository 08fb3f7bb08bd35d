package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/bank"
	"gongbao/internal/lab/sample"
	"gongbao/zone"
)

// closed is why a payment comes back: its payee has another account by now.
const closed = "AC04"

// payByBank pays the orders of a run through a bank: a payment file of all of them, made by one person and released by
// another, what the bank answers, one payment that comes back because the payee's account is closed, and that payment
// once more, to the account that the payee gives then. Every command has a key, so what a run that was cut off has done
// is not done twice.
func (r *settling) payByBank(ctx context.Context, period string, orders []settlement.PaymentOrder) error {
	cmd, err := r.filing(ctx, period, orders)
	if err != nil {
		return err
	}
	back := orders[0]
	if err := r.send(ctx, cmd, back.ID); err != nil {
		return err
	}
	if err := r.giveAccount(ctx, back.Payee, accountOf(back.Payee, back.Settlement+1), period); err != nil {
		return err
	}
	cmd.Command, cmd.Orders = r.said(sample.Clerk, period, "file-again"), []string{back.ID}
	return r.send(ctx, cmd, "")
}

// filing sees to the accounts and mandates that a payment file of orders needs, and says how it is made.
func (r *settling) filing(
	ctx context.Context, period string, orders []settlement.PaymentOrder,
) (settlement.MakeFile, error) {
	cmd := settlement.MakeFile{Command: r.said(sample.Clerk, period, "file"), Pool: r.pool, Orders: idsOf(orders)}
	if err := r.giveAccounts(ctx, membersOf(orders)); err != nil {
		return cmd, err
	}
	if payers := payersOf(orders); len(payers) == 1 {
		cmd.Payer = payers[0]
	} else {
		cmd.Mandated = true
		for _, payer := range payers {
			if err := r.giveMandate(ctx, payer); err != nil {
				return cmd, err
			}
		}
	}
	return cmd, nil
}

// send makes a payment file, has another person release it, keeps it, and takes what the bank answers: the payment of
// one order may come back.
func (r *settling) send(ctx context.Context, cmd settlement.MakeFile, back string) error {
	number, err := r.release(ctx, cmd)
	if err != nil {
		return err
	}
	file, err := settlement.FileContent(ctx, r.house.DB.Of(r.pool), sample.Clerk, r.pool, number)
	if err != nil {
		return err
	}
	if err := r.shelf.put(file.Message+".xml", bytes.NewReader(file.Content)); err != nil {
		return err
	}
	_, attempts, err := settlement.ViewFile(ctx, r.house.DB.Of(r.pool), sample.Clerk, r.pool, number)
	if err != nil {
		return err
	}
	why, err := bank.Because(closed)
	if err != nil {
		return err
	}
	returned := map[string]bank.Reason{}
	for _, attempt := range attempts {
		if attempt.Order == back {
			returned[fmt.Sprintf("%s-%d", back, attempt.Attempt.Attempt)] = why
		}
	}
	return r.answered(ctx, file, returned)
}

// release makes a payment file and has another person release it. A file that a run which was cut off has made on an
// earlier day is outdated: it is made void, and made anew under the next key.
func (r *settling) release(ctx context.Context, cmd settlement.MakeFile) (number int, err error) {
	key := cmd.IdempotencyKey
	for again := 2; ; again++ {
		made, err := r.MakeFile(ctx, cmd)
		if err != nil {
			return 0, err
		}
		_, err = r.ReleaseFile(ctx, settlement.ReleaseFile{
			Command: idempotency.Command{By: sample.Checker, IdempotencyKey: cmd.IdempotencyKey}, Pool: r.pool,
			Number: made.Number,
		})
		if err == nil || !errors.Is(err, settlement.ErrFileOutdated) && !errors.Is(err, settlement.ErrFileDecided) {
			return made.Number, err
		}
		_, err = r.VoidFile(ctx, settlement.VoidFile{
			Command: idempotency.Command{By: sample.Clerk, IdempotencyKey: cmd.IdempotencyKey}, Pool: r.pool,
			Number: made.Number, Reason: "付款日已过",
		})
		if err != nil {
			return 0, err
		}
		cmd.IdempotencyKey = fmt.Sprintf("%s-%d", key, again)
	}
}

// answered has the bank answer a payment file, keeps the answers, and reads them.
func (r *settling) answered(
	ctx context.Context, file *settlement.PaymentFile, returned map[string]bank.Reason,
) error {
	taken, err := bank.Read(file.Content)
	if err != nil {
		return err
	}
	answer, err := taken.Answer(*file.Released, nil, returned)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		kind  string
		write func() ([]byte, error)
	}{{"pain.002", answer.Status}, {"camt.054", answer.Notification}} {
		text, err := part.write()
		if err != nil {
			return err
		}
		if err := r.shelf.put(file.Message+"."+part.kind+".xml", bytes.NewReader(text)); err != nil {
			return err
		}
		if _, err := r.ReadAnswer(ctx, settlement.ReadAnswer{By: sample.Clerk, Content: text}); err != nil {
			return fmt.Errorf("read the bank's %s: %w", part.kind, err)
		}
	}
	return nil
}

// giveAccounts gives an account to every member that has none of an earlier quarter or another pool.
func (r *settling) giveAccounts(ctx context.Context, codes []string) error {
	today := calendar.DateOf(r.house.Clock.Now())
	for _, code := range codes {
		if _, err := zone.PayableTo(ctx, r.house.DB, code, today); err == nil {
			continue
		}
		if err := r.giveAccount(ctx, code, accountOf(code, 1), "first"); err != nil {
			return err
		}
	}
	return nil
}

// giveAccount writes down where a member is paid: one clerk proposes it, another approves it, and a person of the
// member confirms that the account is its own.
func (r *settling) giveAccount(ctx context.Context, code, account, when string) error {
	said := func(by access.Principal) idempotency.Command {
		return idempotency.Command{By: by, IdempotencyKey: "demo-account-" + code + "-" + when}
	}
	registered, err := zone.MembersByCode(ctx, r.house.DB, []string{code})
	if err != nil {
		return err
	}
	proposed, err := r.house.Zone.ProposeBank(ctx, zone.ProposeBank{
		Command: said(sample.Clerk), Member: code, Bank: "示例银行武汉分行", CNAPS: "104521003456",
		AccountName: registered[code].Name, AccountNumber: account,
	})
	if err != nil {
		return err
	}
	_, err = r.house.Zone.DecideBank(ctx, zone.DecideBank{
		Command: said(sample.Checker), Member: code, Number: proposed.Number, Approve: true,
	})
	if err != nil {
		return err
	}
	_, err = r.house.Zone.ConfirmBank(ctx, zone.ConfirmBank{
		Command: said(member(code)), Member: code, Number: proposed.Number,
	})
	return err
}

// giveMandate lets the pool manager pay from a member's account, unless it may already: two people of the member say
// so.
func (r *settling) giveMandate(ctx context.Context, code string) error {
	given, err := zone.ViewMandates(ctx, r.house.DB, sample.Clerk, code)
	if err != nil || zone.Mandates(given).Require(code, calendar.DateOf(r.house.Clock.Now())) == nil {
		return err
	}
	said := func(person string) idempotency.Command {
		by := access.Person(person, access.Member, code, access.Administrator)
		return idempotency.Command{By: by, IdempotencyKey: "demo-mandate-" + code}
	}
	proposed, err := r.house.Zone.ProposeMandate(ctx, zone.ProposeMandate{Command: said("zhao"), Member: code})
	if err != nil {
		return err
	}
	_, err = r.house.Zone.DecideMandate(ctx, zone.DecideMandate{
		Command: said("qian"), Member: code, Number: proposed.Number, Give: true,
	})
	return err
}

// accountOf is a made-up account of a member.
func accountOf(code string, number int) string {
	return fmt.Sprintf("6222%010d%02d", crc32.ChecksumIEEE([]byte(code)), number)
}

func payersOf(orders []settlement.PaymentOrder) []string {
	payers := make([]string, 0, len(orders))
	for i := range orders {
		payers = append(payers, orders[i].Payer)
	}
	return distinct(payers)
}

func membersOf(orders []settlement.PaymentOrder) []string {
	members := payersOf(orders)
	for i := range orders {
		members = append(members, orders[i].Payee)
	}
	return distinct(members)
}

func distinct(codes []string) []string {
	slices.Sort(codes)
	return slices.Compact(codes)
}

func idsOf(orders []settlement.PaymentOrder) []string {
	ids := make([]string, 0, len(orders))
	for i := range orders {
		ids = append(ids, orders[i].ID)
	}
	return ids
}
