package cluster

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// roots are what is asked for when the list is made anew: the broker, and a log for it, of which it brings none.
var roots = []jar{
	{Group: "org.apache.kafka", Artifact: "kafka_2.13", Version: Version},
	{Group: "org.apache.logging.log4j", Artifact: "log4j-slf4j-impl", Version: "2.24.3"},
	{Group: "org.apache.logging.log4j", Artifact: "log4j-core", Version: "2.24.3"},
}

// Pin asks Maven for Kafka and everything it needs, and gives the text of jars.sum. A person looks at it before it is
// committed: from then on only these files run.
func Pin(ctx context.Context) (string, error) {
	folder, err := os.MkdirTemp("", "gongbao-pin-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	lib := filepath.Join(folder, "lib")
	if err := maven(ctx, folder, roots, "-DoutputDirectory="+lib, "-Dmdep.useRepositoryLayout=true"); err != nil {
		return "", err
	}
	jars, err := walkRepository(lib)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "# Apache Kafka %s as Maven artifacts: SHA-256 and name of every jar.\n", Version)
	fmt.Fprintln(&text, "# Written by `go run ./internal/lab/tools/realkafka pin`.")
	for _, j := range jars {
		fmt.Fprintf(&text, "%s  %s:%s:%s\n", j.Sum, j.Group, j.Artifact, j.Version)
	}
	return text.String(), nil
}

// walkRepository lists the jars of a folder laid out as group/artifact/version/file.
func walkRepository(folder string) ([]jar, error) {
	var jars []jar
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".jar") {
			return err
		}
		relative, err := filepath.Rel(folder, name)
		if err != nil {
			return err
		}
		version := path.Dir(filepath.ToSlash(relative))
		artifact := path.Dir(version)
		found := jar{
			Group:    strings.ReplaceAll(path.Dir(artifact), "/", "."),
			Artifact: path.Base(artifact), Version: path.Base(version),
		}
		found.Sum, err = sumOf(name)
		jars = append(jars, found)
		return err
	})
	slices.SortFunc(jars, func(a, b jar) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Artifact, b.Artifact))
	})
	return jars, err
}
