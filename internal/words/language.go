package words

import (
	"cmp"
	"strings"

	"golang.org/x/text/language"
)

// languages are those that there are, the one that is given by default first.
var languages = []*Words{&English, &Chinese}

var matcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

// Accepted gives the language that suits an Accept-Language header best; English when none does.
func Accepted(header string) *Words {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return &English
	}
	_, at, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return &English
	}
	return languages[at]
}

// OfLocale gives the language that the environment of a command asks for: "zh_CN.UTF-8" is Chinese. ok is false when it
// asks for none that there is.
func OfLocale(variable func(name string) string) (words *Words, ok bool) {
	locale := cmp.Or(variable("LC_ALL"), variable("LC_MESSAGES"), variable("LANG"))
	locale, _, _ = strings.Cut(locale, ".")
	tag, err := language.Parse(strings.ReplaceAll(locale, "_", "-"))
	if err != nil {
		return nil, false
	}
	_, at, confidence := matcher.Match(tag)
	return languages[at], confidence != language.No
}
