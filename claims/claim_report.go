package claims

import (
	"context"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/text/field"
)

// reports are what can be reported on a claim, and the clock each meets.
var reports = map[string]DeadlineName{
	"major": MajorReportDue, "major_closing": MajorClosingDue, "emergency": EmergencyDue, "refusal": RefuseDue,
}

const referenceMax = 200 // runes

// ReportClaim records that a report was made that a clock waits for: of a major claim to the regulator, at first and at
// closing, of an emergency, or of a refusal to the claimant, with reasons.
type ReportClaim struct {
	Command

	Report    string `json:"report"`    // major, major_closing, emergency or refusal
	Reference string `json:"reference"` // of the report: its number, where it went
}

// ReportClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range,
// access.forbidden, claims.claim_changed, claims.nothing_to_report (no clock runs for it).
func (s *Service) ReportClaim(ctx context.Context, cmd ReportClaim) (*Claim, error) {
	var check fault.Check
	clock, known := reports[cmd.Report]
	check.Require(known, "report", "%q is none of major, major_closing, emergency, refusal", cmd.Report)
	field.Line(&check, "reference", cmd.Reference, referenceMax)
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.act(ctx, cmd.Command, "report_claim", EventClaimReported, cmd, func(h *held, _ *Claim) (any, error) {
		if !h.dial.meet(clock, "", 0, cmd.Reference) {
			return nil, ErrNothingToReport.With("%s does not run", clock)
		}
		return reportDetail{Report: cmd.Report, Reference: cmd.Reference}, nil
	})
}

// FlagEmergency says that a claim comes from an emergency 突发事件: the first report is due within two hours.
type FlagEmergency struct {
	Command

	At *time.Time `json:"at,omitempty"` // when it became known; now when left out
}

// FlagEmergency refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.claim_invalid (a time that lies ahead), claims.emergency_flagged (already).
func (s *Service) FlagEmergency(ctx context.Context, cmd FlagEmergency) (*Claim, error) {
	return s.act(ctx, cmd.Command, "flag_emergency", EventEmergency, cmd, func(h *held, after *Claim) (any, error) {
		if err := after.stay(); err != nil {
			return nil, err
		}
		at := h.now
		if cmd.At != nil {
			at = cmd.At.UTC()
		}
		if at.After(h.now) {
			return nil, ErrClaimInvalid.At("at", "%s lies ahead", at)
		}
		if after.Emergency != nil {
			return nil, ErrEmergencyFlagged.With("at %s", after.Emergency)
		}
		due := at.Add(emergencyTime)
		after.Emergency = &at
		h.dial.start(Deadline{Name: EmergencyDue, Due: calendar.DateOf(due), DueAt: &due})
		return emergencyDetail{At: at}, nil
	})
}
