package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/kafka"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/sample"
	"gongbao/ledger"
)

// crashFolder is set when the test binary plays the service that is killed.
const crashFolder = "GONGBAO_TEST_CRASH"

const callers = 4 // at once in the service that is killed

var crashRounds = flag.Int("crash-rounds", 6, "how often the service is killed; 100 for the long run")

func TestMain(m *testing.M) {
	if folder := os.Getenv(crashFolder); folder != "" {
		if err := serveUntilKilled(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(exitFailed)
		}
	}
	flag.Parse()
	os.Exit(m.Run())
}

// serveUntilKilled is a service under load: it names every command once it is acknowledged.
func serveUntilKilled(folder string) error {
	ctx := context.Background()
	c := &config{data: folder, replicas: "1"}
	h, err := c.open(ctx, zerolog.New(os.Stderr).Level(zerolog.ErrorLevel))
	if err != nil {
		return err
	}
	if _, err := sample.Found(ctx, h.zone, h.db); err != nil {
		return err
	}
	if _, err := c.openFeed(ctx, zerolog.Nop(), h); err != nil {
		return err
	}
	var group sync.WaitGroup
	var output sync.Mutex
	for caller := range callers {
		group.Go(func() {
			stream := commandStream{house: h, name: fmt.Sprintf("%d-%d", os.Getpid(), caller)}
			stream.acknowledged = func(subject string, version int64) {
				output.Lock()
				defer output.Unlock()
				_, _ = fmt.Fprintln(os.Stdout, subject, version)
			}
			if err := stream.run(ctx); err != nil {
				_, _ = fmt.Fprintln(os.Stderr, err)
				os.Exit(exitFailed)
			}
		})
	}
	group.Wait()
	return nil
}

// commandStream sends one policy after the other through its life, with a claim.
type commandStream struct {
	house        *house
	name         string
	acknowledged func(subject string, version int64) // as the feed names it
}

func (s *commandStream) run(ctx context.Context) error {
	underwriters := map[string]access.Principal{
		"LH": access.Person("crash", access.Member, "DONGHU", access.Underwriter),
		"IC": access.Person("crash", access.Member, "SHAHU", access.Underwriter),
		"OE": access.Person("crash", access.Member, "TANGXUN", access.Underwriter),
	}
	handlers := map[string]access.Principal{
		"LH": access.Person("crash", access.Member, "DONGHU", access.Claims),
		"IC": access.Person("crash", access.Member, "SHAHU", access.Claims),
		"OE": access.Person("crash", access.Member, "NANHU", access.Claims),
	}
	pools := []string{"LH", "IC", "OE"}
	for i := 0; ; i++ {
		pool := pools[i%len(pools)]
		number := fmt.Sprintf("%s-K%s-%d", pool, s.name, i)
		if err := s.life(ctx, pool, number, underwriters[pool]); err != nil {
			return err
		}
		if err := s.claim(ctx, number, handlers[pool]); err != nil {
			return err
		}
	}
}

func (s *commandStream) life(ctx context.Context, pool, number string, by access.Principal) error {
	premium := money.Fen(100_001 + int64(len(number)))
	commands := []func() (*insurance.Policy, error){
		func() (*insurance.Policy, error) {
			return s.house.insurance.QuotePolicy(ctx, insurance.QuotePolicy{
				By: by, Key: "1-" + number, Pool: pool, Number: number, Line: "pilot_test", Insured: "示例", Premium: premium,
				Start: calendar.MustDate("2026-01-01"), End: calendar.MustDate("2026-12-31"),
				VAT: money.MustRate("6%"), Commission: money.MustRate("5%"), Limit: money.MustAmount("100000.00"),
			})
		},
		func() (*insurance.Policy, error) {
			return s.house.insurance.ReceivePremium(ctx, insurance.ReceivePremium{
				By: by, Key: "2-" + number, Policy: number, Amount: premium.Add(money.Apply(money.MustRate("6%"), premium)),
			})
		},
		func() (*insurance.Policy, error) {
			return s.house.insurance.IssuePolicy(ctx, insurance.IssuePolicy{By: by, Key: "3-" + number, Policy: number})
		},
		func() (*insurance.Policy, error) {
			return s.house.insurance.EndorsePolicy(ctx, insurance.EndorsePolicy{
				By: by, Key: "4-" + number, Policy: number, Endorsement: "E1", Premium: money.Fen(-777),
				Effective: calendar.MustDate("2026-06-01"),
			})
		},
		func() (*insurance.Policy, error) {
			return s.house.insurance.CancelPolicy(ctx, insurance.CancelPolicy{
				By: by, Key: "5-" + number, Policy: number, Effective: calendar.MustDate("2026-08-01"),
			})
		},
	}
	for _, command := range commands {
		policy, err := command()
		if err != nil {
			return err
		}
		s.acknowledged(policy.Subject(), policy.Version)
	}
	return nil
}

