package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"gongbao/internal/fault"
)

// Differences names what a row says otherwise than what stands already: every field of two values of one type is
// compared as it is written in JSON, those of an object inside by its own names. A field that is added to the type is
// compared from then on.
func Differences[T any](stands, row T) []string {
	return slices.Sorted(maps.Keys(differing(asJSON(stands), asJSON(row))))
}

func differing(stands, row json.RawMessage) map[string]bool {
	ours, theirs := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	found := map[string]bool{}
	if json.Unmarshal(stands, &ours) != nil || json.Unmarshal(row, &theirs) != nil {
		return found // no object: who asks compares it whole
	}
	for name := range merged(ours, theirs) {
		if bytes.Equal(ours[name], theirs[name]) {
			continue
		}
		if isObject(ours[name]) || isObject(theirs[name]) {
			maps.Copy(found, differing(orNone(ours[name]), orNone(theirs[name])))
			continue
		}
		found[name] = true
	}
	return found
}

func merged(a, b map[string]json.RawMessage) map[string]json.RawMessage {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func isObject(value json.RawMessage) bool { return len(value) > 0 && value[0] == '{' }

func orNone(value json.RawMessage) json.RawMessage {
	if len(value) == 0 {
		return json.RawMessage("{}")
	}
	return value
}

// asJSON writes a value of ours, which is made of texts and numbers and cannot fail.
func asJSON(value any) json.RawMessage {
	written, err := json.Marshal(value)
	if err != nil {
		panic("sheet: " + err.Error())
	}
	return written
}

// Otherwise is a refusal of a row whose document is there already and says otherwise in these columns.
func Otherwise(rule *fault.Fault, columns []string) error {
	for _, column := range columns {
		rule = rule.At(column, "it is there already, and says otherwise here")
	}
	return rule
}

// Refused is the refusal of a file that is to blame itself; any other error stays what it is.
func Refused(err error, rule *fault.Fault) error {
	if file, is := errors.AsType[*Unreadable](err); is {
		return rule.Case(fault.Args{"reason": file.Reason})
	}
	return err
}

// RefusedRows is the wing's refusal of an import of which nothing was taken because rows are bad; any other error stays
// as it is.
func RefusedRows(err error, report Report, rule *fault.Fault) error {
	if errors.Is(err, ErrBadRows) {
		return rule.Case(fault.Args{"bad": report.Bad, "rows": report.Rows})
	}
	return err
}

// Begun is the report of an import that has read nothing yet.
func Begun(ways Ways) Report { return Report{DryRun: ways.DryRun, BadRows: []BadRow{}} }
