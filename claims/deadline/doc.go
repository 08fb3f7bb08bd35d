// Package deadline holds the terms that run for a claim 时限: what the law, the regulator and the agreement give somebody
// time for, when that time is over, and how each term ended. What starts and ends them stands in package claims.
package deadline
