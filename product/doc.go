// Package product is what may be sold 险种: the product lines with their sections of cover, the rules that a contract on
// a line has to keep, the premium support that an authority gives for it, and the catalogues of first sets and new
// materials.
//
// A line is data, in lines.json, and every rule in it says where it comes from and how well that is known. What a rule
// asks of a contract is a Risk; the policies, which are made of contracts, stand above in insurance.
package product
