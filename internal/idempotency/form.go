package idempotency

import (
	"bytes"
	"crypto/sha256"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"gongbao/internal/text"
)

// form numbers the way in which a command is written down before it is hashed. A row of another form cannot be compared
// with a command of today, so its key is refused with ErrKeyOfOldForm.
const form = 2

// hashed is SHA-256 of a command's form: JSON with the keys sorted, without what is zero, so that neither a field that
// is moved into an embedded struct, nor one that is added, makes another command of a repetition that comes after an
// upgrade. A field's name is that of its json tag, or its Go name in snake case; what is tagged json:"-" is left out.
func hashed(command any) ([]byte, error) {
	shape, _, err := shapeOf(reflect.ValueOf(command))
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(shape)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return sum[:], nil
}

var (
	marshalsJSON = reflect.TypeFor[json.Marshaler]()
	marshalsText = reflect.TypeFor[encoding.TextMarshaler]()
)

// shapeOf is a value as JSON writes it, and whether there is anything to write.
func shapeOf(v reflect.Value) (shape any, some bool, err error) {
	if !v.IsValid() {
		return nil, false, nil
	}
	switch kind := v.Kind(); {
	case kind == reflect.Pointer || kind == reflect.Interface:
		if v.IsNil() {
			return nil, false, nil
		}
		shape, _, err = shapeOf(v.Elem())
		return shape, true, err // a pointer to zero says zero
	case v.Type().Implements(marshalsJSON), v.Type().Implements(marshalsText):
		return plain(v)
	case kind == reflect.Struct:
		fields := map[string]any{}
		err = fieldsInto(fields, v)
		return fields, len(fields) > 0, err
	case kind == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8, kind == reflect.Array:
		list := make([]any, v.Len())
		for i := range list {
			if list[i], _, err = shapeOf(v.Index(i)); err != nil {
				return nil, false, err
			}
		}
		return list, len(list) > 0, nil
	case kind == reflect.Map:
		entries := map[string]any{}
		for at := v.MapRange(); at.Next(); {
			if entries[fmt.Sprint(at.Key())], _, err = shapeOf(at.Value()); err != nil {
				return nil, false, err
			}
		}
		return entries, len(entries) > 0, nil
	default:
		return plain(v)
	}
}

// plain is a value that knows its own JSON.
func plain(v reflect.Value) (shape any, some bool, err error) {
	body, err := json.Marshal(v.Interface())
	says := !v.IsZero() && !bytes.Equal(body, []byte("null")) && !bytes.Equal(body, []byte(`""`))
	return json.RawMessage(body), says, err
}

// fieldsInto writes the fields of a struct down, those of an embedded one among them.
func fieldsInto(fields map[string]any, v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || !field.IsExported() && !field.Anonymous {
			continue
		}
		if field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct {
			if err := fieldsInto(fields, v.Field(i)); err != nil {
				return err
			}
			continue
		}
		if name == "" {
			name = text.Snake(field.Name)
		}
		shape, some, err := shapeOf(v.Field(i))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if some {
			fields[name] = shape
		}
	}
	return nil
}
