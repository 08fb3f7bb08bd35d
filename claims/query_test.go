package claims_test

import (
	"slices"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/internal/access"
)

func (z *fixture) ask(code, topic, text string) error {
	return errOf(z.claims.RaiseQuery(z.Context(), claims.RaiseQuery{
		Command: as(member(code), "IC-C1"), Topic: topic, Text: text,
	}))
}

func (z *fixture) answerQuery(who access.Principal, query int, answer string) error {
	return errOf(z.claims.AnswerQuery(z.Context(), claims.AnswerQuery{
		Command: as(who, "IC-C1"), Query: query, Answer: answer,
	}))
}

func (z *fixture) escalate(code string, query int) error {
	return errOf(z.claims.EscalateQuery(z.Context(), claims.EscalateQuery{
		Command: as(member(code), "IC-C1"), Query: query,
	}))
}

func (z *fixture) end(code string, query int, outcome claims.QueryState) error {
	return errOf(z.claims.CloseQuery(z.Context(), claims.CloseQuery{
		Command: as(member(code), "IC-C1"), Query: query, Outcome: outcome,
	}))
}

func (z *fixture) decide(who access.Principal, query int, decision string) error {
	return errOf(z.claims.DecideQuery(z.Context(), claims.DecideQuery{
		Command: as(who, "IC-C1"), Query: query, Decision: decision,
	}))
}

// asked lists where the queries of a claim stand, as one principal sees them: "1 B question open".
func (z *fixture) asked(as access.Principal) []string {
	z.Helper()
	seen, err := claims.ViewClaim(z.Context(), z.db, as, "IC", "IC-C1")
	must(z, err)
	var lines []string
	for _, q := range seen.Queries {
		lines = append(lines, strings.TrimSpace(strings.Join([]string{q.Member, q.Topic, string(q.State), q.Decision}, " ")))
	}
	return lines
}

func (z *fixture) announced(wanted ...string) {
	z.Helper()
	heard := z.heard("IC-C1")
	for _, one := range wanted {
		if !slices.Contains(heard, one) {
			z.Errorf("nobody heard %q of\n%s", one, strings.Join(heard, "\n"))
		}
	}
}

// A follower asks, is answered in time and accepts; nobody else among the followers hears of it.
func TestQueryIsAnswered(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	z.wants("about nothing", claims.ErrClaimInvalid, z.ask("B", claims.TopicQuestion, ""))
	z.wants("neither question nor dispute", claims.ErrClaimInvalid, z.ask("B", "rumour", "听说……"))
	z.wants("who handles it asks itself", access.ErrForbidden, z.ask("A", claims.TopicQuestion, "查勘何时进行？"))
	must(t, z.ask("B", claims.TopicQuestion, "查勘何时进行？"))
	z.announced("started query_due B 2026-01-08")

	z.wants("of another member", access.ErrForbidden, z.answerQuery(member("C"), 1, "不知"))
	z.wants("of no number", claims.ErrQueryNotFound, z.answerQuery(handler, 2, "一月五日"))
	z.wants("with nothing", claims.ErrClaimInvalid, z.answerQuery(handler, 1, ""))
	z.wants("nothing to accept yet", claims.ErrQueryNotWaiting, z.end("B", 1, claims.QueryAccepted))
	z.wants("it is not late", claims.ErrQueryNotWaiting, z.escalate("B", 1))
	must(t, z.answerQuery(handler, 1, "一月五日"))
	z.announced("met query_due B 2026-01-08")
	z.wants("twice", claims.ErrQueryNotWaiting, z.answerQuery(handler, 1, "一月六日"))

	z.wants("another's", claims.ErrQueryNotFound, z.end("C", 1, claims.QueryAccepted))
	z.wants("as it cannot be", claims.ErrClaimInvalid, z.end("B", 1, claims.QueryDecided))
	must(t, z.end("B", 1, claims.QueryAccepted))
	z.wants("closed", claims.ErrQueryNotWaiting, z.end("B", 1, claims.QueryWithdrawn))
	z.stands("to who asked", z.asked(member("B")), "B question accepted")
	z.stands("to who handles it", z.asked(handler), "B question accepted")
	z.stands("to another", z.asked(member("C")))
	z.verified()
}

// An answer that is not accepted goes to the pool manager, and so does a query that nobody answers.
func TestQueryIsEscalated(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{AnswerDays: 5})
	must(t, z.open("IC-C1"))
	must(t, z.ask("B", claims.TopicDispute, "损失在等待期内"))
	must(t, z.ask("C", claims.TopicDispute, "理算比例有误"))
	must(t, z.ask("C", claims.TopicQuestion, "谁是公估人？"))
	must(t, z.answerQuery(handler, 1, "等待期已满"))
	must(t, z.escalate("B", 1))
	z.announced("started escalation_due B 2026-01-08")
	z.wants("it stands with the manager", claims.ErrQueryNotWaiting, z.escalate("B", 1))
	z.wants("nobody passed it on", claims.ErrQueryNotWaiting, z.decide(clerk, 2, "维持"))
	z.wants("a member decides", access.ErrForbidden, z.decide(handler, 1, "维持"))
	z.wants("without words", claims.ErrClaimInvalid, z.decide(clerk, 1, ""))
	must(t, z.decide(clerk, 1, "等待期已满，维持"))
	z.announced("met escalation_due B 2026-01-08")
	must(t, z.end("C", 3, claims.QueryWithdrawn))
	z.announced("stopped query_due C 2026-01-08")

	must(t, z.close(on("IC-C1"))) // no query ends by it
	z.pass("2026-01-09")
	z.announced("missed query_due C 2026-01-08", "started escalation_due C 2026-01-16")
	must(t, z.answerQuery(handler, 2, "已重新理算"))
	z.stands("in the end", z.asked(clerk), "B dispute decided 等待期已满，维持", "C dispute escalated",
		"C question withdrawn")
	must(t, z.end("C", 2, claims.QueryWithdrawn))
	z.announced("stopped escalation_due C 2026-01-16")
	if z.events("IC-C1", "query_escalated") != 2 || z.events("IC-C1", "query_closed") != 3 {
		t.Error("not announced as it should be")
	}
	z.verified()
}
