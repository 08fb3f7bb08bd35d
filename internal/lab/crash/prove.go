package crash

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/ledger"
)

var errBroken = errors.New("something acknowledged is lost, repeated or out of order")

// prove opens what the killed services left, lets a relay publish what waits, and looks at everything.
func (r *run) prove(ctx context.Context) error {
	house, err := r.options.Open(ctx, r.settings)
	if err != nil {
		return fmt.Errorf("open what the services left: %w", err)
	}
	defer house.Close()
	if err := r.proveDeadlines(ctx, house); err != nil {
		return err
	}
	if err := r.finishSettling(ctx, house); err != nil {
		return err
	}
	config, err := house.Publish(ctx)
	if err != nil {
		return fmt.Errorf("publish what waits: %w", err)
	}
	if err := r.proveNothingLost(ctx, house); err != nil {
		return err
	}
	if err := r.proveOnce(ctx, house); err != nil {
		return err
	}
	if err := r.proveTime(ctx, house); err != nil {
		return err
	}
	if err := r.proveBook(ctx, house); err != nil {
		return err
	}
	if err := r.proveSettlement(ctx, house); err != nil {
		return err
	}
	if err := r.proveTopic(ctx, house, config); err != nil {
		return err
	}
	if r.report.Proven = r.report.holds(); !r.report.Proven {
		return errBroken
	}
	return nil
}

// proveNothingLost wants every acknowledged command in the book.
func (r *run) proveNothingLost(ctx context.Context, house *House) error {
	r.report.Commands, r.report.Subjects = r.acknowledged.commands, len(r.acknowledged.versions)
	for subject, version := range r.acknowledged.versions {
		kind, number, _ := strings.Cut(subject, "/")
		var kept int64
		var err error
		switch kind {
		case "policy":
			var policy *insurance.Policy
			if policy, err = insurance.FindPolicy(ctx, house.DB, number); err == nil {
				kept = policy.Version
			}
		case "claim":
			var claim *claims.Claim
			if claim, err = claims.FindClaim(ctx, house.DB, insurance.PoolOf(number), number); err == nil {
				kept = claim.Version
			}
		default:
			return fmt.Errorf("nobody looks for %s", subject)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || kept < version {
			r.report.Lost++
			r.report.fault("%s was acknowledged at version %d, and stands at %d: %v", subject, version, kept, err)
		}
	}
	return nil
}

// proveBook adds the whole book up.
func (r *run) proveBook(ctx context.Context, house *House) error {
	verified, err := ledger.Verify(ctx, house.DB, ledger.VerifyOptions{Checks: house.Checks})
	if err != nil {
		return err
	}
	r.report.Journals, r.report.Postings = verified.Journals, verified.Postings
	r.report.Findings = len(verified.Findings)
	for _, finding := range verified.Findings {
		r.report.fault("%s", finding)
	}
	return nil
}
