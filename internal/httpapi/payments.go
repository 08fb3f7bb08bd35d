package httpapi

import (
	"context"
	"io"
	"mime"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/door"
	"gongbao/internal/money"
)

// PaymentFilePath names a payment file of a pool.
type PaymentFilePath struct {
	PoolPath

	Entry int `path:"entry" minimum:"1" maximum:"1000000000" doc:"The file's number"`
}

type paymentFileBody struct {
	Payer    string        `json:"payer,omitempty" maxLength:"64" doc:"Who pays; left out with mandated"`
	Mandated bool          `json:"mandated,omitempty" doc:"For every payer, by its mandate"`
	Orders   []string      `json:"orders,omitempty" maxItems:"10000" nullable:"false" doc:"All open ones when left out"`
	Day      calendar.Date `json:"day,omitempty" doc:"On which banks execute it; today when left out"`
	NameMax  int           `json:"name_max,omitempty" minimum:"0" maximum:"140" doc:"Characters that the bank takes"`
}

// filePayments is a payment file with the attempts that it makes.
type filePayments struct {
	*settlement.PaymentFile

	Attempts []settlement.AttemptView `json:"attempts"`
}

const mediaXML = "application/xml"

// bindPayments binds payment orders, payment files and the answers of banks.
func (s *Server) bindPayments() {
	s.bindOrders()
	s.bindPaymentFiles()
	s.bindBankFiles()
	s.bindMatches()
	s.bindOverdue()
}

func (s *Server) bindPaymentFiles() {
	bind(s, get("list-payment-files", tagPayment, "/v1/pools/{pool}/payment-files", door.Business,
		"The payment files of a pool; a member those by which it alone pays"), func(
		ctx context.Context, by access.Principal, in *PoolPath,
	) (*page[settlement.PaymentFile], error) {
		return all(settlement.ViewFiles(ctx, s.DB.Of(in.Pool), by, in.Pool))
	})
	change(s, post(tagPayment, "/v1/pools/{pool}/payment-files", door.PoolClerks,
		"Make a payment file (pain.001) of a payer's open orders, or of all by mandates").named("file-payment").creates(),
		s.Settlement.MakeFile, func(by access.Principal, in *struct {
			Keyed
			PoolPath

			Body paymentFileBody
		},
		) settlement.MakeFile {
			return settlement.MakeFile{
				Command: in.command(by), Pool: in.Pool, Payer: in.Body.Payer, Mandated: in.Body.Mandated,
				Orders: in.Body.Orders, Day: in.Body.Day, NameMax: in.Body.NameMax,
			}
		})
	bind(s, get("get-payment-file", tagPayment, "/v1/pools/{pool}/payment-files/{entry}", door.Business,
		"A payment file, with what became of each payment"), func(
		ctx context.Context, by access.Principal, in *PaymentFilePath,
	) (*single[filePayments], error) {
		file, attempts, err := settlement.ViewFile(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Entry)
		return one(filePayments{file, attempts}, err)
	})
	bind(s, get("download-payment-file", tagPayment, "/v1/pools/{pool}/payment-files/{entry}/content", door.Business,
		"A released payment file, byte for byte").answersFile(mediaXML), s.paymentContent)
	change(s, post(tagPayment, "/v1/pools/{pool}/payment-files/{entry}/release", door.PoolClerks,
		"Let a payment file go to a bank; never by who made it").named("release-payment"), s.Settlement.ReleaseFile,
		func(by access.Principal, in *struct {
			Keyed
			PaymentFilePath
		},
		) settlement.ReleaseFile {
			return settlement.ReleaseFile{Command: in.command(by), Pool: in.Pool, Number: in.Entry}
		})
	change(s, post(tagPayment, "/v1/pools/{pool}/payment-files/{entry}/voiding", door.PoolClerks,
		"Take back a payment file that nobody has released").named("void-payment"), s.Settlement.VoidFile,
		func(by access.Principal, in *struct {
			Keyed
			PaymentFilePath

			Body struct {
				Reason string `json:"reason" maxLength:"500"`
			}
		},
		) settlement.VoidFile {
			return settlement.VoidFile{Command: in.command(by), Pool: in.Pool, Number: in.Entry, Reason: in.Body.Reason}
		})
}

