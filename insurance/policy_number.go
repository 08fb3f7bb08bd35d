package insurance

import (
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/outbox"
)

var (
	numberForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$`)
	letters    = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
)

// numberFits says that a number begins with its pool's code, so that one look-up finds the shard.
func numberFits(pool, number string) bool {
	rest, found := strings.CutPrefix(number, pool+"-")
	return found && numberForm.MatchString(rest)
}

// newNumber makes up a number: pool, year of the first day, and a unique rest that rises with time.
func newNumber(pool string, starts calendar.Date, now time.Time) string {
	id := outbox.NewID(now)
	return fmt.Sprintf("%s-%s-%s", pool, starts.String()[:4], letters.EncodeToString(id[:]))
}

func isDigest(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 32
}
