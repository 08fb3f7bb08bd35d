package zone

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// RegisterMember makes an insurer known to the zone.
type RegisterMember struct {
	idempotency.Command

	Code    string        `json:"code"`
	Name    string        `json:"name"`
	Capital *money.Amount `json:"capital,omitempty"`
}

// RegisterMember refuses: access.forbidden, coinsurance.member_invalid, coinsurance.member_exists.
func (s *Service) RegisterMember(ctx context.Context, cmd RegisterMember) (*Member, error) {
	return change(ctx, s, cmd, loadNothing, registerMember)
}

func (cmd RegisterMember) admit() error {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return err
	}
	return cmd.check()
}

func (cmd RegisterMember) check() error {
	var check fault.Check
	field.Code(&check, "code", cmd.Code)
	field.Line(&check, "name", cmd.Name, NameMax)
	check.Require(cmd.Capital == nil || cmd.Capital.Sign() > 0, "capital", "the amount must be above zero")
	return check.Refuse(ErrMemberInvalid)
}

// loadNothing is for who decides without a look at the book.
func loadNothing(context.Context, *pg.Tx, RegisterMember) (struct{}, error) { return struct{}{}, nil }

// registerMember decides; whether the code is taken shows when the member is written.
func registerMember(_ struct{}, cmd RegisterMember, now time.Time) (decision[Member], error) {
	return decision[Member]{
		after: &Member{
			Code: cmd.Code, Name: cmd.Name, Capital: cmd.Capital, Version: 1, Registered: now, Actor: cmd.By.Subject,
		},
		taken: ErrMemberExists.Case(fault.Args{"member": cmd.Code}),
		fact: fact.Fact{
			Pool: pg.Zone, Type: EventMemberRegistered, Subject: "member/" + cmd.Code, SubjectVersion: 1,
			Effective: calendar.DateOf(now), Recorded: now, By: cmd.By, Audience: fact.Everyone,
			Data: MemberRegistered{Code: cmd.Code, Name: cmd.Name, Capital: cmd.Capital},
		},
	}, nil
}
