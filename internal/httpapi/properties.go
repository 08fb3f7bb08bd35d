package httpapi

import "github.com/danielgtaylor/huma/v2"

// describeProperties says of every property and parameter that has no words of its own what its name means.
func describeProperties(api *huma.OpenAPI) {
	for _, schema := range api.Components.Schemas.Map() {
		describeWithin(schema)
	}
	for _, item := range api.Paths {
		for _, operation := range []*huma.Operation{item.Get, item.Post} {
			if operation == nil {
				continue
			}
			for _, parameter := range operation.Parameters {
				if parameter.Description == "" && (parameter.Schema == nil || parameter.Schema.Description == "") {
					parameter.Description = propertyTexts[parameter.Name]
				}
			}
		}
	}
}

func describeWithin(schema *huma.Schema) {
	if schema == nil {
		return
	}
	for name, property := range schema.Properties {
		if property.Description == "" && property.Ref == "" {
			property.Description = propertyTexts[name]
		}
		describeWithin(property)
	}
	describeWithin(schema.Items)
}
