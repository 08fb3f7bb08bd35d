package main

import (
	"encoding/json"
	"io"
)

// printJSON prints a value for programs, as people can read it too.
func printJSON(target io.Writer, value any) error {
	encoder := json.NewEncoder(target)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
