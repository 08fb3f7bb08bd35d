package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestRefusalsSpeakTheCallersLanguage: title, detail and remedy come in the language that the caller asks for, the code
// stays, and who asks for no language that we have gets English.
func TestRefusalsSpeakTheCallersLanguage(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	const english, chinese = "this person may not do this", "此人无权进行该操作"
	for asked, wanted := range map[string]struct{ language, title string }{
		"": {"en", english}, "*": {"en", english}, "en-GB": {"en", english}, "de, fr;q=0.5": {"en", english},
		"zh": {"zh-CN", chinese}, "zh-CN,zh;q=0.9,en;q=0.8": {"zh-CN", chinese}, "zh-TW": {"zh-CN", chinese},
		"de, zh;q=0.3, en;q=0.2": {"zh-CN", chinese}, "en;q=0.9, zh;q=0.1": {"en", english},
		"fr, zh-Hans": {"zh-CN", chinese}, "zh;q=0, en": {"en", english}, "q=;;,": {"en", english},
		strings.Repeat("zh-", 2000): {"en", english},
	} {
		answer := d.ask(follower, http.MethodPost, "/v1/pools", `{}`, "Accept-Language", asked)
		problem := d.refused(answer, 403, "access.forbidden")
		if problem.Title != wanted.title || answer.Header.Get("Content-Language") != wanted.language {
			t.Errorf("%.40q: %q in %q", asked, problem.Title, answer.Header.Get("Content-Language"))
		}
		if answer.Header.Get("Vary") != "Accept-Language" {
			t.Errorf("a cache is not told that the answer depends on the language: %v", answer.Header)
		}
	}
	answer := d.ask(follower, http.MethodPost, "/v1/pools", `{}`, "Accept-Language", "zh")
	said := d.refused(answer, 403, "access.forbidden")
	if !strings.HasPrefix(said.Detail, "open-pool 仅限 ") || said.Remedy == "" {
		t.Errorf("what the case adds is not Chinese, or nothing says what to do: %+v", said)
	}
	for path, wanted := range map[string][2]string{
		"/v1/nowhere":        {"httpapi.no_such_route", "没有这个接口；全部接口见 /docs"},
		"/v1/policies/IC-P9": {"insurance.policy_not_found", "没有此号码的保单"},
		"/v1/policies?x=1":   {"httpapi.request_invalid", "请求不符合接口说明"},
	} {
		status := http.StatusNotFound
		if strings.Contains(path, "?") {
			status = http.StatusUnprocessableEntity
		}
		answer := d.ask(leader, http.MethodGet, path, "", "Accept-Language", "zh")
		if problem := d.refused(answer, status, wanted[0]); problem.Title != wanted[1] {
			t.Errorf("%s: %q", path, problem.Title)
		}
	}
}

// TestFaultsOfFieldsSpeakTheCallersLanguage: what is wrong with a field says in both languages what to write, also
// where a library has found it.
func TestFaultsOfFieldsSpeakTheCallersLanguage(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	const body = `{"amount":"1,000.00","note":7}`
	for language, wanted := range map[string]map[string]string{
		"en": {
			"amount": `an amount is written like "1000000.01": yuan, at most 13 digits, and at most two decimals`,
			"note":   "is unknown",
		},
		"zh": {
			"amount": `金额写作 "1000000.01"：以元为单位，整数最多 13 位，小数最多两位`,
			"note":   "没有这个字段",
		},
	} {
		answer := d.ask(leader, http.MethodPost, "/v1/policies/IC-P1/receipts", body, "Accept-Language", language)
		problem := d.refused(answer, http.StatusUnprocessableEntity, "httpapi.request_invalid")
		said := map[string]string{}
		for _, field := range problem.Errors {
			said[field.Path] = field.Message
		}
		for path, message := range wanted {
			if said[path] != message {
				t.Errorf("%s: %s is said to be %q", language, path, said[path])
			}
		}
	}
}
