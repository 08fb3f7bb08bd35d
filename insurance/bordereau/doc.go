// Package bordereau lists the premiums of a pool for one member and some accounting months 保费清单: a line for each
// transaction of a policy, with what the member wrote, received, bears and is to be settled. It reads the book, so a
// list that was issued can be made again: ask for it as it was known at the same instant.
package bordereau
