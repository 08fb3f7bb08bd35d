package zone_test

import (
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/zone"
)

func TestRegisterMemberRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	negative := money.MustAmount("-1.00")
	tests := map[string]struct {
		change func(*zone.RegisterMember)
		wanted error
	}{
		"by a member":          {func(c *zone.RegisterMember) { c.By = member }, access.ErrForbidden},
		"by the regulator":     {func(c *zone.RegisterMember) { c.By = regulator }, access.ErrForbidden},
		"by the operator":      {func(c *zone.RegisterMember) { c.By = operator }, access.ErrForbidden},
		"without the role":     {func(c *zone.RegisterMember) { c.By = roleless }, access.ErrForbidden},
		"without a code":       {func(c *zone.RegisterMember) { c.Code = "" }, zone.ErrMemberInvalid},
		"without a name":       {func(c *zone.RegisterMember) { c.Name = "" }, zone.ErrMemberInvalid},
		"a name of two lines":  {func(c *zone.RegisterMember) { c.Name = "a\nb" }, zone.ErrMemberInvalid},
		"capital below zero":   {func(c *zone.RegisterMember) { c.Capital = &negative }, zone.ErrMemberInvalid},
		"a code that is there": {func(c *zone.RegisterMember) { c.Code = "A" }, zone.ErrMemberExists},
	}
	for name, test := range tests {
		t.Run("Err "+name, func(t *testing.T) {
			cmd := zone.RegisterMember{Command: idempotency.By(clerk), Code: "D", Name: "丁"}
			test.change(&cmd)
			z.refuses(t, test.wanted, func() error { _, err := z.RegisterMember(t.Context(), cmd); return err })
		})
	}
}
