package insurance

import (
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/text"
)

var letters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// CheckNumber wants of a number that is made now, of a policy, a claim or an occurrence, that it begins with its pool's
// code, so that one look-up finds the shard, and goes on as a code.
func CheckNumber(check *fault.Check, path, pool, number string) {
	rest, found := strings.CutPrefix(number, pool+"-")
	if !found || rest == "" {
		check.Require(false, path, "a number is the code of its pool, a hyphen and a code of its own")
		return
	}
	if reason := text.CodeFault(rest); reason.Any() {
		check.Require(false, path, "behind the code of its pool a number {reason}", fault.Args{"reason": reason})
	}
}

// newNumber makes up a number: pool, year of the first day, and a unique rest that rises with time.
func newNumber(pool string, starts calendar.Date, now time.Time) string {
	id := fact.NewID(now)
	return fmt.Sprintf("%s-%s-%s", pool, starts.String()[:4], letters.EncodeToString(id[:]))
}

func isDigest(digest string) bool {
	raw, err := hex.DecodeString(digest)
	return err == nil && len(raw) == 32
}

// PoolOf is the pool that a policy number names, "" when it names none.
func PoolOf(number string) string {
	pool, _, found := strings.Cut(number, "-")
	if !found {
		return ""
	}
	return pool
}

func keyOf(number string) policyKey { return policyKey{PoolOf(number), number} }
