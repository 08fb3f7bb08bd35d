package sample

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/product"
)

// header are the columns of a sample book; insurance.ImportColumns explains them.
var header = []string{
	"pool", "number", "line", "insured", "start", "end", "premium", "limit", "deductible", "vat", "commission",
	"instalments", "received", "issued", "equipment_value",
}

var trades = map[string][]string{
	"LH": {"生物医药", "医疗器械", "基因检测", "合成生物", "高端制剂"},
	"IC": {"刻蚀设备", "光刻胶", "存储芯片", "封装测试", "量测设备"},
	"OE": {"激光装备", "光通信", "硅光模块", "光学镜片", "显示面板"},
}

var poolCodes = []string{"LH", "IC", "OE"}

// WriteBook writes a book of policies that start in the twelve months up to the end of the given one, as CSV. The
// same seed and month give the same book, with the same numbers.
func WriteBook(target io.Writer, policies int, seed uint64, last calendar.Month) error {
	dice := rand.New(rand.NewPCG(seed, 2027)) //nolint:gosec // a sample must be repeatable, not secret
	writer := csv.NewWriter(target)
	if err := writer.Write(header); err != nil {
		return err
	}
	for number := 1; number <= policies; number++ {
		if err := writer.Write(samplePolicy(dice, number, last)); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}

func samplePolicy(dice *rand.Rand, number int, last calendar.Month) []string {
	today := last.Last()
	pool := poolCodes[dice.IntN(len(poolCodes))]
	lines := product.LineCodes()
	line := lines[dice.IntN(len(lines))]
	start := today.AddDays(-dice.IntN(365))
	end := start.AddDays(364)
	premium := money.Fen(int64(1_000_00 + dice.IntN(900_000_00)))
	limit := money.Fen(premium.Fen() * int64(20+dice.IntN(60)))
	vat := money.MustRate("6%")
	commission := []string{"0%", "5%", "10%"}[dice.IntN(3)]
	received := premium.Add(money.Apply(vat, premium))
	instalments, equipment := "", ""
	if dice.IntN(5) == 0 {
		first := premium.Sub(money.ProRata(premium, 2, 5))
		second := premium.Sub(first)
		instalments = fmt.Sprintf("%s:%s;%s:%s", start, first, start.AddDays(180), second)
		if start.AddDays(180).After(today) {
			received = first.Add(money.Apply(vat, first))
		}
	}
	if line == "first_set" {
		equipment = money.ProRata(limit, 4, 5).String()
	}
	insured := fmt.Sprintf("示例%s企业%04d", trades[pool][dice.IntN(len(trades[pool]))], dice.IntN(900)+1)
	return []string{
		pool, fmt.Sprintf(
			"%s-%s-%06d", pool, last, number,
		), line, insured, start.String(), end.String(), premium.String(),
		limit.String(), money.ProRata(limit, 1, 100).String(), vat.String(), commission, instalments, received.String(),
		start.String(), equipment,
	}
}
