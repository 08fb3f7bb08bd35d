package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// pages are those that show command lines to people.
var pages = []string{"../../README.md", "../../docs/*.md"}

// shellWord is a word of a command line, with what stands in quotes in one.
var shellWord = regexp.MustCompile(`(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s'"])+`)

// TestEveryCommandOnAPageIsOneThatIsThere reads the command lines of the README and the pages, and wants each to be a
// command that exists, with flags that it knows and as many words as it takes.
func TestEveryCommandOnAPageIsOneThatIsThere(t *testing.T) {
	root, seen := newRoot(), 0
	for _, pattern := range pages {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, page := range found {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range commandLines(string(text)) {
				seen++
				checkLine(t, root, page, line)
			}
		}
	}
	if seen < 60 { // a check that finds nothing to check is none
		t.Errorf("only %d command lines were found", seen)
	}
}

// ours is where a command of ours begins.
var ours = regexp.MustCompile(`(?:^|[\s(])(?:\./)?gongbao `)

// commandLines are the words of each command of ours in the indented blocks of a page. A line goes on where it ends
// with a backslash or within a quotation.
func commandLines(page string) (lines [][]string) {
	whole := ""
	for line := range strings.Lines(strings.ReplaceAll(page, "\\\n", " ")) {
		if !strings.HasPrefix(line, "    ") {
			whole = ""
			continue
		}
		if whole += line; strings.Count(whole, "'")%2 == 1 {
			continue
		}
		starts := ours.FindAllStringIndex(whole, -1)
		for i, at := range starts {
			end := len(whole)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			lines = append(lines, wordsOf(whole[at[1]:end]))
		}
		whole = ""
	}
	return lines
}

// wordsOf are the words up to where the shell goes on to something else.
func wordsOf(text string) (words []string) {
	for _, word := range shellWord.FindAllString(text, -1) {
		if strings.HasPrefix(word, "#") || word == "|" || word == "…" || strings.HasPrefix(word, ">") || word == "&" {
			break
		}
		end := strings.HasSuffix(word, ";") || strings.HasSuffix(word, ")")
		words = append(words, strings.Trim(strings.TrimRight(word, ";)"), "'"))
		if end {
			break
		}
	}
	return words
}

// checkLine resolves a line as the program would, and does nothing.
func checkLine(t *testing.T, root *cobra.Command, page string, words []string) {
	t.Helper()
	shown := page + ": gongbao " + strings.Join(words, " ")
	command, rest, err := root.Find(words)
	if err != nil || !command.Runnable() {
		t.Errorf("%s: no such command: %v", shown, err)
		return
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.AddFlagSet(command.Flags())
	flags.AddFlagSet(command.InheritedFlags())
	if err := flags.Parse(rest); err != nil {
		t.Errorf("%s: %v", shown, err)
		return
	}
	if err := command.Args(command, flags.Args()); err != nil {
		t.Errorf("%s: %v", shown, err)
	}
}
