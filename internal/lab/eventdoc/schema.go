// Package eventdoc writes the JSON Schemas of the events from the Go types that make them. It stands outside the stair:
// tests use it to keep docs/events fresh and to hold every event to its schema.
package eventdoc

import (
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
)

// Schema is a JSON Schema, or a part of one.
type Schema map[string]any

// Draft is the version of JSON Schema all are written in.
const Draft = "https://json-schema.org/draft/2020-12/schema"

// texts are the types that stand on the wire as strings of a form.
var texts = map[reflect.Type]Schema{
	reflect.TypeFor[money.Amount]():   {"type": "string", "pattern": `^-?[0-9]+\.[0-9]{2}$`, "description": "yuan"},
	reflect.TypeFor[money.Share]():    {"type": "string", "pattern": `^[01](\.[0-9]{1,8})?$`, "description": "a fraction"},
	reflect.TypeFor[money.Rate]():     {"type": "string", "pattern": `^[0-9]+(\.[0-9]{1,8})?$`, "description": "a rate"},
	reflect.TypeFor[calendar.Date]():  {"type": []string{"string", "null"}, "format": "date"},
	reflect.TypeFor[calendar.Month](): {"type": "string", "pattern": `^([0-9]{4}-[0-9]{2})?$`},
	reflect.TypeFor[fact.HexDigest](): {"type": "string", "pattern": "^[0-9a-f]+$"},
	reflect.TypeFor[time.Time]():      {"type": "string", "format": "date-time"},
	reflect.TypeFor[uuid.UUID]():      {"type": "string", "format": "uuid"},
}

// Of is the schema of a value's type; what an interface holds is looked into.
func Of(value reflect.Value) Schema {
	kind := value.Type()
	if text, known := texts[kind]; known {
		return text
	}
	switch kind.Kind() {
	case reflect.Interface:
		if value.IsNil() {
			return Schema{}
		}
		return Of(value.Elem())
	case reflect.Pointer:
		return Of(reflect.Zero(kind.Elem()))
	case reflect.Struct:
		object := Schema{
			"type": "object", "additionalProperties": false, "properties": Schema{}, "required": []string{},
		}
		object.fields(value)
		return object
	case reflect.Slice, reflect.Array:
		return Schema{"type": []string{"array", "null"}, "items": Of(reflect.Zero(kind.Elem()))}
	case reflect.Map:
		return Schema{"type": "object", "additionalProperties": Of(reflect.Zero(kind.Elem()))}
	case reflect.Bool:
		return Schema{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Schema{"type": "integer"}
	default:
		return Schema{"type": "string"}
	}
}

// fields adds a struct's fields; those of an embedded struct are its own.
func (s Schema) fields(value reflect.Value) {
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if field.Anonymous && field.Type.Kind() == reflect.Struct {
			s.fields(value.Field(i))
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		s["properties"].(Schema)[name] = Of(value.Field(i)) //nolint:forcetypeassert // made so in Of
		if !strings.Contains(options, "omit") {             // omitempty, omitzero
			s["required"] = append(s["required"].([]string), name) //nolint:forcetypeassert // made so in Of
		}
	}
}

// Event is the schema of an event's common part, for a type of event and what its data looks like.
func Event(kind string, data any) Schema {
	version := Schema{"type": "integer", "minimum": 1}
	return Schema{
		"$schema": Draft, "$id": "urn:gongbao:schema:" + kind + ":1", "title": kind, "type": "object",
		"additionalProperties": false,
		"required": []string{
			"id", "type", "schema_version", "pool", "subject", "subject_version", "effective", "recorded", "by",
			"agreement_version", "data",
		},
		"properties": Schema{
			"id": Of(reflect.ValueOf(uuid.UUID{})), "type": Schema{"const": kind}, "schema_version": Schema{"const": 1},
			"pool": Schema{"type": "string", "minLength": 1}, "subject": Schema{
				"type": "string", "pattern": "^[a-z]+/",
			},
			"subject_version": version, "effective": Schema{"type": "string", "format": "date"},
			"recorded": Schema{"type": "string", "format": "date-time"},
			"by": Schema{
				"type": "object", "additionalProperties": false, "required": []string{"person", "organisation"},
				"properties": Schema{"person": Schema{"type": "string"}, "organisation": Schema{"type": "string"}},
			},
			"agreement_version": Schema{"type": "integer", "minimum": 0},
			"data":              Of(reflect.ValueOf(data)),
			"journal": Schema{
				"type": "object", "additionalProperties": false, "required": []string{"postings", "digest", "period"},
				"properties": Schema{
					"postings": version, "digest": Schema{"type": "string", "pattern": "^[0-9a-f]{64}$"},
					"period": Schema{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
				},
			},
		},
	}
}

// Section is the schema of a member's section.
func Section(data any) Schema {
	schema := Of(reflect.ValueOf(data))
	schema["$schema"], schema["$id"], schema["title"] = Draft, "urn:gongbao:schema:section:1", "a member's section"
	return schema
}
