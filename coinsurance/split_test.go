package coinsurance_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gongbao/coinsurance"
	"gongbao/internal/money"
)

func table(t testing.TB, leader string, pairs ...string) coinsurance.ShareTable {
	t.Helper()
	var rows []coinsurance.MemberShare
	for i := 0; i < len(pairs); i += 2 {
		rows = append(rows, coinsurance.MemberShare{Member: pairs[i], Share: money.MustShare(pairs[i+1])})
	}
	made, err := coinsurance.NewShareTable(leader, rows)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestSplit(t *testing.T) {
	t.Parallel()
	thirds := table(t, "A", "A", "33.333334%", "B", "33.333333%", "C", "33.333333%")
	halves := table(t, "C", "A", "50%", "B", "25%", "C", "25%")
	tests := []struct {
		name    string
		table   coinsurance.ShareTable
		residue coinsurance.Residue
		total   string
		wanted  []string
		takenBy []string
	}{
		{
			"thirds, the leader has the rest", thirds,
			coinsurance.ResidueLeader, "100.01", []string{"33.33", "33.34", "33.34"}, []string{"A"},
		},
		{
			"thirds, largest remainder", thirds,
			coinsurance.ResidueLargestRemainder, "100.01", []string{"33.34", "33.34", "33.33"}, []string{"A", "B"},
		},
		{
			"a tie goes to the leader, then by table order", halves,
			coinsurance.ResidueLargestRemainder, "1.02", []string{"0.51", "0.25", "0.26"}, []string{"C"},
		},
		{
			"a tiny total leaves the leader below zero", table(t, "A", "A", "4%", "B", "48%", "C", "48%"),
			coinsurance.ResidueLeader, "0.02", []string{"0.00", "0.01", "0.01"}, nil,
		},
		{
			"two halves of a fen", table(t, "A", "A", "1%", "B", "49.5%", "C", "49.5%"),
			coinsurance.ResidueLeader, "0.03", []string{"0.01", "0.01", "0.01"}, []string{"A"},
		},
		{
			"a negative total turns the signs", thirds,
			coinsurance.ResidueLargestRemainder, "-100.01", []string{"-33.34", "-33.34", "-33.33"}, []string{"A", "B"},
		},
		{"zero", thirds, coinsurance.ResidueLeader, "0.00", []string{"0.00", "0.00", "0.00"}, nil},
	}
	for _, test := range tests {
		t.Run("OK "+test.name, func(t *testing.T) {
			t.Parallel()
			split := test.table.Split(money.MustAmount(test.total), test.residue)
			var got []string
			for _, portion := range split.Portions {
				got = append(got, portion.String())
			}
			if !slices.Equal(got, test.wanted) || !slices.Equal(split.TakenBy, test.takenBy) {
				t.Errorf("got %v taken by %v, wanted %v taken by %v", got, split.TakenBy, test.wanted, test.takenBy)
			}
		})
	}
}

func TestShareTableRefused(t *testing.T) {
	t.Parallel()
	whole := func(pairs ...string) []coinsurance.MemberShare {
		var rows []coinsurance.MemberShare
		for i := 0; i < len(pairs); i += 2 {
			rows = append(rows, coinsurance.MemberShare{Member: pairs[i], Share: money.MustShare(pairs[i+1])})
		}
		return rows
	}
	var many []coinsurance.MemberShare
	for i := range 65 {
		share, _ := money.ShareOf(1)
		many = append(many, coinsurance.MemberShare{Member: fmt.Sprintf("M%d", i), Share: share})
	}
	tests := []struct {
		name   string
		leader string
		rows   []coinsurance.MemberShare
		wanted error
	}{
		{"nobody", "A", nil, coinsurance.ErrTableInvalid},
		{"65 members", "M0", many, coinsurance.ErrTableInvalid},
		{"a member twice", "A", whole("A", "50%", "A", "50%"), coinsurance.ErrTableInvalid},
		{"a share of zero", "A", whole("A", "100%", "B", "0%"), coinsurance.ErrTableInvalid},
		{"a stranger leads", "X", whole("A", "100%"), coinsurance.ErrTableInvalid},
		{"a hundred-millionth too little", "A", whole("A", "60%", "B", "39.999999%"), coinsurance.ErrSharesNotWhole},
		{"a hundred-millionth too much", "A", whole("A", "60%", "B", "40.000001%"), coinsurance.ErrSharesNotWhole},
	}
	for _, test := range tests {
		t.Run("Err "+test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := coinsurance.NewShareTable(test.leader, test.rows); !errors.Is(err, test.wanted) {
				t.Errorf("got %v, wanted %v", err, test.wanted)
			}
		})
	}
}

