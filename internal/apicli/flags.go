package apicli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/wire"
)

// field is a member of a request's body as a flag.
type field struct {
	name     string
	schema   *huma.Schema
	needed   bool
	repeated bool // a list of texts: the flag may be given several times
}

// fieldsOf lists an object's members, the needed first.
func fieldsOf(api *huma.OpenAPI, object *huma.Schema) []field {
	var fields []field
	for name, schema := range object.Properties {
		schema = resolve(api, schema)
		items := resolve(api, schema.Items)
		fields = append(fields, field{
			name: name, schema: schema, needed: slices.Contains(object.Required, name),
			repeated: schema.Type == huma.TypeArray && items != nil && items.Type == huma.TypeString,
		})
	}
	slices.SortFunc(fields, func(a, b field) int {
		if a.needed != b.needed {
			if a.needed {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return fields
}

// flagName is a field's or a parameter's name as flags are written.
func flagName(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "-")) }

// value is what was given for a flag, checked as far as the description allows before anything is sent.
type value struct {
	schema   *huma.Schema
	repeated bool
	raw      json.RawMessage // as it goes into a body
	text     string          // as it goes into a path, a query or a header
	many     []string
}

// String is what was given.
func (v *value) String() string { return v.text }

// Type is the word help shows.
func (v *value) Type() string {
	switch {
	case len(v.schema.Enum) > 0:
		return strings.Join(choices(v.schema), "|")
	case v.schema.Format != "" && v.schema.Type == huma.TypeString:
		return v.schema.Format
	case v.repeated:
		return "text"
	case v.schema.Type == huma.TypeArray, v.schema.Type == huma.TypeObject, v.schema.Type == "":
		return "JSON"
	case v.schema.Type == huma.TypeString:
		return "text"
	}
	return v.schema.Type
}

// Set takes a value from the command line.
func (v *value) Set(given string) error {
	if allowed := choices(v.schema); len(allowed) > 0 && !slices.Contains(allowed, given) {
		return fmt.Errorf("it is one of %s", strings.Join(allowed, ", "))
	}
	if v.repeated && !strings.HasPrefix(strings.TrimSpace(given), "[") {
		v.many = append(v.many, given)
		raw, err := json.Marshal(v.many)
		v.text, v.raw = strings.Join(v.many, ","), raw
		return err
	}
	var err error
	v.text = given
	switch v.schema.Type {
	case huma.TypeString:
		v.raw, err = json.Marshal(given)
		return err
	case huma.TypeBoolean:
		if _, err = strconv.ParseBool(given); err != nil {
			return errors.New("it is true or false")
		}
	case huma.TypeInteger:
		if _, err = strconv.ParseInt(given, 10, 64); err != nil {
			return errors.New("it is a whole number")
		}
	default:
		if name, file := strings.CutPrefix(given, "@"); file {
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			given = string(content)
		}
	}
	if err := wire.Check([]byte(given)); err != nil {
		return fmt.Errorf("it is JSON, or @FILE with JSON; here: %w", err)
	}
	v.raw = json.RawMessage(given)
	return nil
}

func choices(schema *huma.Schema) []string {
	var texts []string
	for _, choice := range schema.Enum {
		texts = append(texts, fmt.Sprint(choice))
	}
	return texts
}

// usage is a flag's help.
func usage(description string, schema *huma.Schema, needed bool) string {
	parts := []string{}
	if needed {
		parts = append(parts, "needed")
	}
	if description == "" {
		description = schema.Description
	}
	if description != "" {
		parts = append(parts, description)
	}
	if len(schema.Examples) > 0 && len(schema.Enum) == 0 {
		parts = append(parts, "e.g. "+fmt.Sprint(schema.Examples[0]))
	}
	return strings.ReplaceAll(strings.Join(parts, "; "), "`", "'")
}

// example is a value to show in help.
func example(name string, schema *huma.Schema) string {
	switch {
	case len(schema.Examples) > 0:
		return fmt.Sprint(schema.Examples[0])
	case len(schema.Enum) > 0:
		return fmt.Sprint(schema.Enum[0])
	case schema.Type == huma.TypeInteger:
		return "1"
	case schema.Type == huma.TypeBoolean:
		return "true"
	case schema.Type == huma.TypeArray || schema.Type == huma.TypeObject:
		return "@" + flagName(name) + ".json"
	}
	return strings.ToUpper(name)
}

func quoted(text string) string {
	if strings.ContainsAny(text, " \t'\"$&|;<>*?()[]{}%") {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return text
}

func resolve(api *huma.OpenAPI, schema *huma.Schema) *huma.Schema {
	for schema != nil && schema.Ref != "" {
		schema = api.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	return schema
}
