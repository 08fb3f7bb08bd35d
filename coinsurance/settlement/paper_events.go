package settlement

import (
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
)

// Types of the facts of papers.
const (
	EventPaperWritten          = "coinsurance.paper_written"
	EventConfirmationRequested = "coinsurance.balance_confirmation_requested"
)

// PaperFile is a paper in one format, as it is kept.
type PaperFile struct {
	Format    string         `json:"format"` // pdf, xlsx, csv
	Name      string         `json:"name"`
	Size      int64          `json:"size"` // bytes
	SHA256    fact.HexDigest `json:"sha256"`
	Written   time.Time      `json:"written"`
	WrittenBy string         `json:"written_by"` // on whose act
}

// PaperData is the data of coinsurance.paper_written.
type PaperData struct {
	Kind      PaperKind   `json:"kind"`
	Reference string      `json:"reference"`
	Member    string      `json:"member"`
	Files     []PaperFile `json:"files"`
}

// PaperWritten announces to those whom a paper is for that it is there, with the hash of each of its files.
func PaperWritten(
	due *PaperDue, files []PaperFile, version int64, recorded time.Time, by access.Principal, readers ...string,
) fact.Fact {
	return fact.Fact{
		Pool: due.Pool, Type: EventPaperWritten, Subject: due.Subject(), SubjectVersion: version,
		Effective: calendar.DateOf(recorded), Recorded: recorded, By: by, Audience: fact.Sections,
		Data: PaperData{due.Kind, due.Reference, due.Member, files}, Sections: private(readers...),
	}
}

// ConfirmationData is the data of coinsurance.balance_confirmation_requested.
type ConfirmationData struct {
	Debtor   string        `json:"debtor"`
	Creditor string        `json:"creditor"`
	Day      calendar.Date `json:"day"`
	Known    time.Time     `json:"known"`
	// RequestedBy is who asked, and Requested when: before this was announced, earlier than the event.
	Requested   time.Time `json:"requested"`
	RequestedBy string    `json:"requested_by"`
}

// Asked is what is announced of a request.
func Asked(c *BalanceConfirmation) ConfirmationData {
	return ConfirmationData{c.Debtor, c.Creditor, c.Day, c.Known, c.Requested, c.RequestedBy}
}

// requestedFact tells both members what was asked of them: the first that is said of its paper.
func requestedFact(asked *BalanceConfirmation, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: asked.Pool, Type: EventConfirmationRequested, Subject: asked.Due().Subject(), SubjectVersion: 1,
		Effective: calendar.DateOf(asked.Requested), Recorded: asked.Requested, By: by, Audience: fact.Sections,
		Data: Asked(asked), Sections: private(asked.Debtor, asked.Creditor),
	}
}
