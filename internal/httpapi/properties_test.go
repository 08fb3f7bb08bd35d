package httpapi_test

import (
	"encoding/json"
	"sort"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gongbao/internal/httpapi"
)

// nameless lists what the served document has no words for: every property of every object, and every parameter.
func nameless(at string, value any, found map[string]bool) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			nameless(at, item, found)
		}
	case map[string]any:
		if properties, is := value["properties"].(map[string]any); is {
			for name, property := range properties {
				if isNameless(property) {
					found[at+" "+name] = true
				}
			}
		}
		if _, is := value["in"].(string); is && isNameless(value) && isNameless(value["schema"]) {
			found[at+" ?"+value["name"].(string)] = true
		}
		for name, inner := range value {
			where := at
			if strings.HasPrefix(name, "/") || at == "schemas" {
				where = name
			}
			if name == "schemas" {
				where = name
			}
			nameless(where, inner, found)
		}
	}
}

// isNameless says that something is neither described nor refers to what is.
func isNameless(value any) bool {
	object, is := value.(map[string]any)
	if !is {
		return true
	}
	text, _ := object["description"].(string)
	return text == "" && object["$ref"] == nil
}

// Who writes a program against the API, or asks a command for help, is told of every property what it is.
func TestEveryPropertyOfTheAPIIsDescribed(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(httpapi.NewServer(httpapi.Options{Log: zerolog.Nop()}).OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	nameless("", document, found)
	places := make([]string, 0, len(found))
	for place := range found {
		places = append(places, place)
	}
	sort.Strings(places)
	for _, place := range places {
		t.Errorf("%s: say what it is by a doc tag, or in propertyTexts when its name says it everywhere", place)
	}
	sample := map[string]bool{}
	nameless("", map[string]any{"properties": map[string]any{"x": map[string]any{"type": "string"}}}, sample)
	if len(sample) != 1 {
		t.Errorf("the test finds nothing: %v", sample)
	}
}
