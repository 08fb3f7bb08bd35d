package scenario

import (
	"embed"
	"io/fs"
)

//go:embed cases/*.txt
var embedded embed.FS

// CaseNames lists the shared acceptance files, in order.
func CaseNames() []string {
	names, _ := fs.Glob(embedded, "cases/*.txt") // the pattern is well formed
	return names
}

// Case reads one of them.
func Case(name string) (File, error) {
	source, err := embedded.ReadFile(name)
	if err != nil {
		return File{}, err
	}
	return Parse(name, source)
}
