package httpapi

import (
	"context"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"gongbao/internal/door"
	"gongbao/internal/fault"
	"gongbao/internal/wire"
)

const (
	entriesMax = 256 // of an object whose keys the caller chooses
	itemsMax   = 256 // of a list of which the description says nothing else
	pauseEvery = 256 // tokens between two looks whether the caller is still there
)

// shape compares a body with its schema while it is read. The library's own comparison looks for every key among all
// others and prints the whole body with every fault; this one looks at each byte once. Single values are still judged
// by the library.
type shape struct {
	ctx     context.Context //nolint:containedctx // the life of one reading
	from    *wire.Reader
	schemas huma.Registry
	found   door.Faults
	where   []string // the steps down to the value that is being read
	tokens  int
	verdict huma.ValidateResult
}

// shapeFaults reads a body. The error is a *wire.Fault when it is no JSON that we take, or that the caller has gone.
func shapeFaults(ctx context.Context, schemas huma.Registry, schema *huma.Schema, body []byte) (door.Faults, error) {
	from, err := wire.NewReader(body)
	if err != nil {
		return door.Faults{}, err
	}
	s := &shape{ctx: ctx, from: from, schemas: schemas}
	if err := s.value(schema); err != nil {
		return door.Faults{}, err
	}
	return s.found, from.End()
}

func (s *shape) add(said fault.Said) {
	if !s.full() {
		s.found.Add(s.place(), said)
	}
}

// full counts a further fault when no more are listed: neither its place nor its words are then asked for.
func (s *shape) full() bool {
	full := s.found.Full()
	if full {
		s.found.More++
	}
	return full
}

func (s *shape) place() string { return strings.ReplaceAll(strings.Join(s.where, "."), ".[", "[") }

func (s *shape) next() (jsontext.Token, error) {
	if s.tokens++; s.tokens%pauseEvery == 0 && s.ctx.Err() != nil {
		return jsontext.Token{}, s.ctx.Err()
	}
	return s.from.Next()
}

// within reads a value that is a step further down.
func (s *shape) within(step string, read func() error) error {
	s.where = append(s.where, step)
	err := read()
	s.where = s.where[:len(s.where)-1]
	return err
}

func (s *shape) value(schema *huma.Schema) error {
	for schema.Ref != "" {
		schema = s.schemas.SchemaFromRef(schema.Ref)
	}
	kind := s.from.Peek()
	switch {
	case kind == jsontext.KindBeginObject && schema.Type == huma.TypeObject:
		return s.object(schema)
	case kind == jsontext.KindBeginArray && schema.Type == huma.TypeArray:
		return s.list(schema)
	case kind == jsontext.KindBeginObject:
		s.judge(schema, map[string]any{})
		return s.from.Skip()
	case kind == jsontext.KindBeginArray:
		s.judge(schema, []any{})
		return s.from.Skip()
	}
	token, err := s.next()
	if err != nil {
		return err
	}
	switch token.Kind() {
	case jsontext.KindString:
		text := token.String()
		if reason := wire.TextFault(text); reason.Any() {
			s.add(reason)
			return nil
		}
		s.judge(schema, text)
	case jsontext.KindNumber:
		number, err := strconv.ParseInt(token.String(), 10, 64)
		if err != nil && schema.Type == huma.TypeInteger {
			s.add(fault.Say("is no whole number, or beyond all bounds"))
			return nil
		}
		s.judge(schema, number)
	case jsontext.KindTrue, jsontext.KindFalse:
		s.judge(schema, token.Bool())
	default:
		s.judge(schema, nil)
	}
	return nil
}

// judge asks the library about a value that holds no others.
func (s *shape) judge(schema *huma.Schema, value any) {
	s.verdict.Reset()
	huma.Validate(s.schemas, schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, value, &s.verdict)
	for _, err := range s.verdict.Errors {
		if detailed, ok := err.(huma.ErrorDetailer); ok && !s.full() {
			s.found.AddField(inOurWords(s.place(), detailed.ErrorDetail().Message))
		}
	}
}

func (s *shape) object(schema *huma.Schema) error {
	if _, err := s.next(); err != nil { // the brace
		return err
	}
	seen := make(map[string]bool, len(schema.Properties))
	for count := 0; s.from.Peek() != jsontext.KindEndObject; count++ {
		token, err := s.next()
		if err != nil {
			return err
		}
		key := token.String()
		if property := schema.Properties[key]; property != nil {
			seen[key] = true
			err = s.within(key, func() error { return s.property(schema, key, property) })
		} else {
			err = s.entry(schema, key, count)
		}
		if err != nil {
			return err
		}
	}
	for _, key := range schema.Required {
		if !seen[key] {
			_ = s.within(key, func() error { s.add(fault.Say("is needed")); return nil })
		}
	}
	_, err := s.next()
	return err
}

// property reads the value of a key that the schema names. Null says of what is not needed that it is left out.
func (s *shape) property(schema *huma.Schema, key string, property *huma.Schema) error {
	if s.from.Peek() == jsontext.KindNull {
		for _, needed := range schema.Required {
			if needed == key {
				return s.value(property)
			}
		}
		_, err := s.next()
		return err
	}
	return s.value(property)
}

// entry reads the value of a key that the schema does not name.
func (s *shape) entry(schema *huma.Schema, key string, count int) error {
	chosen, free := schema.AdditionalProperties.(*huma.Schema)
	if !free && s.found.Full() {
		s.found.More++
		return s.from.Skip()
	}
	return s.within(wire.Shown(key), func() error {
		switch reason := wire.TextFault(key); {
		case reason.Any():
			s.add(fault.Say("the key {reason}", fault.Args{"reason": reason}))
		case !free:
			s.add(unknown(schema, key))
		case count == entriesMax:
			s.add(fault.Say("at most {most} entries", fault.Args{"most": entriesMax}))
		case count < entriesMax:
			return s.value(chosen)
		}
		return s.from.Skip()
	})
}

// unknown says of a key that there is none such, and which was meant when only its letters' case differs.
func unknown(schema *huma.Schema, key string) fault.Said {
	for name := range schema.Properties {
		if strings.EqualFold(name, key) {
			return fault.Say("is unknown; it is written {name}", fault.Args{"name": name})
		}
	}
	return fault.Say("is unknown")
}

func (s *shape) list(schema *huma.Schema) error {
	if _, err := s.next(); err != nil { // the bracket
		return err
	}
	most := itemsMax
	if schema.MaxItems != nil {
		most = *schema.MaxItems
	}
	count := 0
	for ; s.from.Peek() != jsontext.KindEndArray; count++ {
		var err error
		if count >= most {
			err = s.from.Skip()
		} else {
			err = s.within("["+strconv.Itoa(count)+"]", func() error { return s.value(schema.Items) })
		}
		if err != nil {
			return err
		}
		if s.tokens++; s.tokens%pauseEvery == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
	}
	if count > most {
		s.add(fault.Say("at most {most} items, and there are {count}", fault.Args{"most": most, "count": count}))
	}
	if schema.MinItems != nil && count < *schema.MinItems {
		s.add(fault.Say("at least {least} items", fault.Args{"least": *schema.MinItems}))
	}
	_, err := s.next()
	return err
}
