package coinsurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// RegisterMember makes an insurer known to the zone.
type RegisterMember struct {
	By      access.Principal `json:"-"`
	Key     string           `json:"-"`
	Code    string           `json:"code"`
	Name    string           `json:"name"`
	Capital *money.Amount    `json:"capital,omitempty"`
}

// RegisterMember refuses: access.forbidden, coinsurance.member_invalid, coinsurance.member_exists.
func (s *Service) RegisterMember(ctx context.Context, cmd RegisterMember) (Member, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return Member{}, err
	}
	if err := cmd.check(); err != nil {
		return Member{}, err
	}
	return idempotency.Once(ctx, s.db, s.once(Zone, cmd.By, "register_member", cmd.Key), cmd,
		func(ctx context.Context, tx *pg.Tx) (Member, error) {
			member := Member{Code: cmd.Code, Name: cmd.Name, Capital: cmd.Capital}
			made, err := s.register(ctx, tx, cmd.By, &member)
			if err != nil || !made {
				return Member{}, refuseUnless(made, err, ErrMemberExists.With("%s", cmd.Code))
			}
			return member, nil
		})
}

// register writes a member down, unless its code is taken.
func (s *Service) register(ctx context.Context, tx *pg.Tx, by access.Principal, member *Member) (bool, error) {
	member.Version, member.Registered, member.Actor = 1, s.clock.Now(), by.Subject
	made, err := insertNew(ctx, tx, member)
	if err != nil || !made {
		return made, err
	}
	return true, outbox.Append(ctx, tx, fact.Fact{
		ID: fact.NewID(member.Registered), Pool: Zone, Type: EventMemberRegistered,
		Subject: "member/" + member.Code, SubjectVersion: member.Version,
		Effective: calendar.DateOf(member.Registered), Recorded: member.Registered, By: by,
		Data: MemberRegistered{Code: member.Code, Name: member.Name, Capital: member.Capital},
	})
}

func (cmd RegisterMember) check() error {
	var check checklist
	check.code("code", cmd.Code)
	check.text("name", cmd.Name)
	check.positive("capital", cmd.Capital)
	return check.Refuse(ErrMemberInvalid)
}

// insertNew inserts a row unless its key is taken.
func insertNew(ctx context.Context, tx *pg.Tx, row any) (bool, error) {
	result, err := tx.NewInsert().Model(row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	count, err := result.RowsAffected()
	return count > 0, err
}

func refuseUnless(ok bool, err, refusal error) error {
	if err != nil || ok {
		return err
	}
	return refusal
}

// Members lists every insurer of the zone, by code.
func Members(ctx context.Context, handle bun.IDB) ([]Member, error) {
	var members []Member
	err := handle.NewSelect().Model(&members).Order("code").Scan(ctx)
	return members, err
}

// registered refuses with ErrMemberNotFound a code that is no member's.
func registered(ctx context.Context, handle bun.IDB, code string) error {
	known, err := MembersByCode(ctx, handle, []string{code})
	if err != nil {
		return err
	}
	if _, there := known[code]; !there {
		return ErrMemberNotFound.With("%s", code)
	}
	return nil
}

// MembersByCode reads the named members; who is not there is missing from the map.
func MembersByCode(ctx context.Context, handle bun.IDB, codes []string) (map[string]Member, error) {
	var reads pg.Reads
	members := MembersByCodeIn(&reads, codes)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	return members(), nil
}

// MembersByCodeIn is MembersByCode among other reads; what it gives says, once they have run, who is there.
func MembersByCodeIn(reads *pg.Reads, codes []string) func() map[string]Member {
	var members []Member
	pg.List(reads, &members, `WHERE code = ANY ($1)`, codes)
	return func() map[string]Member {
		found := make(map[string]Member, len(members))
		for _, member := range members {
			found[member.Code] = member
		}
		return found
	}
}