func (s *Server) paymentContent(ctx context.Context, by access.Principal, in *PaymentFilePath) (*streamed, error) {
	file, err := settlement.FileContent(ctx, s.DB.Of(in.Pool), by, in.Pool, in.Entry)
	if err != nil {
		return nil, err
	}
	return &streamed{
		ContentType: mediaXML, Length: int64(len(file.Content)),
		Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": file.Message + ".xml"}),
		Body: func(out huma.Context) {
			s.handOut(out, io.NopCloser(strings.NewReader(string(file.Content))))
		},
	}, nil
}

func (s *Server) bindBankFiles() {
	bind(s, post(tagPayment, "/v1/bank-files", door.BankReaders,
		"Read a bank's answer: pain.002, camt.053, camt.054, or a table of its profile").
		named("read-payment").takesFile(settlement.AnswerMax), s.readAnswer)
	bind(s, get("list-payment-entries", tagPayment, "/v1/bank-entries", door.Business,
		"Entries of accounts with what is not allocated, newest first; a member those of its own"), func(
		ctx context.Context, by access.Principal, in *struct {
			Open bool `query:"open" doc:"Only those of which something is not allocated"`
		},
	) (*page[settlement.OpenEntry], error) {
		return all(settlement.ViewEntries(ctx, s.DB, by, in.Open))
	})
}

func (s *Server) readAnswer(ctx context.Context, by access.Principal, in *struct {
	Profile  string `query:"profile" maxLength:"32" doc:"Of a table: icbc, ccb, signed"`
	Account  string `query:"account" maxLength:"34" doc:"Whose table it is, where it does not say"`
	Encoding string `query:"encoding" maxLength:"16" doc:"Of a CSV, where it is another than the profile's"`
},
) (*single[*settlement.BankReport], error) {
	file, _, err := s.receive(ctx, settlement.AnswerMax)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return one(s.Settlement.ReadAnswer(ctx, settlement.ReadAnswer{
		By: by, Content: content, Profile: in.Profile, Account: in.Account, Encoding: in.Encoding,
	}))
}

func (s *Server) bindMatches() {
	bind(s, get("list-payment-proposals", tagPayment, "/v1/pools/{pool}/payment-proposals", door.PoolClerks,
		"Open entries that may pay an order: the only one of the amount between the two"), func(
		ctx context.Context, by access.Principal, in *PoolPath,
	) (*page[settlement.Proposal], error) {
		return all(settlement.Proposals(ctx, s.DB.Of(in.Pool), by, in.Pool))
	})
	bind(s, get("check-payment", tagPayment, "/v1/pools/{pool}/payment-check", door.Business,
		"What was expected of each order, what both banks say, and what is booked"), func(
		ctx context.Context, by access.Principal, in *PoolPath,
	) (*page[settlement.OrderCheck], error) {
		return all(settlement.CheckPayments(ctx, s.DB.Of(in.Pool), by, in.Pool))
	})
	change(s, post(tagPayment, "/v1/pools/{pool}/orders/{order}/matches", door.PoolClerks,
		"Allocate an entry of an account, or a part of it, to an order").named("match-payment").creates(),
		s.Settlement.MatchReceipt, func(by access.Principal, in *struct {
			Keyed
			OrderPath

			Body struct {
				Account string        `json:"account" maxLength:"34"`
				Key     string        `json:"key" maxLength:"200" doc:"Of the entry"`
				Amount  *money.Amount `json:"amount,omitempty" doc:"As much as fits when left out"`
			}
		},
		) settlement.MatchReceipt {
			return settlement.MatchReceipt{
				Command: in.command(by), Pool: in.Pool, Order: in.Order, Account: in.Body.Account, Key: in.Body.Key,
				Amount: in.Body.Amount,
			}
		})
	change(s, post(tagPayment, "/v1/pools/{pool}/orders/{order}/matches/undoing", door.PoolClerks,
		"Undo one allocation; others stay").named("unmatch-payment"), s.Settlement.UnmatchReceipt,
		func(by access.Principal, in *struct {
			Keyed
			OrderPath

			Body struct {
				Account string `json:"account" maxLength:"34"`
				Key     string `json:"key" maxLength:"200" doc:"Of the entry"`
				Number  int    `json:"number" minimum:"1" doc:"Of the allocation"`
			}
		},
		) settlement.UnmatchReceipt {
			return settlement.UnmatchReceipt{
				Command: in.command(by), Pool: in.Pool, Order: in.Order, Account: in.Body.Account, Key: in.Body.Key,
				Number: in.Body.Number,
			}
		})
}
