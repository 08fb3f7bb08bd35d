package settlement

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// FileState is where a payment file stands.
type FileState string

// States of a payment file. What became of its payments is said of each.
const (
	FileMade     FileState = "made"     // by one person; nobody can fetch it yet
	FileReleased FileState = "released" // by another; it may be with a bank
	FileVoid     FileState = "void"     // before it was released; its orders are free
)

// PaymentFile is a payment file as it was made 付款文件: a pain.001, kept byte for byte. Most who read it need no content,
// and read none.
type PaymentFile struct {
	bun.BaseModel `bun:"table:payment_file"`

	Pool       string         `bun:"pool,pk"     json:"pool"`
	Number     int            `bun:"number,pk"   json:"number"`
	Message    string         `bun:"message"     json:"message"`         // its id, by which banks answer
	Payer      string         `bun:"payer"       json:"payer,omitempty"` // none where the manager pays by mandates
	Day        calendar.Date  `bun:"day"         json:"day"`
	Orders     int            `bun:"orders"      json:"orders"`
	Amount     money.Amount   `bun:"amount"      json:"amount"`
	SHA256     fact.HexDigest `bun:"sha256"      json:"sha256"`
	Content    []byte         `bun:"-"           json:"-"` // where it was asked for
	State      FileState      `bun:"state"       json:"state"`
	MadeBy     string         `bun:"made_by"     json:"made_by"`
	Made       time.Time      `bun:"made"        json:"made"`
	ReleasedBy string         `bun:"released_by" json:"released_by,omitempty"`
	Released   *time.Time     `bun:"released"    json:"released,omitempty"`
	Reason     string         `bun:"reason"      json:"reason,omitempty"`
}

// keptFile is a payment file with its content.
type keptFile struct {
	bun.BaseModel `bun:"table:payment_file"`
	PaymentFile

	Content []byte `bun:"content"`
}

// AttemptState is where an attempt to pay an order stands.
type AttemptState string

// States of an attempt. Whether money moved is said by the entries of accounts alone.
const (
	AttemptMade     AttemptState = "made"
	AttemptReleased AttemptState = "released"
	AttemptAccepted AttemptState = "accepted" // by the bank
	AttemptRejected AttemptState = "rejected" // by the bank; the order is open for another
	AttemptVoid     AttemptState = "void"     // with its file
)

// Attempt is an order, or what is left of it, in a payment file, with the bank details that the file uses.
type Attempt struct {
	bun.BaseModel `bun:"table:payment_attempt"`

	Pool       string       `bun:"pool,pk"     json:"-"`
	Order      string       `bun:"order_id,pk" json:"order"`
	Attempt    int          `bun:"attempt,pk"  json:"attempt"`
	File       int          `bun:"file"        json:"file"`
	Payment    string       `bun:"payment"     json:"payment"` // the payer's part of the file
	Payer      string       `bun:"payer"       json:"payer"`
	Payee      string       `bun:"payee"       json:"payee"`
	PayerEntry int64        `bun:"payer_entry" json:"payer_entry"` // of the payer's bank details
	PayeeEntry int64        `bun:"payee_entry" json:"payee_entry"`
	Amount     money.Amount `bun:"amount"      json:"amount"`
	State      AttemptState `bun:"state"       json:"state"`
	Reason     string       `bun:"reason"      json:"reason,omitempty"` // the bank's
}

type fileKey struct {
	Pool   string
	Number int
}

var (
	filesOfPool     = pg.Select[PaymentFile, ofPool](files, "FilesOfPool")
	keptFiles       = pg.Select[keptFile, ofPool](files, "KeptFiles")
	contentOfFile   = pg.SQL[fileKey](files, "ContentOfFile")
	fileByNumber    = pg.Select[PaymentFile, fileKey](files, "FileByNumber")
	lockFile        = pg.Select[PaymentFile, fileKey](files, "LockFile")
	attemptsOfFile  = pg.Select[Attempt, fileKey](files, "AttemptsOfFile")
	attemptsOfOrder = pg.Select[Attempt, orderKey](files, "AttemptsOfOrder")
	ordersOfPool    = pg.Select[PaymentOrder, ofPool](files, "OrdersOfPool")
)

// mayKeepPayments lets the pool manager's clerks at files and entries.
func mayKeepPayments(by access.Principal) error {
	return by.RequireKind(access.Settlement, access.Manager)
}

// seenBy says that a principal may see a file: the manager and the regulator, and the member that alone pays by it.
func (f *PaymentFile) seenBy(by access.Principal) bool {
	return by.Kind == access.Manager || by.Kind == access.Regulator || f.Payer != "" && by.IsMember(f.Payer)
}