// claim takes a loss before the cancellation from first notice to closing.
func (s *commandStream) claim(ctx context.Context, policy string, by access.Principal) error {
	on := func(step string) claims.Command {
		return claims.Command{By: by, Key: step + policy, Claim: policy + "-C"}
	}
	some, more := money.MustAmount("12345.67"), money.MustAmount("20000.01")
	for _, command := range []func() (*claims.Claim, error){
		func() (*claims.Claim, error) {
			return s.house.claims.OpenClaim(ctx, claims.OpenClaim{
				By: by, Key: "6-" + policy, Policy: policy, Number: policy + "-C", LossDay: calendar.MustDate("2026-03-01"),
			})
		},
		func() (*claims.Claim, error) {
			return s.house.claims.ReserveClaim(ctx, claims.ReserveClaim{Command: on("7-"), Indemnity: &more, Expense: &some})
		},
		func() (*claims.Claim, error) {
			return s.house.claims.AssessClaim(ctx, claims.AssessClaim{Command: on("8-"), Loss: &more})
		},
		func() (*claims.Claim, error) {
			return s.house.claims.ApproveClaim(ctx, claims.ApproveClaim{Command: on("9-"), Indemnity: &some})
		},
		func() (*claims.Claim, error) {
			return s.house.claims.PayClaim(ctx, claims.PayClaim{Command: on("10-"), Indemnity: some})
		},
		func() (*claims.Claim, error) {
			return s.house.claims.CloseClaim(ctx, claims.CloseClaim{Command: on("11-")})
		},
	} {
		claim, err := command()
		if err != nil {
			return err
		}
		s.acknowledged(claim.Subject(), claim.Version)
	}
	return nil
}

// TestKilled kills the service at random moments of its work, again and again: Postgres, Kafka and all. The book
// verifies, nothing acknowledged is lost, and the topic has every position once, in order.
func TestKilled(t *testing.T) {
	t.Parallel()
	folder, err := os.MkdirTemp("", "gbcrash")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	seed := rand.Uint64()
	t.Logf("seed %d, %d kills", seed, *crashRounds)
	dice := rand.New(rand.NewPCG(seed, 0))
	acknowledged := map[string]int64{}
	for range *crashRounds {
		killOnce(t, folder, time.Duration(dice.IntN(400))*time.Millisecond, acknowledged)
	}
	c := &config{data: folder, replicas: "1"}
	h, err := c.open(t.Context(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	f, err := c.openFeed(t.Context(), zerolog.Nop(), h)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	nothingLost(t, h, acknowledged)
	noGap(t, h, f)
}

// killOnce starts the service, lets it work for a moment after its first acknowledged command, and kills it.
func killOnce(t *testing.T, folder string, after time.Duration, acknowledged map[string]int64) {
	t.Helper()
	service := exec.CommandContext(t.Context(), os.Args[0])
	service.Env = append(os.Environ(), crashFolder+"="+folder)
	service.Stderr = os.Stderr
	output, err := service.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	lines := bufio.NewScanner(output)
	count := 0
	for lines.Scan() {
		once.Do(func() { time.AfterFunc(after, func() { _ = service.Process.Kill() }) })
		var number string
		var version int64
		if n, _ := fmt.Sscan(lines.Text(), &number, &version); n == 2 { // the last line may be cut off
			acknowledged[number] = max(acknowledged[number], version)
			count++
		}
	}
	_ = service.Wait()
	if count == 0 {
		t.Fatal("the service acknowledged nothing")
	}
}

// nothingLost: every acknowledged command is in the book, and the book adds up.
func nothingLost(t *testing.T, h *house, acknowledged map[string]int64) {
	t.Helper()
	lost := 0
	for subject, version := range acknowledged {
		kind, number, _ := strings.Cut(subject, "/")
		var kept int64
		var err error
		switch kind {
		case "policy":
			var policy *insurance.Policy
			if policy, err = insurance.FindPolicy(t.Context(), h.db, number); err == nil {
				kept = policy.Version
			}
		case "claim":
			var claim *claims.Claim
			if claim, err = claims.FindClaim(t.Context(), h.db, insurance.PoolOf(number), number); err == nil {
				kept = claim.Version
			}
		}
		if err != nil || kept < version {
			lost++
			t.Errorf("%s was acknowledged at version %d, and stands at %d: %v", subject, version, kept, err)
		}
	}
	report, err := ledger.Verify(t.Context(), h.db, ledger.VerifyOptions{Checks: checks()})
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range report.Findings {
		t.Error(finding)
	}
	t.Logf("%d policies and claims acknowledged, %d lost, %d journals, %d postings", len(acknowledged), lost,
		report.Journals, report.Postings)
}

// noGap reads the whole topic: dense positions in order. A position may stand there twice only with the same bytes,
// because the embedded broker was killed as well.
func noGap(t *testing.T, h *house, f *feed) {
	t.Helper()
	type place struct {
		partition int32
		position  int64
	}
	last := map[int32]int64{}
	hashes := map[place][sha256.Size]byte{}
	repeats := 0
	err := kafka.Read(t.Context(), f.config, outbox.Topic, nil, func(record *kgo.Record) error {
		at := place{partition: record.Partition}
		for _, header := range record.Headers {
			if header.Key == "ce_position" {
				at.position, _ = strconv.ParseInt(string(header.Value), 10, 64)
			}
		}
		hash := sha256.Sum256(record.Value)
		switch {
		case at.position == last[at.partition]+1:
			last[at.partition], hashes[at] = at.position, hash
		case at.position <= last[at.partition] && hashes[at] == hash:
			repeats++
		default:
			t.Errorf("partition %d has position %d after %d", at.partition, at.position, last[at.partition])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var published, events int64
	for _, position := range last {
		published += position
	}
	if err := pg.Row(t.Context(), h.db, `SELECT count(*) FROM event`, nil, &events); err != nil {
		t.Fatal(err)
	}
	if published != events {
		t.Errorf("%d positions are published, there are %d events", published, events)
	}
	t.Logf("%d events published, %d repeats", published, repeats)
}
