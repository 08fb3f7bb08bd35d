// Package scenario reads and plays scenario files: an accountant writes down an agreement and what should come of it,
// one statement a line, and the program plays it against an empty ledger through the same services and checks as the
// doors.
//
//	2026-01-05 policy P1 pool=IC line=new_material start=2026-01-05 end=2027-01-04 premium=1000000.01 limit=… insured="…"
//	2026-01-05 receive P1 1060000.01
//	2026-01-05 issue P1
//	2026-01-05 expect portion P1 net_premium A 600000.01
package scenario
