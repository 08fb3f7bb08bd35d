package idempotency

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gongbao/internal/text"
)

// formNumber numbers the way in which a command is written down before it is hashed. A row of another form cannot be
// compared with a command of today, so its key is refused with ErrKeyOfOldForm.
const formNumber = 2

// form is what is kept of a command.
type form struct {
	hash  []byte
	parts string // "premium:1f2e3d4c start:…": of each field that says something a digest, by name
}

// written is a command's form: JSON with the keys sorted, without what is zero, so that neither a field that is moved
// into an embedded struct, nor one that is added, makes another command of a repetition that comes after an upgrade. A
// field's name is that of its json tag, or its Go name in snake case; what is tagged json:"-" is left out.
func written(command any, salt string) (form, error) {
	var parts strings.Builder
	body, _, err := write(nil, reflect.ValueOf(command), func(name string, part []byte) {
		digest := sha256.Sum256(append([]byte(salt+"\x00"+name+"\x00"), part...))
		if parts.Len() > 0 {
			parts.WriteByte(' ')
		}
		parts.WriteString(name + ":" + hex.EncodeToString(digest[:partBytes]))
	})
	sum := sha256.Sum256(body)
	return form{hash: sum[:], parts: parts.String()}, err
}

// partBytes of a field's digest tell two commands apart, and tell nobody what a field said.
const partBytes = 4

// differing are the names of the fields of which two commands do not say the same, in order.
func differing(first, second string) []string {
	said := map[string]int{}
	for _, parts := range []string{first, second} {
		for part := range strings.FieldsSeq(parts) {
			said[part]++
		}
	}
	var names []string
	for part, count := range said {
		if name, _, _ := strings.Cut(part, ":"); count == 1 && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

var (
	marshalsJSON = reflect.TypeFor[json.Marshaler]()
	marshalsText = reflect.TypeFor[encoding.TextMarshaler]()
)

// write appends a value as JSON writes it, and tells whether it says anything: whoever leaves out what says nothing
// cuts it off again. Of a struct each field that says something is told to each, if there is one.
func write(to []byte, v reflect.Value, each func(name string, part []byte)) (_ []byte, says bool, err error) {
	if !v.IsValid() {
		return append(to, "null"...), false, nil
	}
	switch kind := v.Kind(); {
	case kind == reflect.Pointer || kind == reflect.Interface:
		if v.IsNil() {
			return append(to, "null"...), false, nil
		}
		to, _, err = write(to, v.Elem(), each)
		return to, true, err // a pointer to zero says zero
	case v.Type().Implements(marshalsJSON), v.Type().Implements(marshalsText):
		return writePlain(to, v)
	case kind == reflect.Struct:
		return writeStruct(to, v, each)
	case kind == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8, kind == reflect.Array:
		to = append(to, '[')
		for i := range v.Len() {
			if to, _, err = write(comma(to, i), v.Index(i), nil); err != nil {
				return nil, false, err
			}
		}
		return append(to, ']'), v.Len() > 0, nil
	case kind == reflect.Map:
		return writeMap(to, v)
	default:
		return writePlain(to, v)
	}
}

func comma(to []byte, before int) []byte {
	if before == 0 {
		return to
	}
	return append(to, ',')
}

// writePlain appends a value that knows its own JSON.
func writePlain(to []byte, v reflect.Value) (_ []byte, says bool, err error) {
	body, err := json.Marshal(v.Interface())
	says = !v.IsZero() && !bytes.Equal(body, []byte("null")) && !bytes.Equal(body, []byte(`""`))
	return append(to, body...), says, err
}

func writeMap(to []byte, v reflect.Value) (_ []byte, says bool, err error) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	to = append(to, '{')
	for i, key := range keys {
		name, err := json.Marshal(fmt.Sprint(key))
		if err != nil {
			return nil, false, err
		}
		to = append(append(comma(to, i), name...), ':')
		if to, _, err = write(to, v.MapIndex(key), nil); err != nil {
			return nil, false, err
		}
	}
	return append(to, '}'), len(keys) > 0, nil
}

func writeStruct(to []byte, v reflect.Value, each func(name string, part []byte)) (_ []byte, says bool, err error) {
	to = append(to, '{')
	said := 0
	for _, field := range fieldsOf(v.Type()) {
		before := len(to)
		to = append(comma(to, said), field.key...)
		if to, says, err = write(to, v.FieldByIndex(field.at), nil); err != nil {
			return nil, false, fmt.Errorf("%s: %w", field.name, err)
		}
		if !says {
			to = to[:before]
			continue
		}
		if each != nil {
			each(field.name, bytes.TrimPrefix(to[before:], []byte{','}))
		}
		said++
	}
	return append(to, '}'), said > 0, nil
}

// formField is a field of a struct, or of one that it embeds.
type formField struct {
	name, key string // key is the name as JSON begins a member with it
	at        []int
}

var formFields sync.Map // the fields of each type that was written, by name

func fieldsOf(of reflect.Type) []formField {
	if known, there := formFields.Load(of); there {
		return known.([]formField) //nolint:forcetypeassert // the map holds nothing else
	}
	fields := listFields(nil, of, nil)
	slices.SortFunc(fields, func(a, b formField) int { return cmp.Compare(a.name, b.name) })
	formFields.Store(of, fields)
	return fields
}

func listFields(fields []formField, of reflect.Type, at []int) []formField {
	for i := range of.NumField() {
		field := of.Field(i)
		here := append(slices.Clone(at), i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported() && !field.Anonymous:
		case field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct:
			fields = listFields(fields, field.Type, here)
		default:
			name = cmp.Or(name, text.Snake(field.Name))
			fields = append(fields, formField{name, strconv.Quote(name) + ":", here})
		}
	}
	return fields
}
