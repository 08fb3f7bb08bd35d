package fact

// Audience says which members may see a fact beside the pool manager and the regulator, who see every one. Whoever
// announces a fact states it, and it is stored with the event.
type Audience string

// The closed list of audiences.
const (
	// Everyone is every member.
	Everyone Audience = "everyone"
	// Sections are the members for whom the fact has a section; nobody when it has none.
	Sections Audience = "sections"
	// Overseers are no members: a quotation, for example, is not yet a member's business.
	Overseers Audience = "overseers"
)

var audiences = []Audience{Everyone, Sections, Overseers}

// Has says whether a member may see a fact of this audience of which the member has a section, or has none.
func (a Audience) Has(section bool) bool { return a == Everyone || a == Sections && section }
