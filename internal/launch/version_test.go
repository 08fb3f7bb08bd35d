package launch

import (
	"runtime/debug"
	"testing"
)

func TestVersionComesFromTheBuild(t *testing.T) {
	t.Parallel()
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef"}
	dirty := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	info := func(module string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: module}, Settings: settings}
	}
	for want, got := range map[string]string{
		"development":            versionOf("", info("(devel)")),
		"0123456789ab":           versionOf("", info("(devel)", commit)),
		"0123456789ab+dirty":     versionOf("", info("", commit, dirty)),
		"v1.2.3":                 versionOf("", info("v1.2.3", commit)),
		"2.0-1":                  versionOf("2.0-1", info("v1.2.3", commit)),
		"unknown":                revisionOf(info("v1.2.3")),
		"0123456789abcdef+dirty": revisionOf(info("", commit, dirty)),
	} {
		if got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}
