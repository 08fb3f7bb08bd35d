package claims

import (
	"context"
	"strconv"
	"time"

	"gongbao/claims/deadline"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/text/field"
)

// reports are what can be reported on a claim, and the deadline each meets.
var reports = map[string]deadline.Name{
	"major": deadline.MajorReportDue, "major_closing": deadline.MajorClosingDue, "emergency": deadline.EmergencyDue,
	"refusal": deadline.RefuseDue,
}

const referenceMax = 200 // runes

// ReportClaim records that a report was made that a deadline waits for: of a major claim to the regulator, at first and
// at closing, of an emergency, or of a refusal to the claimant, with reasons.
type ReportClaim struct {
	Command

	Report    string `json:"report"`    // major, major_closing, emergency or refusal
	Reference string `json:"reference"` // of the report: its number, where it went
}

// ReportClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range,
// access.forbidden, claims.claim_changed, claims.nothing_to_report (no deadline runs for it).
func (s *Service) ReportClaim(ctx context.Context, cmd ReportClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd ReportClaim) check() error {
	var check fault.Check
	_, known := reports[cmd.Report]
	check.Require(known, "report", "{given} is none of {allowed}", fault.Args{
		"given": strconv.Quote(cmd.Report), "allowed": []string{"major", "major_closing", "emergency", "refusal"},
	})
	field.Line(&check, "reference", cmd.Reference, referenceMax)
	return check.Refuse(ErrClaimInvalid)
}

func (cmd ReportClaim) decide(o *Outcome) error {
	waits := reports[cmd.Report]
	if !o.deadlines.Meet(waits, "", 0, cmd.Reference) {
		return ErrNothingToReport.Case(fault.Args{"deadline": waits})
	}
	o.say(EventClaimReported, reportDetail{Report: cmd.Report, Reference: cmd.Reference})
	return nil
}

// FlagEmergency says that a claim comes from an emergency 突发事件: the first report is due within two hours.
type FlagEmergency struct {
	Command

	At *time.Time `json:"at,omitempty"` // when it became known; now when left out
}

// FlagEmergency refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.claim_invalid (a time that lies ahead), claims.emergency_flagged (already).
func (s *Service) FlagEmergency(ctx context.Context, cmd FlagEmergency) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd FlagEmergency) decide(o *Outcome) error {
	after := &o.after
	if err := after.stay(); err != nil {
		return err
	}
	known := o.now
	if cmd.At != nil {
		known = cmd.At.UTC()
	}
	if known.After(o.now) {
		return ErrClaimInvalid.At("at", "{day} lies ahead", fault.Args{"day": known})
	}
	if after.Emergency != nil {
		return ErrEmergencyFlagged.Case(fault.Args{"time": after.Emergency})
	}
	due := known.Add(deadline.EmergencyTime)
	after.Emergency = &known
	o.deadlines.Start(deadline.Deadline{Name: deadline.EmergencyDue, Due: calendar.DateOf(due), DueAt: &due})
	o.say(EventEmergency, emergencyDetail{At: known})
	return nil
}
