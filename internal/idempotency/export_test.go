package idempotency

import (
	"encoding/json"
	"reflect"
	"testing"
)

// Form is a command as it is written down before it is hashed.
func Form(t *testing.T, command any) string {
	t.Helper()
	shape, _, err := shapeOf(reflect.ValueOf(command))
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(shape)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
