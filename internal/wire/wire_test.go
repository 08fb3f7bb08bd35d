package wire_test

import (
	"errors"
	"strings"
	"testing"

	"gongbao/internal/wire"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	for name, test := range map[string]struct{ data, place, reason string }{
		"OK an object":           {`{"a":"武汉","b":[1,2.50,true,null,{"c":"x\ny"}]} ` + "\n", "", ""},
		"OK a whole pair":        {`{"a":"\ud83d\ude00"}`, "", ""},
		"OK one key in two":      {`{"a":{"x":1},"b":{"x":1}}`, "", ""},
		"OK as deep as may be":   {nested(wire.DepthMax), "", ""},
		"Err nothing":            {" ", "", "there is no value"},
		"Err cut off":            {`{"a":"1`, "", "the value is cut off"},
		"Err a mark":             {"\ufeff{}", "", "byte-order mark"},
		"Err another coding":     {"{\x00}\x00", "", "no JSON at byte 1"},
		"Err twice":              {`{"amount":"1.00","x":1,"amount":"7.00"}`, "amount", "twice"},
		"Err twice, escaped":     {`{"amount":"1.00","\u0061mount":"7.00"}`, "amount", "twice"},
		"Err twice, deep":        {`{"losses":[{},{"f":{"x":1,"x":1}}]}`, "losses[1].f.x", "twice"},
		"Err no UTF-8":           {"{\"a\":\"\xff\"}", "a", "no UTF-8"},
		"Err no UTF-8 in a key":  {"{\"\xc3\":1}", "", "no UTF-8"},
		"Err an overlong NUL":    {"{\"a\":\"\xc0\x80\"}", "a", "no UTF-8"},
		"Err a surrogate in raw": {"{\"a\":\"\xed\xa0\x80\"}", "a", "no UTF-8"},
		"Err half a pair":        {`{"a":"\ud800"}`, "a", "surrogate"},
		"Err the wrong half":     {`{"a":"\ude00\ud83d"}`, "a", "surrogate"},
		"Err half a pair in key": {`{"\ud800":1}`, "", "surrogate"},
		"Err NUL":                {`{"a":"x\u0000"}`, "a", "control character"},
		"Err a raw line end":     {"{\"a\":\"x\ny\"}", "a", "no JSON"},
		"Err behind":             {`{} {}`, "", "behind"},
		"Err behind, no JSON":    {`{}]`, "", "behind"},
		"Err a comma":            {`{"a":1,}`, "", "no JSON"},
		"Err a comment":          {`{/**/"a":1}`, "", "no JSON"},
		"Err too deep":           {nested(wire.DepthMax + 1), "", "nested deeper"},
		"Err far too deep":       {strings.Repeat(`{"a":`, 100_000), "", "nested deeper"},
		"Err invisible":          {`{"a":["x","\u200b"]}`, "a[1]", "invisible"},
		"Err an invisible key":   {`{"\u200b":1}`, "?", "invisible"},
		"Err replaced":           {"{\"a\":\"\ufffd\"}", "a", "replacement"},
		"Err a long text":        {`"` + strings.Repeat("x", wire.TextMax+1) + `"`, "", "longer"},
		"Err NaN":                {`{"a":NaN}`, "a", "no JSON"},
		"Err a leading nought":   {`{"a":01}`, "", "no JSON"},
	} {
		err := wire.Check([]byte(test.data))
		if test.reason == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		fault, ok := errors.AsType[*wire.Fault](err)
		if !ok || !strings.Contains(fault.Reason.String(), test.reason) || test.place != "" && fault.Place != test.place {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

// What is said of a fault stays short, however long the key that has it.
func TestPlacesAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 10_000)
	err := wire.Check([]byte(`{"` + long + `":{"` + long + `":{"x":1,"x":1}}}`))
	if err == nil || len(err.Error()) > 400 {
		t.Errorf("%d bytes: %.100v", len(err.Error()), err)
	}
}

// Reading twice as much allocates about twice as much: nothing is looked at again for every key.
func TestCheckIsLinear(t *testing.T) {
	object := func(keys int) []byte {
		var b strings.Builder
		for i := range keys {
			b.WriteString(`,"` + strings.Repeat("k", i%7) + "-" + strings.Repeat("é", i%3) + string(rune('a'+i%26)) +
				strings.Repeat("z", i/26%50) + strings.Repeat("y", i/1300) + `":1`)
		}
		return []byte("{" + b.String()[1:] + "}")
	}
	cost := func(data []byte) float64 { return testing.AllocsPerRun(3, func() { _ = wire.Check(data) }) }
	small, large := cost(object(2000)), cost(object(4000))
	if large > 3*small+100 {
		t.Errorf("%.0f allocations for 2,000 keys, %.0f for 4,000", small, large)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"a":[1,"x",{"b":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := wire.Check(data); err != nil && len(err.Error()) > 500 {
			t.Errorf("%d bytes are said of %q", len(err.Error()), data)
		}
	})
}
