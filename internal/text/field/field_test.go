package field_test

import (
	"fmt"
	"strings"
	"testing"

	"gongbao/internal/fault"
	"gongbao/internal/text/field"
)

var errRule = fault.New(fault.Invalid, "test.rule", "no")

func refused(ask func(*fault.Check)) string {
	var check fault.Check
	ask(&check)
	return fmt.Sprint(check.Refuse(errRule))
}

func TestFieldsNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		ask  func(*fault.Check)
		want string
	}{
		"code":        {func(c *fault.Check) { field.Code(c, "code", "IC-1") }, "<nil>"},
		"no code":     {func(c *fault.Check) { field.Code(c, "code", "I_C") }, "code: a code is to be letters"},
		"empty code":  {func(c *fault.Check) { field.Code(c, "code", "") }, "code: a code has 1 to 64 characters"},
		"line":        {func(c *fault.Check) { field.Line(c, "name", "甲乙", 2) }, "<nil>"},
		"empty line":  {func(c *fault.Check) { field.Line(c, "name", "", 2) }, "name: 1 to 2 characters are needed"},
		"long line":   {func(c *fault.Check) { field.Line(c, "name", "甲乙丙", 2) }, "name: 1 to 2 characters are needed"},
		"two lines":   {func(c *fault.Check) { field.LineIf(c, "name", "甲\n乙", 9) }, "the text is to be one line"},
		"unseen":      {func(c *fault.Check) { field.LineIf(c, "name", "甲\u200b", 9) }, "an invisible character (U+200B)"},
		"no line":     {func(c *fault.Check) { field.LineIf(c, "name", "", 9) }, "<nil>"},
		"prose":       {func(c *fault.Check) { field.Prose(c, "reason", "甲\n乙", 9) }, "<nil>"},
		"empty prose": {func(c *fault.Check) { field.Prose(c, "reason", "", 9) }, "reason: 1 to 9 characters"},
		"no prose":    {func(c *fault.Check) { field.ProseIf(c, "reason", "", 9) }, "<nil>"},
		"bare prose":  {func(c *fault.Check) { field.ProseIf(c, "reason", "…", 9) }, "holds no letter and no digit"},
		"lost":        {func(c *fault.Check) { field.ProseIf(c, "reason", "甲\ufffd", 9) }, "a replacement character"},
	} {
		if got := refused(one.ask); !strings.Contains(got, one.want) {
			t.Errorf("%s: %s, not %s", name, got, one.want)
		}
	}
}
