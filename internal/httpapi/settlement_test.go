package httpapi_test

import (
	"fmt"

	"gongbao/internal/access"
)

// Who settles: a member's own person, and two of the pool manager's.
var (
	settler = access.Person("s", access.Member, "SHAHU", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)
)

// staff is a member's person for settlement.
func staff(member string) access.Principal {
	return access.Person("qian", access.Member, member, access.Settlement)
}

const quarter = "/v1/pools/IC/statements/2026-Q1"

// confirmed draws and issues the statement of the first quarter, and has all members confirm it.
func (d *door) confirmed() {
	d.Helper()
	d.post(clerk, "/v1/pools/IC/statements", `{"period":"2026-Q1"}`)
	d.post(clerk, quarter+"/issue", "")
	for _, member := range []string{"SHAHU", "DONGHU", "NANHU", "YANXI", "TANGXUN", "LIANGZI"} {
		d.post(staff(member), fmt.Sprintf("%s/members/%s/confirmation", quarter, member), "")
	}
}

// proposed has a settlement of the first quarter proposed, too.
func (d *door) proposed() {
	d.Helper()
	d.confirmed()
	d.post(checker, "/v1/pools/IC/settlements", `{"period":"2026-Q1"}`)
}
