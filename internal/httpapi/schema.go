package httpapi

import (
	"cmp"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/coinsurance/settlement"
)

const schemaPrefix = "#/components/schemas/"

// schemaNames are the names of types that are called as one of another wing is.
var schemaNames = map[reflect.Type]string{
	reflect.TypeFor[settlement.Query]():  "StatementQuery",
	reflect.TypeFor[settlement.Answer](): "StatementAnswer",
}

// schemaName names the schema of a type: a list after what it holds, everything else as its Go type is called, which
// the wings name by the market's words. Bodies of requests are named after their operation (nameBody).
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if name, has := schemaNames[t]; has {
		return name
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if item, list := strings.CutPrefix(name, "Listed"); list {
		if t.Kind() == reflect.Struct {
			items, _ := t.FieldByName("Items")
			item = cmp.Or(schemaNames[items.Type.Elem()], item)
		}
		return item + "List"
	}
	return name
}

// nameBody describes a JSON body under the name of its operation: "ReceivePremiumRequest". The library names a body
// after its Go type, which several operations may share.
func (s *Server) nameBody(operation *huma.Operation, in reflect.Type) {
	body, has := in.FieldByName("Body")
	if !has || operation.RequestBody != nil {
		return
	}
	optional := body.Type.Kind() == reflect.Pointer
	described := body.Type
	if optional {
		described = described.Elem()
	}
	var name strings.Builder
	for word := range strings.SplitSeq(operation.OperationID, "-") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	name.WriteString("Request")
	schemas := s.api.OpenAPI().Components.Schemas
	schemas.Map()[name.String()] = huma.SchemaFromType(schemas, described)
	operation.RequestBody = &huma.RequestBody{Required: !optional, Content: map[string]*huma.MediaType{
		mediaJSON: {Schema: &huma.Schema{Ref: schemaPrefix + name.String()}},
	}}
}

// rawBody describes a file of any type that is sent as it is.
func rawBody() *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{mediaAny: {Schema: fileSchema()}}}
}

// tableBody describes a table that is sent as it is.
func tableBody() *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		mediaCSV: {Schema: fileSchema()}, mediaXLSX: {Schema: fileSchema()},
	}}
}

// fileAnswer describes an answer that is a file.
func fileAnswer(media string) map[string]*huma.Response {
	content := map[string]*huma.MediaType{media: {Schema: fileSchema()}}
	return map[string]*huma.Response{
		strconv.Itoa(http.StatusOK): {Description: "The document", Content: content},
	}
}

func fileSchema() *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "binary"} }

// Media types of tables.
const (
	mediaCSV  = "text/csv"
	mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

const mediaAny = "application/octet-stream"
