package claims

import "gongbao/claims/notice"

// tallyConsent looks whether the question for consent that the step concerns is decided, and announces it.
func tallyConsent(o *Outcome) error {
	tally := o.notices.TallyConsent(o.consent)
	detail := notice.Detail{Notice: o.consent, Kind: notice.AskForConsent}
	switch {
	case tally.Refused:
		o.follow(notice.EventConsentRefused, detail, nil)
	case tally.Given && tally.Purpose == notice.ForExGratia:
		o.after.ExGratia = tally.Amount
		o.follow(notice.EventConsentGiven, detail, nil)
	case tally.Given:
		o.after.Rescindable = true
		o.follow(notice.EventConsentGiven, detail, nil)
	}
	return nil
}
