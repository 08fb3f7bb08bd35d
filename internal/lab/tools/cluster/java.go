package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

const javaMin = 17 // what the brokers of Kafka 4 ask for

var javaVersion = regexp.MustCompile(`version "(\d+)`)

// java finds a Java that is new enough: that of JAVA_HOME, else the path's.
func java(ctx context.Context) (string, error) {
	program := filepath.Join(os.Getenv("JAVA_HOME"), "bin", "java")
	if os.Getenv("JAVA_HOME") == "" {
		found, err := exec.LookPath("java")
		if err != nil {
			return "", ErrNoJava
		}
		program = found
	}
	output, err := exec.CommandContext(ctx, program, "-version").CombinedOutput() //nolint:gosec // the user's own Java
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrNoJava, program, err)
	}
	if match := javaVersion.FindSubmatch(output); match != nil {
		if major, err := strconv.Atoi(string(match[1])); err == nil && major >= javaMin {
			return program, nil
		}
	}
	return "", fmt.Errorf("%w: %s says %.200q", ErrNoJava, program, output)
}

// javaArguments keep a virtual machine small and quick to start: it lives for seconds.
func javaArguments(jars, folder string) []string {
	return []string{
		"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xms64m", "-Xmx320m",
		"-Djava.io.tmpdir=" + filepath.Join(folder, "tmp"),
		"-Dlog4j2.configurationFile=" + filepath.Join(folder, "log4j2.properties"),
		"-cp", filepath.Join(jars, "*"),
	}
}
