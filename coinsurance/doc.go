// Package coinsurance is the pool of insurers 共保体: what its members agreed on, and how an amount is divided between
// them.
//
// It owns pools, the dated versions of a pool's agreement with their share tables 份额表, the acceptance of large risks
// by followers, the split of a to-date total into portions, and the record of every split with its working. What the
// other wings may read of that by statement is in its views (docs/database.md). Who the insurers of the zone are is in
// zone.
//
// It does not decide what a policy's premium or a claim's payment stands at: insurance and claims, which stand above,
// hand it a total and a date. It does not decide what an event does to the books, which is written in each wing's
// posting.go and kept by ledger. Statements, netting and payments between members are coinsurance/settlement.
//
// A split divides what a stream stands at to date, never a movement: what is booked is the new portion less what was
// booked before. So instalments, endorsements and refunds never drift, and a return to zero returns everyone to zero.
package coinsurance
