// Package bordereau lists the claims of a pool for one member and one accounting month 赔案清单: what moved in the month,
// what stands to date and what is outstanding, at 100 % and in the member's portion, expense by kind. It reads the
// book, so an issued list can be made again exactly: ask for it as it was known at the same instant.
package bordereau
