// Package cashcall holds what members pay towards a claim before the claim is paid 现金摊赔: what each was called for, what
// it paid, what of that was consumed by its portion of payments, and what it owes because some came late.
package cashcall
