package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed" // the pinned list
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
)

// Version is the Apache Kafka that is run.
const Version = "4.2.1"

// copyGoal copies jars out of a repository; the plug-in is pinned as well.
const copyGoal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"

//go:embed jars.sum
var pinned string

// jar is one artifact with the checksum it must have.
type jar struct{ Sum, Group, Artifact, Version string }

func (j jar) file() string { return j.Artifact + "-" + j.Version + ".jar" }

// parseJars reads lines "SHA-256 group:artifact:version".
func parseJars(text string) ([]jar, error) {
	var jars []jar
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		sum, name, _ := strings.Cut(line, "  ")
		parts := strings.Split(name, ":")
		if len(sum) != 2*sha256.Size || len(parts) != 3 {
			return nil, fmt.Errorf("jars.sum: %q is no checksum with an artifact", line)
		}
		jars = append(jars, jar{sum, parts[0], parts[1], parts[2]})
	}
	if len(jars) == 0 {
		return nil, errors.New("jars.sum lists nothing")
	}
	return jars, nil
}

// Jars gives the folder with Kafka's jars, each as it was pinned. Maven brings them the first time, or again when one
// was damaged; they stay in the user's cache folder.
func Jars(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a folder for Kafka's jars: %w", err)
	}
	return jarsIn(ctx, filepath.Join(cache, "gongbao"), pinned)
}

// jarsIn fetches into a folder beside the place and moves it there whole, so that whoever starts meanwhile finds
// everything or nothing. The name holds the checksum of the list: another list has another folder.
func jarsIn(ctx context.Context, cache, list string) (string, error) {
	jars, err := parseJars(list)
	if err != nil {
		return "", err
	}
	listed := sha256.Sum256([]byte(list))
	folder := filepath.Join(cache, "kafka-"+hex.EncodeToString(listed[:6]))
	if check(folder, jars) == nil {
		return folder, nil
	}
	if err := os.MkdirAll(cache, 0o750); err != nil {
		return "", fmt.Errorf("make a folder for Kafka's jars: %w", err)
	}
	fetched, err := os.MkdirTemp(cache, "kafka-fetch-")
	if err != nil {
		return "", fmt.Errorf("make a folder for Kafka's jars: %w", err)
	}
	defer func() { _ = os.RemoveAll(fetched) }()
	lib := filepath.Join(fetched, "lib")
	if err := maven(ctx, fetched, jars, "-DoutputDirectory="+lib); err != nil {
		return "", err
	}
	if err := check(lib, jars); err != nil {
		return "", err
	}
	if check(folder, jars) == nil { // somebody was quicker
		return folder, nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return "", fmt.Errorf("take damaged jars away: %w", err)
	}
	if err := os.Rename(lib, folder); err != nil && check(folder, jars) != nil {
		return "", fmt.Errorf("move Kafka's jars to their place: %w", err)
	}
	return folder, nil
}

// check wants every jar with its checksum, and nothing else: the whole folder becomes the class path.
func check(folder string, jars []jar) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("read Kafka's jars: %w", err)
	}
	if len(entries) != len(jars) {
		return fmt.Errorf("%w: %d files in %s, wanted %d", ErrOther, len(entries), folder, len(jars))
	}
	for _, wanted := range jars {
		sum, err := sumOf(filepath.Join(folder, wanted.file()))
		if err != nil {
			return err
		}
		if sum != wanted.Sum {
			return fmt.Errorf("%w: %s has %s", ErrOther, wanted.file(), sum)
		}
	}
	return nil
}

func sumOf(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// pom asks for exactly the given artifacts and nothing that they ask for.
var pom = template.Must(template.New("pom").Parse(`<project><modelVersion>4.0.0</modelVersion>
<groupId>gongbao</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging><dependencies>
{{- range .}}
<dependency><groupId>{{.Group}}</groupId><artifactId>{{.Artifact}}</artifactId><version>{{.Version}}</version>
{{- if .Sum}}<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>{{end -}}
</dependency>
{{- end}}
</dependencies></project>
`))

// maven writes the pom into the folder and lets Maven copy its jars, from wherever the user's settings say.
func maven(ctx context.Context, folder string, jars []jar, arguments ...string) error {
	program, err := exec.LookPath("mvn")
	if err != nil {
		return ErrNoMaven
	}
	var text bytes.Buffer
	if err := pom.Execute(&text, jars); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "pom.xml"), text.Bytes(), 0o600); err != nil {
		return err
	}
	arguments = append([]string{"-B", "-q", copyGoal, "-DincludeScope=runtime"}, arguments...)
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = folder
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %w\n%s", ErrNoJars, err, bytes.TrimSpace(output))
	}
	return nil
}
