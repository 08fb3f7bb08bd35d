package text_test

import (
	"strings"
	"testing"

	"gongbao/internal/text"
)

func TestALineIsWhatPeopleSee(t *testing.T) {
	t.Parallel()
	for _, fine := range []string{
		"武汉示例装备有限公司", "示例（武汉）有限公司", "𠮷𡘙示例", "A&B Co., Ltd. 2", "一　二", "-2+3+cmd", "É́cole", "7", "共保 🙂",
	} {
		if reason := text.LineFault(fine); reason.Any() {
			t.Errorf("%q %s", fine, reason)
		}
	}
	for bad, want := range map[string]string{
		"":                  "no letter",
		" ":                 "no letter",
		"---":               "no letter",
		"🙂":                 "no letter",
		"甲\x00":             "control",
		"甲\r乙":              "control",
		"甲\u0085乙":          "control",
		"甲\u2028乙":          "control",
		"甲\n乙":              "one line",
		"甲\t乙":              "one line",
		"\u200b":            "invisible",
		"示例\u200b公司":        "invisible",
		"示例\u00ad公司":        "invisible",
		"\ufeff示例":          "invisible",
		"示例\ufe0f":          "invisible",
		"示例\U000e0101":      "invisible",
		"示例\u3164":          "invisible",
		"示例\u2800":          "invisible",
		"示例\u202e公司":        "direction",
		"示例\u2066公司":        "direction",
		"示例\u200f公司":        "direction",
		"示\ufffd公司":         "replacement",
		"示例\u00a0公司":        "blank",
		"示例\ue000公司":        "private use",
		"示例\U0010fffe":      "no character",
		"示例\ufdd0":          "no character",
		"bad \xff":          "no UTF-8",
		"half \xed\xa0\x80": "no UTF-8",
	} {
		if reason := text.LineFault(bad).String(); !strings.Contains(reason, want) {
			t.Errorf("%+q: %q, not %q", bad, reason, want)
		}
	}
}

func TestProseMayHaveLines(t *testing.T) {
	t.Parallel()
	if reason := text.ProseFault("第一\n\t第二"); reason.Any() {
		t.Error(reason)
	}
	for _, bad := range []string{"", "\n", "第一\u2029第二", "第一\r\n第二"} {
		if !text.ProseFault(bad).Any() {
			t.Errorf("%+q passes", bad)
		}
	}
	if text.Fault("…\n").Any() {
		t.Error("a text without a letter can be printed all the same")
	}
}

func TestCodesAreASCII(t *testing.T) {
	t.Parallel()
	for _, fine := range []string{"A", "IC-TOUR-1", "2026-0001", strings.Repeat("x", 64)} {
		if reason := text.CodeFault(fine); reason.Any() {
			t.Errorf("%q %s", fine, reason)
		}
	}
	for _, bad := range []string{
		"", "-A", "A B", "A_B", "A.B", "甲", "IC-１", "А", "A\u200b", "A\n", "A/B", strings.Repeat("x", 65), "A'B",
	} {
		if !text.CodeFault(bad).Any() {
			t.Errorf("%+q passes", bad)
		}
	}
}
