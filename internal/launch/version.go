package launch

import (
	"cmp"
	"runtime/debug"
	"strings"
)

// packaged is the version that a packager gives: go build -ldflags "-X gongbao/internal/launch.packaged=1.2.3".
var packaged string

// Version is what this binary is called: as it was packaged, else as Go stamped its module, else by its commit.
func Version() string { return versionOf(packaged, buildInfo()) }

// revision is the commit that the binary was built from, "unknown" where the build was told not to look.
func revision() string { return revisionOf(buildInfo()) }

func buildInfo() *debug.BuildInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return new(debug.BuildInfo)
	}
	return info
}

func versionOf(packaged string, info *debug.BuildInfo) string {
	stamped := strings.TrimPrefix(info.Main.Version, "(devel)")
	const shown = 12 // digits of a commit
	commit := revisionOf(info)
	if commit == unknown {
		return cmp.Or(packaged, stamped, "development")
	}
	digits, dirty, _ := strings.Cut(commit, "+")
	short := digits[:min(shown, len(digits))]
	if dirty != "" {
		short += "+" + dirty
	}
	return cmp.Or(packaged, stamped, short)
}

const unknown = "unknown"

func revisionOf(info *debug.BuildInfo) string {
	commit, changed := unknown, ""
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			commit = setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			changed = "+dirty"
		}
	}
	return commit + changed
}
