// Package notice holds what the members of a claim are told and asked 通知: the notice of a large loss, the call to a
// joint survey, the question to the second lead and for consent, the cash call; and what each member answered.
package notice
