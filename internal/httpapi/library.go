package httpapi

import (
	"strings"

	"github.com/danielgtaylor/huma/v2/validation"

	"gongbao/internal/fault"
)

// vocabulary is what the library says of a value that does not fit the API's description, and what we say instead: so
// that a person knows what to write, in every language. Where the library names a value, our message names it as well.
var vocabulary = []struct {
	library string
	ours    fault.Message
}{
	{validation.MsgExpectedString, "a text is needed"},
	{validation.MsgExpectedBoolean, "true or false is needed"},
	{"invalid boolean", "true or false is needed"},
	{validation.MsgExpectedInteger, "a whole number is needed"},
	{"invalid integer", "a whole number is needed"},
	{validation.MsgExpectedNumber, "a number is needed"},
	{validation.MsgExpectedArray, "a list is needed"},
	{validation.MsgExpectedObject, "an object is needed"},
	{validation.MsgExpectedRFC3339Date, `a day is written like "2026-01-31"`},
	{validation.MsgExpectedRFC3339DateTime, `a time is written like "2026-01-31T08:00:00+08:00"`},
	{"invalid date/time for format %s", `a time is written like "2026-01-31T08:00:00+08:00"`},
	{validation.MsgExpectedRFC4122UUID, `an id is written like "0198c5b2-7c1e-7d4a-9f00-3c5d8e1a2b4f"`},
	{validation.MsgExpectedOneOf, "is to be one of {allowed}"},
	{validation.MsgExpectedMinimumNumber, "at least {least}"},
	{validation.MsgExpectedMaximumNumber, "at most {most}"},
	{validation.MsgExpectedMinLength, "at least {least} characters"},
	{validation.MsgExpectedMaxLength, "at most {most} characters"},
	{validation.MsgExpectedMinItems, "at least {least} items"},
	{validation.MsgExpectedMaxItems, "at most {most} items"},
	{"required %s parameter is missing", "is needed"},
}

// The forms of texts that have no format of their own. The 13 digits of whole yuan are far below the largest amount, so
// that sums of many still fit.
const (
	amountPattern   = `^-?[0-9]{1,13}(\.[0-9]{1,2})?$`
	fractionPattern = `^([0-9]{1,3}(\.[0-9]{1,8})?|[0-9]{1,5}(\.[0-9]{1,6})?%)$`
	monthPattern    = `^([0-9]{4}-(0[1-9]|1[0-2]))?$`
	monthsPattern   = `^[0-9]{4}(-(0[1-9]|1[0-2])(\.\.[0-9]{4}-(0[1-9]|1[0-2]))?|-Q[1-4])?$`
	hexPattern      = `^[0-9a-f]*$`
)

// forms is what we say of a text that does not have the form of its kind, by the pattern that the description gives.
var forms = map[string]fault.Message{
	amountPattern:   `an amount is written like "1000000.01": yuan, at most 13 digits, and at most two decimals`,
	fractionPattern: `a share or a rate is written like "0.06" or "6%"`,
	monthPattern:    `a month is written like "2026-01"`,
	hexPattern:      "is to be digits and letters from a to f",
}

// inOurWords is a fault of a field that the library found. What it says that we have no words for stays.
func inOurWords(path, message string) fault.Field {
	if pattern, is := filledIn(validation.MsgExpectedMatchPattern, message); is && forms[pattern] != "" {
		return fault.FieldOf(path, fault.Said{Message: forms[pattern]})
	}
	for _, known := range vocabulary {
		value, is := filledIn(known.library, message)
		if !is {
			continue
		}
		args := fault.Args{}
		for _, name := range known.ours.Names() {
			args[name] = value
		}
		return fault.FieldOf(path, fault.Said{Message: known.ours, Args: args})
	}
	return fault.Field{Path: path, Message: message}
}

// filledIn says whether a message was made of a format that has one verb or none, and with which value.
func filledIn(format, message string) (value string, is bool) {
	before, after, verb := strings.Cut(format, "%")
	if !verb {
		return "", message == format
	}
	value, begins := strings.CutPrefix(message, before)
	value, ends := strings.CutSuffix(value, after[1:])
	return value, begins && ends
}
