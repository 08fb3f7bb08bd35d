package tidy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gongbao/internal/lab/code"
	"gongbao/internal/lab/golden"
)

// TestTheStairIsDrawn wants the README's picture and the linter's lists as the table of floors has them.
func TestTheStairIsDrawn(t *testing.T) {
	t.Parallel()
	built := map[string]bool{}
	for _, file := range theHouse(t).Files {
		built[file.Folder()] = true
	}
	rewrite(t, "README.md", "## The house\n\n```\n", "```\n", picture(built))
	rewrite(t, ".golangci.yml", "        # the floors begin\n", "        # the floors end\n", linted(built))
}

// rewrite wants the text between two marks of a file to be another.
func rewrite(t *testing.T, name, from, to, text string) {
	t.Helper()
	root, err := code.Root()
	if err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(root, name)
	kept, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(kept), from)
	_, after, ended := strings.Cut(rest, to)
	if !begun || !ended {
		t.Fatalf("%s has no text between %q and %q", name, from, to)
	}
	golden.Same(t, name, before+from+text+to+after)
}

// standing are the rooms of a storey that are built.
func (s storey) standing(built map[string]bool) []room {
	return slices.DeleteFunc(slices.Clone(s.rooms), func(r room) bool { return !built[r.folder] })
}

// picture draws the house for the README, roof first.
func picture(built map[string]bool) string {
	var drawn strings.Builder
	draw := func(height, name string, rooms []room) {
		for _, room := range rooms {
			folder := room.folder
			if path := strings.Split(folder, "/"); len(path) == 1 {
				folder += "/" // the trade's own words stand at the top
			}
			const columns = "%s  %s  %s  %s\n"
			fmt.Fprintf(&drawn, columns, padded(height, 3), padded(name, 8), padded(folder, 22), room.is)
			height, name = "", ""
		}
	}
	for _, storey := range stair {
		draw(" "+storey.height.String(), storey.name, storey.standing(built))
	}
	draw("", "beside", beside)
	return drawn.String()
}

// padded counts runes: ½ is one column and two bytes.
func padded(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-utf8.RuneCountInString(text)))
}

// ban is an import that a rule of the linter denies.
type ban struct{ imported, why string }

// linted writes the rules of depguard that follow from the table: for whoever stands below the book, for the wings, and
// against what stands beside the stair. They tell the editor sooner; TestNobodyClimbs knows every floor, and tests too.
func linted(built map[string]bool) string {
	var written strings.Builder
	var files, lower, wings []string
	bans := []ban{
		{"net/http", "HTTP exists only at the door"},
		{"github.com/spf13/cobra", "commands exist only in cmd"},
		{"github.com/twmb/franz-go", "a fact goes to the outbox, never to the broker"},
		{module + "/internal/relay", "a fact goes to the outbox; the relay finds it there"},
	}
	for _, storey := range slices.Backward(stair) {
		rooms := storey.standing(built)
		for _, room := range rooms {
			files = append(files, filesOf(room))
			if isWing(room) {
				wings = append(wings, filesOf(room))
			} else if len(wings) > 0 {
				bans = append(bans, ban{module + "/" + room.folder, "that goes up"})
			}
		}
		if storey.name != "" && len(wings) == 0 {
			fmt.Fprintf(&written, "        %s: # up to floor %s\n", storey.name, storey.height)
			written.WriteString(guard(files, lower, ban{module, "that goes up, or sideways"}))
			files = nil
		}
		for _, room := range rooms {
			lower = append(lower, module+"/"+room.folder)
		}
	}
	written.WriteString("        wings: # they speak insurance and know neither door nor broker\n")
	written.WriteString(guard(wings, nil, bans...))
	written.WriteString("        stair: # it does not lean on what stands beside it\n")
	files, bans = []string{"!**/cmd/**"}, nil
	for _, room := range beside {
		files = append(files, "!**/"+room.folder+"/**")
		bans = append(bans, ban{module + "/" + room.folder, "it stands beside the stair"})
	}
	written.WriteString(guard(files, nil, bans...))
	return written.String()
}

func filesOf(r room) string { return "**/" + r.folder + "/*.go" }

// isWing says that a package speaks insurance: it stands at the top, or in what does.
func isWing(r room) bool {
	return !within(r.folder, "internal") && !isCommand(r.folder) && r.folder != "migrations"
}

// guard is the body of a rule of depguard.
func guard(files, allow []string, deny ...ban) string {
	body := listed("files", append(files, "!$test"))
	if len(allow) > 0 {
		body += "          list-mode: lax\n" + listed("allow", allow)
	}
	body += "          deny:\n"
	for _, ban := range deny {
		body += fmt.Sprintf("            - pkg: %s\n              desc: %s\n", ban.imported, ban.why)
	}
	return body
}

// listed is a list in YAML, its lines at most as long as those of code.
func listed(key string, items []string) string {
	const indent = "            "
	text, line := "          "+key+":\n", indent+"["
	for i, item := range items {
		item = fmt.Sprintf("%q, ", item)
		if i == len(items)-1 {
			item = strings.TrimSuffix(item, ", ") + "]\n"
		}
		if utf8.RuneCountInString(line+item) > lineColumnsMax {
			text, line = text+strings.TrimRight(line, " ")+"\n", indent+" "
		}
		line += item
	}
	return text + line
}

func TestTheStairHasAnOrder(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for i, storey := range stair {
		if i > 0 && storey.height >= stair[i-1].height {
			t.Errorf("floor %s stands under floor %s in the table", storey.height, stair[i-1].height)
		}
		for _, room := range storey.rooms {
			if seen[room.folder] || isOutside(room.folder) {
				t.Errorf("%s stands in the house twice", room.folder)
			}
			seen[room.folder] = true
		}
	}
}