// ViewFiles lists the payment files of a pool that a principal may see, oldest first.
func ViewFiles(ctx context.Context, handle bun.IDB, by access.Principal, pool string) ([]PaymentFile, error) {
	found, err := pg.Listed[PaymentFile](ctx, handle, filesOfPool.With(ofPool{pool}))
	seen := []PaymentFile{}
	for i := range found {
		if found[i].seenBy(by) {
			seen = append(seen, found[i])
		}
	}
	return seen, err
}

// AttemptView is an attempt with what banks have said of it since.
type AttemptView struct {
	Attempt

	Returned money.Amount `json:"returned,omitzero"` // that came back, by either bank
	// ReturnReason is what the bank says of that: to a member its own bank.
	ReturnReason string `json:"return_reason,omitempty"`
}

// returnSaid is what the bank of one side says of what came back of an attempt.
type returnSaid struct {
	Order   string       `bun:"order_id"`
	Attempt int          `bun:"attempt"`
	Credit  bool         `bun:"credit"` // the payee's
	Amount  money.Amount `bun:"amount"`
	Remark  string       `bun:"remark"`
}

type ordersTried struct {
	Pool   string
	Orders []string
}

var returnsOf = pg.Select[returnSaid, ordersTried](files, "ReturnsOfOrders")

// viewed are attempts with what came back of each, as far as a principal may know why.
func viewed(by access.Principal, attempts []Attempt, returns []returnSaid) []AttemptView {
	views := make([]AttemptView, 0, len(attempts))
	for _, attempt := range attempts {
		view := AttemptView{Attempt: attempt}
		var reasons []string
		for _, said := range returns {
			if said.Order != attempt.Order || said.Attempt != attempt.Attempt {
				continue
			}
			view.Returned = money.Max(view.Returned, said.Amount)
			whose := attempt.Payer
			if said.Credit {
				whose = attempt.Payee
			}
			if said.Remark != "" && by.MayRead(whose) {
				reasons = append(reasons, said.Remark)
			}
		}
		view.ReturnReason = strings.Join(reasons, "; ")
		views = append(views, view)
	}
	return views
}

// ViewFile is a payment file with its attempts, and with what came back of each. It refuses with
// coinsurance.file_not_found, also who may not see it.
func ViewFile(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, number int,
) (*PaymentFile, []AttemptView, error) {
	var reads pg.Reads
	var file *PaymentFile
	var attempts []Attempt
	pg.FindIn(&reads, fileByNumber.With(fileKey{pool, number}), &file)
	pg.ListIn(&reads, attemptsOfFile.With(fileKey{pool, number}), &attempts)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, nil, err
	}
	if file == nil || !file.seenBy(by) {
		return nil, nil, noFile(pool, number)
	}
	named := ordersTried{Pool: pool, Orders: []string{}}
	for i := range attempts {
		named.Orders = append(named.Orders, attempts[i].Order)
	}
	returns, err := pg.Listed[returnSaid](ctx, handle, returnsOf.With(named))
	return file, viewed(by, attempts, returns), err
}

// FileContent gives a released file byte for byte. It refuses with coinsurance.file_not_found, then
// coinsurance.file_not_released.
func FileContent(
	ctx context.Context, handle bun.IDB, by access.Principal, pool string, number int,
) (*PaymentFile, error) {
	file, _, err := ViewFile(ctx, handle, by, pool, number)
	if err == nil && file.State != FileReleased {
		return nil, ErrFileNotReleased.Case(fault.Args{"number": number, "file_state": file.State})
	}
	if err != nil {
		return nil, err
	}
	return file, contentOfFile.With(fileKey{pool, number}).Row(ctx, handle, &file.Content)
}

func noFile(pool string, number int) error {
	return ErrFileNotFound.Case(fault.Args{"pool": pool, "number": number})
}

func (f *PaymentFile) subject() string { return fmt.Sprintf("file/%s/%d", f.Pool, f.Number) }

// fileFact announces what happened to a file, to those who keep payments: that it was made is the first version of its
// subject, that it was released or made void the second. Payer and payee are told of their orders.
func fileFact(kind string, version int64, recorded time.Time, file *PaymentFile, by access.Principal) fact.Fact {
	return fact.Fact{
		Pool: file.Pool, Type: kind, Subject: file.subject(),
		SubjectVersion: version, Effective: calendar.DateOf(recorded), Recorded: recorded, By: by,
		Audience: fact.Overseers, Data: file,
	}
}
