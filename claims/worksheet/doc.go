// Package worksheet keeps how a claim that was assessed by section is calculated 理算书, what a policy's other claims take
// of its limits, and what is payable of a loss. The calculation itself is in insurance/indemnity.
package worksheet
