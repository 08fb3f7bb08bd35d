// Package indemnity calculates what a policy pays for a loss 理算, section by section, and shows the working: when the
// section pays at all, under-insurance, deductible, indemnity ratio, limits and what other claims have used of them.
//
// It is pure: what it is given is what it answers from. Claims keep the worksheet, and approve within it.
package indemnity
