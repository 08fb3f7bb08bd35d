package insurance_test

import (
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

// limit puts a limit of authority of a member in force, today.
func (z *fixture) limit(member string, role access.Role, amount string) {
	z.Helper()
	limit := money.MustAmount(amount)
	admin := func(name string) access.Principal {
		return access.Person(name, access.Member, member, access.Administrator)
	}
	proposed, err := z.members.ProposeLimit(z.Context(), zone.ProposeLimit{
		Command: idempotency.By(admin("maker")), Organisation: member, Role: role, Amount: &limit,
	})
	must(z, err)
	z.does(call(z.members.AcceptLimit, zone.AcceptLimit{
		Command: idempotency.By(admin("checker")), Organisation: member, Number: proposed.Number,
	}))
}

func (z *fixture) approve(by access.Principal, number string) act {
	return call(z.insurance.ApproveIssue, insurance.ApproveIssue{Command: idempotency.By(by), Policy: number})
}

var (
	wang = access.Person("wang", access.Member, "A", access.Underwriter)
	zhao = access.Person("zhao", access.Member, "A", access.SeniorUnderwriter)
	qian = access.Person("qian", access.Member, "A", access.SeniorUnderwriter)
)

// TestApproveOrder breaks every rule of an approval at once and mends one after the other. A quoted, A leads, D issues.
func TestApproveOrder(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	senior := func(member string) access.Principal {
		return access.Person("senior", access.Member, member, access.SeniorUnderwriter)
	}
	z.limit("D", access.Underwriter, "999999.99")
	z.limit("D", access.SeniorUnderwriter, "999999.99")
	z.refuses("no policy", insurance.ErrPolicyNotFound, z.approve(person("D"), "IC-P1"))
	cmd := z.quote("IC-P1", "100.00")
	cmd.By = person("D")
	z.quoted(cmd)
	z.refuses("no agreement", coinsurance.ErrNoAgreementInForce, z.approve(person("D"), "IC-P1"))
	z.agree(1, "2026-01-01", coinsurance.Terms{Leader: "A", Issuer: "D"}, "A", "50%", "B", "30%", "D", "20%")
	for who, by := range strangers {
		z.refuses(who, access.ErrForbidden, z.approve(by, "IC-P1"))
	}
	z.refuses("changed", insurance.ErrPolicyChanged, call(z.insurance.ApproveIssue, insurance.ApproveIssue{
		Command: idempotency.Command{By: senior("A"), IfVersion: 9},
		Policy:  "IC-P1",
	}))
	z.refuses("the leader does not issue", access.ErrForbidden, z.approve(senior("A"), "IC-P1"))
	z.refuses("who quoted", access.ErrMakerIsChecker, z.approve(person("D"), "IC-P1"))
	z.refuses("above the approver's limit", access.ErrAuthorityExceeded, z.approve(senior("D"), "IC-P1"))
	z.limit("D", access.SeniorUnderwriter, "1000000.00")
	z.does(z.approve(senior("D"), "IC-P1"))
	z.does(call(z.insurance.ReceivePremium, insurance.ReceivePremium{
		Command: idempotency.By(person("D")), Policy: "IC-P1", Amount: money.MustAmount("106.00"),
	}))
	z.does(z.issue(person("D"), "IC-P1"))
	z.refuses("an issued policy", insurance.ErrPolicyNotQuoted, z.approve(senior("D"), "IC-P1"))
	z.verified()
}

// TestIssueAboveLimit: an underwriter issues up to its limit alone; above it another person's approval is needed, and
// the approver does not issue on its own word.
func TestIssueAboveLimit(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	capital, authority := money.MustAmount("1000000000.00"), money.MustAmount("999999.99")
	z.does(call(z.members.RegisterMember, zone.RegisterMember{
		Command: idempotency.By(clerk), Code: "E", Name: "戊", Capital: &capital,
	}))
	z.agree(1, "2026-01-01", coinsurance.Terms{Authority: &authority}, "A", "60%", "E", "40%")
	z.limit("A", access.Underwriter, "1000000.00")
	z.quoted(z.quote("IC-P1", "100.00"))
	z.quoted(z.quote("IC-P2", "100.00"))
	z.clock.Set(calendar.MustDate("2026-01-02").Noon())
	z.receive("IC-P1", "106.00")
	decide := z.decideOn("IC-P1", person("E"), "E", true)
	z.does(decide)
	z.does(z.issue(person("A"), "IC-P1")) // the limit suffices to the fen

	z.limit("A", access.Underwriter, "999999.99")
	z.refuses("the followers come first", coinsurance.ErrPlacementIncomplete, z.issue(person("A"), "IC-P2"))
	z.does(z.decide(person("E"), "E", true))
	z.refuses("nobody approved", insurance.ErrApprovalNeeded, z.issue(person("A"), "IC-P2"))
	z.does(z.approve(zhao, "IC-P2"))
	z.refuses("approved, not paid", insurance.ErrPremiumNotReceived, z.issue(person("A"), "IC-P2"))
	z.receive("IC-P2", "106.00")
	z.limit("A", access.SeniorUnderwriter, "999999.99")
	z.refuses("who approved may not issue on it", insurance.ErrApprovalNeeded, z.issue(zhao, "IC-P2"))
	z.seesApproval("IC-P2")
	z.does(z.issue(wang, "IC-P2")) // neither who quoted nor who approved
	z.verified()
}

// seesApproval: the leader sees who quoted and who approved, a follower does not.
func (z *fixture) seesApproval(number string) {
	z.Helper()
	leader, err := insurance.ViewPolicy(z.Context(), z.db, wang, number, calendar.MustDate("2026-01-02"))
	must(z, err)
	if leader.QuotedBy != person("A").Subject || len(leader.Approvals) != 1 ||
		leader.Approvals[0].Approver != zhao.Subject || leader.Approvals[0].Role != access.SeniorUnderwriter {
		z.Errorf("the leader sees %q, %+v", leader.QuotedBy, leader.Approvals)
	}
	follower, err := insurance.ViewPolicy(z.Context(), z.db, person("E"), number, calendar.MustDate("2026-01-02"))
	must(z, err)
	if follower.QuotedBy != "" || len(follower.Approvals) != 0 {
		z.Errorf("a follower sees %q, %+v", follower.QuotedBy, follower.Approvals)
	}
}

// TestSeniorIssuesAlone: who holds the senior role is held to that one's limit alone.
func TestSeniorIssuesAlone(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.limit("A", access.Underwriter, "0.00")
	z.quoted(z.quote("IC-P1", "100.00"))
	z.receive("IC-P1", "106.00")
	z.refuses("an underwriter", insurance.ErrApprovalNeeded, z.issue(wang, "IC-P1"))
	z.does(z.issue(qian, "IC-P1"))
}

// TestImportKeepsToTheLimit: an import is no way around the second person, but for the pool manager's clerk.
func TestImportKeepsToTheLimit(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	z.limit("A", access.Underwriter, "999.99")
	file := "pool,number,line,insured,start,end,premium,limit\n" +
		"IC,IC-P1,pilot_test,中试平台,2026-01-01,2026-06-30,100.00,1000.00\n"
	run := func(by access.Principal) (sheet.Report, error) {
		return z.insurance.ImportPolicies(t.Context(), insurance.ImportPolicies{By: by, Source: strings.NewReader(file)})
	}
	report, err := run(wang)
	if err == nil || report.Bad != 1 || !strings.Contains(report.BadRows[0].Reason, access.ErrAuthorityExceeded.Code) {
		t.Errorf("an underwriter: %+v, %v", report, err)
	}
	if report, err := run(clerk); err != nil || report.Imported != 1 {
		t.Errorf("the clerk: %+v, %v", report, err)
	}
}
