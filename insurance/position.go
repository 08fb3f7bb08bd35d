package insurance

import (
	"gongbao/coinsurance"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// streams are those of a policy, in the order in which they are split and posted.
var streams = []ledger.Stream{
	ledger.NetPremium, ledger.VAT, ledger.VATDue, ledger.NetReceived, ledger.VATReceived, ledger.ExcessReceived,
	ledger.Subsidy, ledger.IssuingFee, ledger.IssuingFeeVAT, ledger.Commission,
}

// Indexes into streams.
const (
	atNetPremium = iota
	atVAT
	atVATDue
	atNetReceived
	atVATReceived
	atExcess
	atSubsidy
	atFee
	atFeeVAT
	atCommission
	streamCount
)

// splitCount is how many of the streams are split by the share table; the rest is computed from each member's portion.
const splitCount = atFee

// Position is what a policy's money stands at: every stream's total at 100 % and every member's portion of it, to date.
// The zero Position is that of a policy not on risk: nothing is shared.
type Position struct {
	Totals   [streamCount]money.Amount
	Portions [streamCount][]money.Amount // in the order of the share table
}

// positionOf divides a policy's totals. What counts between members is what was received up to the gross premium;
// what is above is not shared but kept in premium_refund_payable, by each collector its own.
func positionOf(agreement *coinsurance.Agreement, policy *Policy) Position {
	var position Position
	if !policy.OnRisk() {
		return position
	}
	vat := money.Apply(policy.VAT, policy.NetPremium)
	counted := money.Min(policy.Received, policy.NetPremium.Add(vat))
	net := money.NetOf(counted, policy.VAT)
	position.Totals = [streamCount]money.Amount{
		atNetPremium: policy.NetPremium, atVAT: vat, atVATDue: policy.VATDue,
		atNetReceived: net, atVATReceived: counted.Sub(net), atExcess: policy.Received.Sub(counted),
		atSubsidy: money.Min(policy.Subsidy.due(), policy.NetPremium.Add(vat).Sub(counted)),
	}
	for stream := range splitCount {
		position.Portions[stream] = agreement.Divide(streams[stream], position.Totals[stream])
	}
	position.fees(agreement, policy)
	return position
}

// fees computes issuing fee, its VAT and commission of each member but the issuer from its portion of what was
// received net. The total of the commission is that of the whole; the issuer's own part is the difference and is
// posted, not owed.
func (s *Position) fees(agreement *coinsurance.Agreement, policy *Policy) {
	members := agreement.Members()
	for stream := atFee; stream <= atCommission; stream++ {
		s.Portions[stream] = make([]money.Amount, len(members))
	}
	for i, member := range members {
		if member == agreement.Issuer {
			continue
		}
		received := s.Portions[atNetReceived][i]
		fee := money.Apply(agreement.IssuingFee, received)
		s.Portions[atFee][i] = fee
		s.Portions[atFeeVAT][i] = money.Apply(agreement.FeeVAT, fee)
		s.Portions[atCommission][i] = money.Apply(policy.Commission, received)
	}
	s.Totals[atFee] = money.Sum(s.Portions[atFee]...)
	s.Totals[atFeeVAT] = money.Sum(s.Portions[atFeeVAT]...)
	s.Totals[atCommission] = money.Apply(policy.Commission, s.Totals[atNetReceived])
}

// ownCommission is the issuer's part of the commission on the whole: what the others do not owe.
func (s *Position) ownCommission() money.Amount {
	return s.Totals[atCommission].Sub(money.Sum(s.Portions[atCommission]...))
}

// portion is a member's portion of a stream; zero before issue.
func (s *Position) portion(stream, member int) money.Amount {
	if s.Portions[stream] == nil {
		return money.Amount{}
	}
	return s.Portions[stream][member]
}

// working is the stream's split as it is kept, with its exact products; computed streams have portions and no products.
func (s *Position) working(agreement *coinsurance.Agreement, stream int) coinsurance.StreamSplit {
	if stream < splitCount {
		return agreement.Split(streams[stream], s.Totals[stream])
	}
	return agreement.Computed(streams[stream], s.Totals[stream], s.Portions[stream])
}
