package words

import "gongbao/internal/fault"

// Told is a refusal as a person reads it.
type Told struct{ Sentence, Detail, Remedy string }

// Tell says a refusal in this language. What a case adds is said by name when the refusal's case has names, and as it
// was written in English when it has none.
func (w *Words) Tell(refusal *fault.Fault) Told {
	known := w.Refusals[refusal.Code]
	told := Told{Sentence: refusal.Message, Detail: refusal.Detail, Remedy: known.Remedy}
	if known.Sentence != "" {
		told.Sentence = known.Sentence
	}
	if refusal.Args == nil { // no case was said: that a sentence needs no names does not make it this one's
		return told
	}
	if cases, err := fault.CasesOf(known.Cases...); err == nil && len(cases) > 0 && cases.Has(refusal.Args) {
		told.Detail = cases.Say(refusal.Args)
	}
	return told
}
