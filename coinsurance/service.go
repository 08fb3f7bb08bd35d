package coinsurance

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Service is the coinsurance wing: it needs the database and a clock.
type Service struct {
	db    *pg.DB
	clock clock.Clock
}

// NewService gives the wing what it needs.
func NewService(db *pg.DB, clock clock.Clock) *Service { return &Service{db: db, clock: clock} }

func (s *Service) once(pool string, by access.Principal, operation, key string) idempotency.Scope {
	return idempotency.Scope{
		Pool: pool, Organisation: by.Organisation, Operation: "coinsurance." + operation, Key: key, Clock: s.clock,
	}
}

const (
	textMax = 200 // runes of a name
	codeMax = 64
)

var codeForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$`)

// checklist collects the field faults of one request.
type checklist struct{ fault.Check }

func (c *checklist) code(path, value string) {
	c.Require(
		codeForm.MatchString(value), path, "a code has 1 to %d letters, digits, dots, dashes or underscores", codeMax,
	)
}

func (c *checklist) text(path, value string) {
	length := utf8.RuneCountInString(value)
	plain := utf8.ValidString(value) && !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' })
	c.Require(plain && length > 0 && length <= textMax, path, "1 to %d printable characters are needed", textMax)
}

func (c *checklist) positive(path string, value *money.Amount) {
	c.Require(value == nil || value.Sign() > 0, path, "the amount must be above zero")
}
