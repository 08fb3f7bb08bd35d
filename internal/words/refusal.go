package words

import (
	"fmt"
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

// Say says a message in this language: in English when it has no other words for it. English says codes as they are.
func (w *Words) Say(said fault.Said) string {
	message, known := w.Messages[said.Message]
	switch {
	case w == &English:
		return said.String()
	case !known:
		message = said.Message
	}
	return message.With(w.named(said.Args))
}

// named are arguments as this language says them: what is itself a message is said, a code is named by the group that
// the argument is called after, texts are listed, and a rule of a product line is said as the language has it.
func (w *Words) named(args fault.Args) fault.Args {
	named := make(fault.Args, len(args))
	for name, value := range args {
		named[name] = w.argument(name, value)
	}
	if code, is := args["rule"].(string); is {
		if rule, known := w.Rules[code]; known {
			named["sentence"], named["remedy"] = rule.Sentence, rule.Remedy
		}
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
	if group := w.groupOf(name); group != nil {
		return Name(group, fmt.Sprint(value))
	}
	return value
}

// groupOf are the names that an argument is one of; nil when it says itself what it is.
func (w *Words) groupOf(argument string) any {
	switch argument {
	case "role", "senior_role":
		return w.Roles
	case "bank_state":
		return w.BankStates
	case "mandate_state":
		return w.MandateStates
	case "policy_state":
		return w.PolicyStates
	case "subsidy_state":
		return w.SubsidyStates
	case "claim_state":
		return w.ClaimStates
	case "query_state":
		return w.QueryStates
	case "statement_state":
		return w.StatementStates
	case "settlement_state":
		return w.SettlementStates
	case "file_state":
		return w.FileStates
	case "order_state":
		return w.OrderStates
	case "notice_kind":
		return w.NoticeKinds
	case "notice_state":
		return w.NoticeStates
	case "deadline":
		return w.Deadlines
	case "credit_account", "debit_account":
		return w.Accounts
	default:
		return nil
	}
}