// anyTable draws a table of up to 64 members.
func anyTable(t *rapid.T) coinsurance.ShareTable {
	size := rapid.IntRange(1, coinsurance.MembersMax).Draw(t, "members")
	rows := make([]coinsurance.MemberShare, size)
	left := int64(100_000_000)
	for i := range rows {
		part := left
		if i < size-1 {
			part = rapid.Int64Range(1, left-int64(size-i-1)).Draw(t, "share")
		}
		share, err := money.ShareOf(part)
		if err != nil {
			t.Fatal(err)
		}
		rows[i] = coinsurance.MemberShare{Member: fmt.Sprintf("M%02d", i), Share: share}
		left -= part
	}
	leader := rows[rapid.IntRange(0, size-1).Draw(t, "leader")].Member
	made, err := coinsurance.NewShareTable(leader, rows)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func anyTotal(t *rapid.T, name string) money.Amount {
	return money.Fen(rapid.Int64Range(-1e16, 1e16).Draw(t, name))
}

func anyResidue(t *rapid.T) coinsurance.Residue {
	return rapid.SampledFrom([]coinsurance.Residue{
		coinsurance.ResidueLeader, coinsurance.ResidueLargestRemainder,
	}).Draw(t, "residue")
}

// TestSplitProperties: portions add up to the total, the bulk path gives what the decimal one gives, a total with its
// sign turned gives portions with theirs turned, and movements to date sum to the last portion.
func TestSplitProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table, residue, total := anyTable(t), anyResidue(t), anyTotal(t, "total")
		split := table.Split(total, residue)
		if sum := money.Sum(split.Portions...); sum != total {
			t.Fatalf("the portions of %s sum to %s", total, sum)
		}
		if bulk := table.Portions(nil, total, residue); !slices.Equal(bulk, split.Portions) {
			t.Fatalf("bulk gives %v, decimal %v", bulk, split.Portions)
		}
		for i, portion := range table.Split(total.Neg(), residue).Portions {
			if portion != split.Portions[i].Neg() {
				t.Fatalf("portion %d of %s is %s, of the turned total %s", i, total, split.Portions[i], portion)
			}
		}
		booked := make([]money.Amount, table.Len())
		for range rapid.IntRange(1, 6).Draw(t, "movements") {
			for i, portion := range table.Portions(nil, anyTotal(t, "to date"), residue) {
				booked[i] = booked[i].Add(portion.Sub(booked[i]))
			}
		}
		for i, portion := range table.Portions(nil, money.Amount{}, residue) {
			if !booked[i].Add(portion.Sub(booked[i])).IsZero() {
				t.Fatalf("a return to zero leaves member %d with something", i)
			}
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add(int64(10001), uint64(33333334), uint64(33333333), true)
	f.Add(int64(-1), uint64(1), uint64(99999998), false)
	f.Add(int64(1e16), uint64(50000000), uint64(25000000), true)
	f.Fuzz(func(t *testing.T, fen int64, a, b uint64, leader bool) {
		const whole = 100_000_000
		a, b = 1+a%(whole-2), 1+b%(whole-2)
		if a+b >= whole || fen > 1e16 || fen < -1e16 {
			return
		}
		var rows []coinsurance.MemberShare
		for i, e8 := range []uint64{a, b, whole - a - b} {
			share, _ := money.ShareOf(int64(e8))
			rows = append(rows, coinsurance.MemberShare{Member: string(rune('A' + i)), Share: share})
		}
		table, err := coinsurance.NewShareTable("B", rows)
		if err != nil {
			t.Fatal(err)
		}
		residue := coinsurance.ResidueLargestRemainder
		if leader {
			residue = coinsurance.ResidueLeader
		}
		split := table.Split(money.Fen(fen), residue)
		bulk := table.Portions(nil, money.Fen(fen), residue)
		if !slices.Equal(bulk, split.Portions) || money.Sum(bulk...).Fen() != fen {
			t.Fatalf("%d: bulk %v, decimal %v", fen, bulk, split.Portions)
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	five := table(b, "A", "A", "35%", "B", "25%", "C", "20%", "D", "12.5%", "E", "7.5%")
	total := money.MustAmount("1234567.89")
	b.Run("decimal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			five.Split(total, coinsurance.ResidueLeader)
		}
	})
	b.Run("bulk", func(b *testing.B) {
		b.ReportAllocs()
		portions := make([]money.Amount, 0, 5)
		for b.Loop() {
			portions = five.Portions(portions[:0], total, coinsurance.ResidueLeader)
		}
	})
}
