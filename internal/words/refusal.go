package words

import (
	"strings"

	"gongbao/internal/fault"
)

// Told is a refusal as a person reads it.
type Told struct{ Sentence, Detail, Remedy string }

// Tell says a refusal in this language.
func (w *Words) Tell(refusal *fault.Fault) Told {
	known := w.Refusals[refusal.Code]
	told := Told{Sentence: refusal.Message, Detail: refusal.Detail, Remedy: known.Remedy}
	if known.Sentence != "" {
		told.Sentence = known.Sentence
	}
	if sentence, there := known.cases.Find(refusal.Args); there {
		told.Detail = sentence.With(w.named(refusal.Args))
	}
	return told
}

// TellField says in this language what is wrong with a field. What was said of it by no message of ours stays.
func (w *Words) TellField(field fault.Field) fault.Field {
	if field.Said.Message != "" {
		field.Message = w.Say(field.Said)
	}
	return field
}

// Say says a message in this language: in English when it has no other words for it.
func (w *Words) Say(said fault.Said) string {
	if message, known := w.Messages[said.Message]; known {
		return message.With(w.named(said.Args))
	}
	return said.String()
}

// named are arguments as this language says them: what is itself a message is said, the code of a state is named, and
// texts are listed.
func (w *Words) named(args fault.Args) fault.Args {
	named := make(fault.Args, len(args))
	for name, value := range args {
		named[name] = w.argument(name, value)
	}
	return named
}

func (w *Words) argument(name string, value any) any {
	if said, is := value.(fault.Said); is {
		return w.Say(said)
	}
	if list, is := fault.Texts(value); is {
		return strings.Join(list, w.Comma)
	}
	return value
}
