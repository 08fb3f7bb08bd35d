package scenario

import (
	"embed"
	"io/fs"
)

//go:embed cases/*.txt lines/*.txt
var embedded embed.FS

// CaseNames lists the shared acceptance files, in order.
func CaseNames() []string {
	names, _ := fs.Glob(embedded, "cases/*.txt") // the pattern is well formed
	return names
}

// LineNames lists the files that show every rule of every product line, broken and kept.
func LineNames() []string {
	names, _ := fs.Glob(embedded, "lines/*.txt") // the pattern is well formed
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
