package scenario

import "slices"

// Kinds of names in a file. Policies and claims share theirs, because an expectation asks for either.
const (
	ofMember = "member"
	ofPool   = "pool"
	ofPolicy = "policy"
	ofClaim  = "claim"
)

// name is a word of a statement that names something, where it stands.
type name struct {
	kind, code string
	made       bool // by this statement; else it must have been made before
	column     int
}

// scope is what the statements before have made, by kind and code. One that is to be refused makes nothing.
type scope map[name]bool

// take looks at what a statement names and remembers what it makes.
func (s scope) take(line *Line) *ParseError {
	for _, n := range line.names {
		known := s[name{kind: n.kind, code: n.code}]
		if !n.made {
			if !known {
				return &ParseError{Column: n.column, Message: "no " + n.kind + " " + n.code + " was made before"}
			}
			continue
		}
		others := []string{n.kind}
		if n.kind == ofPolicy || n.kind == ofClaim {
			others = []string{ofPolicy, ofClaim}
		}
		for _, kind := range others {
			if s[name{kind: kind, code: n.code}] {
				return &ParseError{Column: n.column, Message: "there is a " + kind + " " + n.code + " already"}
			}
		}
		if line.Outcome == "" {
			s[name{kind: n.kind, code: n.code}] = true
		}
	}
	return nil
}

// made reads the code of what the statement makes.
func (a *args) made(kind string) string {
	t := a.word("the " + kind + "'s code")
	a.names = append(a.names, name{kind: kind, code: t.text, made: true, column: t.column})
	return a.code(t, kind)
}

// named is the code of something that a statement before has made.
func (a *args) named(kind string, t token) string {
	a.names = append(a.names, name{kind: kind, code: t.text, column: t.column})
	return a.code(t, kind)
}

// member reads the code of a member that is there.
func (a *args) member() string { return a.named(ofMember, a.word("the member")) }

func (a *args) memberOption(key string) string {
	t, there := a.option(key)
	if !there {
		return ""
	}
	return a.named(ofMember, t)
}

// pool reads the code of a pool that is there.
func (a *args) pool() string { return a.named(ofPool, a.word("the pool")) }

// organisations may act besides the members.
var organisations = []string{"manager", "regulator", "operator"}

// who reads the organisation that a statement is played as.
func (a *args) who(t token) string {
	if slices.Contains(organisations, t.text) {
		return t.text
	}
	return a.named(ofMember, t)
}
