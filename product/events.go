package product

// EventCatalogueImported is announced when items of a catalogue came in. Its name begins with insurance, where the use
// case once stood, because readers of the feed know it by this name.
const EventCatalogueImported = "insurance.catalogue_imported"

// catalogueDetail is what insurance.catalogue_imported says.
type catalogueDetail struct {
	Items    int      `json:"items"`
	Editions []string `json:"editions"` // line and edition
}

// EventTypes are the types of event of this wing with what their data looks like; schemas are written from them.
func EventTypes() map[string]any {
	return map[string]any{EventCatalogueImported: catalogueDetail{}}
}
