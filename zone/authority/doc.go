// Package authority is the one gate on money 资金闸口: which acts move money, and what each of them asks for. A decision
// of a higher floor asks the gate and is given a pass; the book takes no journal without one. So API, command line,
// import and the day's own work meet the same control, and a command that is added later posts nothing before it
// stands in the list of acts.
package authority
