package authority

import (
	"slices"
	"strings"
)

// Countersignable are the acts of a wing that a second person may agree to by a word, by their names without the wing.
type Countersignable struct {
	wing  string
	names []string
}

// Countersigned are a wing's acts by amount, but for those whose second person is asked in another way.
func Countersigned(wing string, otherwise ...*Act) Countersignable {
	c := Countersignable{wing: wing + "."}
	for _, act := range Acts {
		name, of := strings.CutPrefix(act.Command, c.wing)
		if of && act.Control == ByAmount && !slices.Contains(otherwise, act) {
			c.names = append(c.names, name)
		}
	}
	return c
}

// Names are the acts' names without the wing.
func (c Countersignable) Names() []string { return c.names }

// Has says that the name is one of them.
func (c Countersignable) Has(name string) bool { return slices.Contains(c.names, name) }

// Command is the act's command.
func (c Countersignable) Command(name string) string { return c.wing + name }
