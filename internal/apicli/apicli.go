// Package apicli makes commands of the API's own description: a noun for every tag, a verb for every operation,
// arguments for what stands in the path, flags for the rest. A route that is added is a command at once, and its help
// is the description's.
package apicli

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/spf13/cobra"
)

// Add gives the program a command for every operation. Where it has a command of the noun's name already the verbs join
// that one; a verb that is there already stays as it is.
func Add(root *cobra.Command, options Options) {
	for _, op := range operations(options.API) {
		noun := find(root, op.Tags[0])
		if noun == nil {
			text := about(options.API, op.Tags[0])
			short, _, _ := strings.Cut(text, "\n")
			noun = &cobra.Command{Use: op.Tags[0], Short: short, Long: strings.ReplaceAll(text, "`", "")}
			root.AddCommand(noun)
		}
		if command := op.command(options); find(noun, command.Name()) == nil {
			noun.AddCommand(command)
		}
	}
}

func find(parent *cobra.Command, name string) *cobra.Command {
	for _, command := range parent.Commands() {
		if command.Name() == name {
			return command
		}
	}
	return nil
}

func about(api *huma.OpenAPI, tag string) string {
	for _, t := range api.Tags {
		if t.Name == tag {
			return t.Description
		}
	}
	return "Ask the service about " + tag
}
