package dossier

// EventDocumentFiled is announced when a document is filed.
const EventDocumentFiled = "claims.document_filed"

// filedDetail is what is said of a document: enough to prove later that it is the same.
type filedDetail struct {
	Document  int    `json:"document"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
}

// EventDetail is what the event says of the document.
func (d *Document) EventDetail() any {
	return filedDetail{
		Document: d.Number, Name: d.Name, Kind: d.Kind, MediaType: d.MediaType, Size: d.Size, SHA256: d.SHA256,
	}
}

// EventDetails are what this package's events say besides where the claim stands.
func EventDetails() map[string]any { return map[string]any{EventDocumentFiled: filedDetail{}} }
