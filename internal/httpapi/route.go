package httpapi

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/internal/door"
	"gongbao/internal/text"
)

// route is one door: what it is called, where it is and who may pass. It is declared where it is handled.
type route struct {
	id      string // operation id; also the command's name
	method  string
	path    string
	tag     string
	summary string
	allow   door.Permission
	success int    // status of a good answer; 200 when left out
	bodyMax int64  // bytes; bodyDefault when left out
	file    bool   // the body is a table, CSV or XLSX
	raw     bool   // the body is a file of any type
	answers string // media type of an answer that is a file; "" for JSON
	papers  bool   // a good answer means that papers are due
}

// Tags group the routes in the documentation and on the command line.
const (
	tagService    = "service"
	tagProduct    = "product"
	tagMember     = "member"
	tagPool       = "pool"
	tagPolicy     = "policy"
	tagClaim      = "claim"
	tagStatement  = "statement"
	tagSettlement = "settlement"
	tagPayment    = "payment"
	tagBook       = "book"
	tagFeed       = "feed"
	tagReport     = "report"
	tagImport     = "import"
)

const bodyDefault = 256 << 10

// tagTexts says what each tag is about, in the order people meet them.
var tagTexts = [][2]string{
	{tagService, "Who asks"}, {tagProduct, "Product lines 险种"}, {tagMember, "Insurers of the zone 成员公司"},
	{tagPool, "Pools, their agreements and accounting months 共保体"}, {tagPolicy, "Policies and their premiums 保单、保费"},
	{tagClaim, "Claims from first notice to closing 理赔"},
	{tagStatement, "What the members of a pool owe each other for a period, and its papers 对账单\n\n" +
		"The manager's clerk: `preview`, `draw`, `issue`. The members: `list-items`, `query`, `answer-query`, `resolve`, " +
		"`confirm`; `get-working` shows what an item comes of, `compare` what has changed. Whoever waits for an answer: " +
		"`escalate-query`. A statement that is wrong: `cancel`, by another person, and `draw` again."},
	{tagSettlement, "Runs that net statements and make payment orders 结算\n\n" +
		"The manager's clerks: `preview`, `propose`, then another person `approve`, or `withdraw`; `list-exceptions` says " +
		"what is left out. The orders are paid by gongbao payment; `complete` ends a run that has none, or is paid on the " +
		"bank's word."},
	{tagPayment, "Payment orders, payment files, and what banks answer 付款\n\n" +
		"The manager's clerks: `file`, then another person `release`; `download-file` for the bank, `read` for its answer. " +
		"What it does not name: `list-proposals`, `match`. Afterwards: `check`, `ageing`, `get-interest`."},
	{tagBook, "Postings and balances 台账"}, {tagFeed, "Facts in the feed's order 事件"},
	{tagReport, "Figures over policies 报表"},
	{tagImport, "Bring books of business in 导入"},
}

func tags() []*huma.Tag {
	all := make([]*huma.Tag, 0, len(tagTexts))
	for _, text := range tagTexts {
		all = append(all, &huma.Tag{Name: text[0], Description: text[1]})
	}
	return all
}

// get declares a route that reads; its id is given, because no command names it.
func get(id, tag, path string, allow door.Permission, summary string) route {
	return route{id: id, method: http.MethodGet, tag: tag, path: path, allow: allow, summary: summary}
}

// post declares a route that changes something. Its id is the name of the command that it makes: change, for a policy
// changePolicy and for a claim changeClaim see to that.
func post(tag, path string, allow door.Permission, summary string) route {
	return route{method: http.MethodPost, tag: tag, path: path, allow: allow, summary: summary}
}

// named gives the route an id of its own, which need not be that of its command.
func (r route) named(id string) route {
	r.id = id
	return r
}

// creates says that a good answer means something new.
func (r route) creates() route {
	r.success = http.StatusCreated
	return r
}

// takes says that the body is a file of any type and of at most this many bytes.
func (r route) takesFile(most int64) route {
	r.raw, r.bodyMax = true, most
	return r
}

// takesTable says that the body is a CSV or an XLSX of at most this many bytes.
func (r route) takesTable(most int64) route {
	r.file, r.bodyMax = true, most
	return r
}

// answersFile says that the answer is a file of this media type.
func (r route) answersFile(media string) route {
	r.answers = media
	return r
}

// asksForPapers says that papers are due after a good answer.
func (r route) asksForPapers() route {
	r.papers = true
	return r
}

// of names the route after the command that it makes: "receive-premium" for ReceivePremium. A noun that the command's
// name lacks stands before its last word: "pay-claim-call" for PayCall. An id that was given stays.
func of[C any](r route, noun string) route {
	if r.id != "" {
		return r
	}
	words := strings.Split(text.Snake(reflect.TypeFor[C]().Name()), "_")
	last := len(words) - 1
	if lacks := noun != ""; lacks {
		for _, word := range words {
			lacks = lacks && word != noun
		}
		if lacks {
			words = append(words[:last:last], noun, words[last])
		}
	}
	return r.named(strings.Join(words, "-"))
}
