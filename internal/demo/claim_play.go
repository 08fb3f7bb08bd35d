package demo

import (
	"context"
	"errors"

	"gongbao/claims"
	"gongbao/claims/notice"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/launch"
	"gongbao/internal/money"
	"gongbao/product"
)

// claimPlay is the demo's claim while it is played. Every command has a key, so that it happens once.
type claimPlay struct {
	house    *launch.House
	policy   *insurance.Policy
	by       access.Principal
	follower string
}

// playClaim plays the claim, unless an earlier run has.
func (s *show) playClaim(ctx context.Context, p *insurance.Policy, agreement *coinsurance.Agreement) error {
	_, err := claims.FindClaim(ctx, s.house.DB.Of(demoPool), demoPool, demoClaim)
	if !errors.Is(err, claims.ErrClaimNotFound) {
		return err
	}
	follower := agreement.Members()[0]
	if follower == agreement.Servicer {
		follower = agreement.Members()[1]
	}
	play := claimPlay{s.house, p, access.Person("zhou", access.Member, agreement.Servicer, access.Claims), follower}
	for _, step := range []func(context.Context) error{
		play.notify, play.read, play.assess, play.prove, play.approve, play.pay,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *claimPlay) on(key string) claims.Command {
	return claims.Command{Command: idempotency.Command{By: p.by, IdempotencyKey: "demo-" + key}, Claim: demoClaim}
}

// part is some tenths of the policy's limit.
func (p *claimPlay) part(tenths int) money.Amount {
	return money.ProRata(p.policy.SumInsured, tenths, 10)
}

var demoCost = money.MustAmount("20000.00")

// notify files the claim and gives the first estimate, of which the others are told.
func (p *claimPlay) notify(ctx context.Context) error {
	_, err := p.house.Claims.OpenClaim(ctx, claims.OpenClaim{
		Command: idempotency.Command{By: p.by, IdempotencyKey: "demo-open"},
		Policy:  p.policy.Number, Number: demoClaim,
		LossDay: calendar.DateOf(clock.System{}.Now()).AddDays(-1),
	})
	if err != nil {
		return err
	}
	estimate := p.part(6)
	_, err = p.house.Claims.ReserveClaim(ctx, claims.ReserveClaim{
		Command: p.on("reserve"), Indemnity: &estimate, Expense: &demoCost,
	})
	return err
}

// byFollower is said by a claims person of the follower.
func (p *claimPlay) byFollower(step string) claims.Command {
	return claims.Command{
		Command: idempotency.Command{
			By: access.Person("wu", access.Member, p.follower, access.Claims), IdempotencyKey: "demo-" + step,
		},
		Claim: demoClaim,
	}
}

// read is a follower's receipt for the notice, and its word that it comes to the survey.
func (p *claimPlay) read(ctx context.Context) error {
	for i, answer := range []string{notice.AnswerRead, notice.AnswerAttend} {
		_, err := p.house.Claims.AnswerNotice(ctx, claims.AnswerNotice{
			Command: p.byFollower(answer), Notice: i + 1, Answer: answer,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// assess gives the loss by section, with what saving the equipment cost.
func (p *claimPlay) assess(ctx context.Context) error {
	_, err := p.house.Claims.AssessClaim(ctx, claims.AssessClaim{Command: p.on("assess"), Losses: []indemnity.Loss{
		{Section: "quality", Cause: product.QualityDefect, Amount: p.part(4), Rescue: demoCost},
		{Section: "liability", Cause: product.PropertyDamage, Amount: p.part(1)},
	}})
	return err
}

// prove checks off the evidence of the line.
func (p *claimPlay) prove(ctx context.Context) error {
	line, _ := product.FindLine(p.policy.Line)
	for _, proof := range line.Evidence {
		_, err := p.house.Claims.CheckEvidence(ctx, claims.CheckEvidence{
			Command: p.on("evidence-" + proof.Code), Item: proof.Code, State: claims.EvidenceReceived,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// approve approves all that is payable; the others are called for their portions, and one pays at once.
func (p *claimPlay) approve(ctx context.Context) error {
	_, err := p.house.Claims.ApproveClaim(ctx, claims.ApproveClaim{
		Command: p.on("approve"), Payable: true, Expense: &demoCost,
	})
	if err != nil {
		return err
	}
	_, err = p.house.Claims.PayCall(ctx, claims.PayCall{
		Command: p.byFollower("call"), Member: p.follower, Amount: money.ProRata(p.part(1), 1, 2),
	})
	return err
}

// pay pays a part, and the adjuster.
func (p *claimPlay) pay(ctx context.Context) error {
	_, err := p.house.Claims.PayClaim(ctx, claims.PayClaim{
		Command: p.on("pay"), Indemnity: p.part(3), Expense: claims.Expense{Adjuster: demoCost},
		Payee: claims.Payee{Kind: claims.PayeeThirdParty, Name: "武汉示例用户企业"},
	})
	return err
}
