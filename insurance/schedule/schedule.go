package schedule

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/money"
	"gongbao/internal/paper"
	"gongbao/product"
)

// Write prints the schedule as it stands at the instant; the same policy at the same instant gives the same bytes. It
// gives the characters for which a box stands, because the font lacks them.
func Write(to io.Writer, print *insurance.Printable, at time.Time) (lacking string, err error) {
	foot := func(page int) string {
		return fmt.Sprintf("%s · 第 %d 版 version · 打印于 printed %s · 第 %d / {nb} 页", print.Policy.Number,
			print.Policy.Version, at.In(clock.Zone).Format("2006-01-02 15:04"), page)
	}
	doc := &sheetOf{Document: paper.New(paper.Upright, print.Policy.Number, at, foot), print: print}
	doc.head()
	doc.contract()
	doc.cover()
	doc.premium()
	doc.insurers()
	doc.signatures()
	return doc.Finish(to)
}

// sheetOf is a schedule that is being written.
type sheetOf struct {
	*paper.Document

	print *insurance.Printable
}

// head is the title; a quotation says that it is no policy.
func (d *sheetOf) head() {
	title, english := "保险单明细表", "POLICY SCHEDULE"
	switch d.print.State {
	case insurance.Quoted:
		title, english = "报 价 单", "QUOTATION — NOT A POLICY"
	case insurance.Cancelled:
		title, english = "保险单明细表（已退保）", "POLICY SCHEDULE — CANCELLED"
	case insurance.Issued, insurance.InForce, insurance.Expired:
	}
	d.Size(paper.TitleSize)
	d.CellFormat(d.Width, 9, title, "", 1, "C", false, 0, "")
	d.Ink(100)
	d.Size(paper.TextSize)
	d.CellFormat(d.Width, 5, english, "", 1, "C", false, 0, "")
	d.Ink(0)
	d.Ln(2)
	d.Size(paper.HeadingSize)
	d.CellFormat(d.Width, 6, d.print.Line.Chinese, "", 1, "C", false, 0, "")
	d.Size(paper.SmallSize)
	d.Ink(100)
	d.CellFormat(d.Width, 4, d.print.Line.Name+" · 条款版本 clauses "+d.print.Line.ClauseVersion, "", 1, "C", false, 0, "")
	d.Ink(0)
	if d.print.State == insurance.Quoted {
		d.Ln(1)
		d.Size(paper.TextSize)
		d.SetTextColor(170, 0, 0)
		d.MultiCell(d.Width, paper.LineHeight, "本报价单不构成保险合同；保险费到账并签发保险单后保险责任方始生效。\n"+
			"This is an offer. Cover begins only once the premium is in and the policy is issued.", "", "C", false)
		d.Ink(0)
	}
	d.Ln(2)
}

func (d *sheetOf) contract() {
	p := d.print.Policy
	d.Heading("保险合同", "Contract")
	d.Fact("保险单号 Number", p.Number)
	d.Fact("被保险人 Insured", p.Insured)
	d.Fact("保险期间 Period", fmt.Sprintf("%s 00:00 至 to %s 24:00（%d 天 days）", p.Starts, p.Ends, p.Starts.DaysUntil(p.Ends)+1))
	d.Fact("共保体 Pool", d.print.Pool.Code+" "+d.print.Pool.Name+"（"+coinsurance.Industries[d.print.Pool.Industry]+"）")
	d.Fact("状态 State", stateWords[d.print.State])
	if d.print.State == insurance.Issued {
		d.Fact("责任起始 Cover begins", p.Starts.String()+" 00:00")
	}
	d.Fact("续保自 Renews", p.Renews)
	d.Fact("追溯日 Retroactive from", dayText(p.Retroactive))
	d.Fact("设备价值 Equipment value", yuan(p.EquipmentValue))
	d.Fact("合同金额 Contract value", yuan(p.ContractValue))
	d.Fact("目录 Catalogue", catalogueText(p))
	if p.Facts.Units > 0 {
		d.Fact("数量 Units", strconv.Itoa(p.Facts.Units)+" "+unitWords[p.Facts.UnitBasis])
	}
	d.Fact("资格编号 Qualification", p.Qualification+term(p.Facts.QualificationFrom, p.Facts.QualificationTo))
	d.Fact("高企证书 Certificate", p.Facts.Certificate+term(p.Facts.CertificateFrom, p.Facts.CertificateTo))
	d.Fact("列明费用 Listed costs", yuan(p.Facts.ListedCosts))
	d.Fact("共保同意 Consent", p.Consent)
}

var stateWords = map[insurance.State]string{
	insurance.Quoted: "报价 quoted", insurance.Issued: "已签单，未起保 issued, cover not begun",
	insurance.InForce: "有效 in force", insurance.Cancelled: "已退保 cancelled", insurance.Expired: "已到期 expired",
}

var unitWords = map[string]string{product.BySet: "台（套）sets", product.ByBatch: "批次 batches"}

