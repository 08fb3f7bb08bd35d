package claims

import "gongbao/ledger"

// DeadlineCheck proves that what every deadline stands at was announced, and once: since it last started it was due
// soon, missed, met or stopped as often as it says. It reads all events of deadlines, so it is no part of Checks.
func DeadlineCheck() ledger.Check {
	return ledger.StatementCheck("clocks_agree_with_events", deadlinesAgree)
}
