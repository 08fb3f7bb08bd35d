package settlement

import "gongbao/internal/fact"

// private are sections that say no more than the common part, for those who may see it.
func private(members ...string) []fact.Section {
	sections := make([]fact.Section, 0, len(members))
	for _, member := range members {
		sections = append(sections, fact.Section{Member: member, Data: struct{}{}})
	}
	return sections
}