func catalogueText(p *insurance.Policy) string {
	if p.Facts.CatalogueItem == "" {
		return p.Catalogue
	}
	return p.Facts.CatalogueEdition + " · " + p.Facts.CatalogueItem
}

func dayText(day calendar.Date) string {
	if day.IsZero() {
		return ""
	}
	return day.String()
}

func term(from, to calendar.Date) string {
	if from.IsZero() && to.IsZero() {
		return ""
	}
	return "（" + dayText(from) + " — " + dayText(to) + "）"
}

func yuan(amount *money.Amount) string {
	if amount == nil {
		return ""
	}
	return paper.Grouped(*amount) + " 元 CNY"
}

func (d *sheetOf) cover() {
	cover := d.print.Policy.Cover()
	d.Heading("保险责任", "Cover")
	rows := [][]string{{"责任 Section", "限额 Limit", "免赔额 Deductible", "赔付比例 Pays", "等待期 Waits"}}
	for _, section := range cover.Sections {
		rows = append(rows, []string{
			d.sectionName(section.Code), paper.Grouped(section.Limit), paper.Grouped(section.Deductible),
			section.IndemnityRatio.Percent(), strconv.Itoa(section.WaitingDays) + " 天",
		})
	}
	d.Table(paper.Widths{64, 34, 30, 26, 20}, rows)
	d.Ln(1)
	d.Fact("累计责任限额 Aggregate", yuan(&cover.Aggregate))
	if !cover.Deductible.IsZero() {
		d.Fact("每次事故免赔 Deductible", yuan(&cover.Deductible))
	}
}

func (d *sheetOf) sectionName(code string) string {
	for _, section := range d.print.Line.Sections {
		if section.Code == code {
			return section.Chinese + " " + code
		}
	}
	return code
}

func (d *sheetOf) premium() {
	p := d.print.Policy
	vat := money.Apply(p.VAT, p.NetPremium)
	d.Heading("保险费", "Premium")
	d.Fact("不含税保费 Net", yuan(&p.NetPremium))
	d.Fact("增值税 VAT "+p.VAT.Percent(), yuan(&vat))
	gross := p.Gross()
	d.Fact("含税保费 Gross", yuan(&gross))
	d.Fact("已收 Received", yuan(&p.Received))
	if len(p.Instalments) == 0 {
		return
	}
	rows := [][]string{{"期 No.", "到期日 Due", "不含税 Net", "含税 Gross"}}
	for i, instalment := range p.Instalments {
		rows = append(rows, []string{
			strconv.Itoa(i + 1), instalment.Due.String(), paper.Grouped(instalment.Amount),
			paper.Grouped(instalment.Amount.Add(money.Apply(p.VAT, instalment.Amount))),
		})
	}
	d.Ln(1)
	d.Table(paper.Widths{20, 44, 55, 55}, rows)
}

// insurers lists every insurer: the insured sees who stands behind the policy, and for how much.
func (d *sheetOf) insurers() {
	if len(d.print.Members) == 0 {
		return
	}
	d.Heading("共同保险人", "Co-insurers")
	rows := [][]string{{"保险人 Insurer", "角色 Role", "份额 Share"}}
	for _, member := range d.print.Members {
		role := "从共保人 follows"
		if member.Role == "leader" {
			role = "首席承保人 leads"
		}
		rows = append(rows, []string{member.Name + "（" + member.Code + "）", role, member.Share.Percent()})
	}
	d.Table(paper.Widths{96, 44, 34}, rows)
	d.Size(paper.SmallSize)
	d.Ink(90)
	d.MultiCell(d.Width, 4, "各共同保险人按其份额对被保险人承担责任。Each co-insurer is liable to the insured for its own share.",
		"", "L", false)
	d.Ink(0)
	d.Size(paper.TextSize)
}

const signatureRoom = 26 // without the names

// signatures are for a policy; a quotation is signed by nobody. They stand on one page.
func (d *sheetOf) signatures() {
	if d.print.State == insurance.Quoted {
		return
	}
	leader := ""
	for _, member := range d.print.Members {
		if member.Code == d.print.Leader {
			leader = member.Name
		}
	}
	half := d.Width / 2
	names := d.Lines(paper.Widths{half, half}, []string{leader, d.print.Policy.Insured})
	d.RoomFor(signatureRoom, names)
	d.Ln(8)
	d.CellFormat(half, paper.LineHeight, "首席承保人（代表各共同保险人）For the co-insurers", "", 0, "L", false, 0, "")
	d.CellFormat(half, paper.LineHeight, "被保险人 Insured", "", 1, "L", false, 0, "")
	for _, line := range names {
		d.CellFormat(half, paper.LineHeight, line[0], "", 0, "L", false, 0, "")
		d.CellFormat(half, paper.LineHeight, line[1], "", 1, "L", false, 0, "")
	}
	d.Ln(7)
	d.CellFormat(half, paper.LineHeight, "签章 Seal ____________________", "", 0, "L", false, 0, "")
	d.CellFormat(half, paper.LineHeight, "签章 Seal ____________________", "", 1, "L", false, 0, "")
}
