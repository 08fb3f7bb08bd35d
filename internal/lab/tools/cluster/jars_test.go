package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPinnedList(t *testing.T) {
	t.Parallel()
	jars, err := parseJars(pinned)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, j := range jars {
		seen[j.Group+":"+j.Artifact+":"+j.Version] = true
	}
	if len(seen) != len(jars) {
		t.Errorf("%d jars, %d different ones", len(jars), len(seen))
	}
	for _, root := range roots {
		if name := root.Group + ":" + root.Artifact + ":" + root.Version; !seen[name] {
			t.Errorf("%s is not in the list: write it anew with realkafka pin", name)
		}
	}
	for _, text := range []string{"", "# nothing", "abc  g:a:1", strings.Repeat("0", 64) + "  g:a"} {
		if _, err := parseJars(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const content, sum = "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	wanted := []jar{{sum, "g", "one", "1"}}
	for name, files := range map[string]map[string]string{
		"OK as pinned":       {"one-1.jar": content},
		"Err other bytes":    {"one-1.jar": content + "d"},
		"Err not there":      {},
		"Err another":        {"two-1.jar": content},
		"Err one more":       {"one-1.jar": content, "two-1.jar": content},
		"Err a newer one":    {"one-2.jar": content},
		"Err cut off":        {"one-1.jar": content[:2]},
		"Err no folder here": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for file, text := range files {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if files == nil {
				folder = filepath.Join(folder, "none")
			}
			if err := check(folder, wanted); (err == nil) != strings.HasPrefix(name, "OK") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What is missing is named with what to do about it. The tests change the path, so they come one after the other.
func TestMissingPrograms(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("JAVA_HOME", "")
	if _, err := jarsIn(t.Context(), t.TempDir(), pinned); !errors.Is(err, ErrNoMaven) {
		t.Errorf("without Maven: %v", err)
	}
	if _, err := java(t.Context()); !errors.Is(err, ErrNoJava) {
		t.Errorf("without Java: %v", err)
	}
	for version, works := range map[string]bool{"1.8.0_412": false, "11.0.2": false, "17.0.15": true, "25": true} {
		home := t.TempDir()
		if err := os.Mkdir(filepath.Join(home, "bin"), 0o700); err != nil {
			t.Fatal(err)
		}
		script := "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2026-01-01' >&2\n"
		if err := os.WriteFile(filepath.Join(home, "bin", "java"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("JAVA_HOME", home)
		if _, err := java(t.Context()); (err == nil) != works || err != nil && !errors.Is(err, ErrNoJava) {
			t.Errorf("Java %s: %v", version, err)
		}
	}
}

// A Maven that brings something else is not believed.
func TestOtherJars(t *testing.T) {
	folder := t.TempDir()
	script := "#!/bin/sh\nfor a in \"$@\"; do case $a in -DoutputDirectory=*) lib=${a#*=};; esac; done\n" +
		"/bin/mkdir -p \"$lib\"; echo other > \"$lib/one-1.jar\"\n"
	if err := os.WriteFile(filepath.Join(folder, "mvn"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
	cache := t.TempDir()
	_, err := jarsIn(t.Context(), cache, strings.Repeat("0", 64)+"  g:one:1\n")
	if !errors.Is(err, ErrOther) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(cache); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
