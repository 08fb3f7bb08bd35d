package idempotency

import (
	"reflect"
	"testing"
)

// Form is a command as it is written down before it is hashed.
func Form(t *testing.T, command any) string {
	t.Helper()
	body, _, err := write(nil, reflect.ValueOf(command), nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
