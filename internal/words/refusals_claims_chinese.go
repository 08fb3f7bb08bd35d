package words

// claimsChinese is what claims are refused for.
var claimsChinese = map[string]Refusal{
	"claims.claim_invalid": {Sentence: "请求内容有误"},
	"claims.claim_not_found": {
		Sentence: "没有此号码的赔案",
		Cases:    []string{"{claim}"},
	},
	"claims.claim_exists": {
		Sentence: "此号码的赔案已存在",
		Cases:    []string{"{claim}"},
	},
	"claims.claim_changed": {
		Sentence: "赔案在您查看之后已变更，请重新读取",
		Cases:    []string{"{claim} 现为第 {version} 版"},
	},
	"claims.loss_outside_period": {
		Sentence: "保单不承保该日发生并在彼日提出索赔的损失",
		Remedy:   "请核对出险日，或使用承保该损失的保单",
	},
	"claims.claim_closed": {
		Sentence: "赔案已结案、拒赔或注销，请先重开",
		Cases:    []string{"{claim} 现为：{claim_state}"},
	},
	"claims.claim_open": {
		Sentence: "赔案尚未了结",
		Cases:    []string{"{claim} 现为：{claim_state}"},
	},
	"claims.amount_not_positive": {Sentence: "金额必须大于零"},
	"claims.evidence_missing": {
		Sentence: "险种要求的单证既未收到也未免除",
		Cases:    []string{"尚缺：{evidence}"},
		Remedy:   "请核对已收到的单证，或说明理由后免除",
	},
	"claims.exceeds_payable": {
		Sentence: "赔款超过保单对该损失应赔付的金额",
		Remedy:   "请降低金额、更正定损，或征求同意作通融赔付",
	},
	"claims.approved_unpaid": {
		Sentence: "已核赔金额尚未付清；请先付款，或调低核赔金额",
		Cases: []string{
			"已核赔款 {indemnity}、理赔费用 {expense}，已付 {paid_indemnity}、{paid_expense}",
		},
	},
	"claims.approval_below_paid": {
		Sentence: "核赔金额将低于已付金额",
		Cases:    []string{"已付赔款 {indemnity}、理赔费用 {expense}"},
	},
	"claims.payment_exceeds_approved": {
		Sentence: "付款将超过核赔金额",
		Cases: []string{
			"已核赔款 {indemnity}、理赔费用 {expense}，付款后将达 {paid_indemnity}、{paid_expense}",
		},
		Remedy: "请先提高核赔金额",
	},
	"claims.third_party_unpaid": {Sentence: "责任险须在被保险人向第三者赔偿之后，才可向其赔付（《保险法》第六十五条）"},
	"claims.defence_exceeded":   {Sentence: "法律费用将超过抗辩费用项下可赔付的金额"},
	"claims.second_lead_missing": {
		Sentence: "第二首席尚未同意此金额",
		Cases: []string{
			"{member} 须同意 {amount}，目前同意到 {agreed}；估损达 {threshold} 即须第二首席",
		},
		Remedy: "请等待第二首席答复通知",
	},
	"claims.consent_missing": {
		Sentence: "其他成员尚未同意",
		Cases:    []string{"{ground}：请先征求其他成员同意"},
		Remedy:   "请征求同意，或等待答复",
	},
	"claims.notice_not_found": {
		Sentence: "该成员没有收到此编号的通知",
		Cases:    []string{"{claim} 没有发给 {member} 的第 {notice} 号通知"},
	},
	"claims.notice_answered": {
		Sentence: "该通知已答复，或已无需答复",
		Cases:    []string{"{claim} 第 {notice} 号通知现为：{notice_state}"},
	},
	"claims.query_not_found": {
		Sentence: "没有此编号的质询，或属于其他成员",
		Cases:    []string{"{claim} 第 {query} 号质询"},
	},
	"claims.query_not_waiting": {
		Sentence: "该质询现在不等待此操作",
		Cases:    []string{"{claim} 第 {query} 号质询现为：{query_state}"},
	},
	"claims.conflict_declared": {
		Sentence: "不能作此利益冲突声明",
		Cases:    []string{"{member} 已作过声明", "除 {last} 外，将没有无利益冲突的成员"},
	},
	"claims.nothing_to_report": {
		Sentence: "没有等待报送的事项",
		Cases:    []string{"时限“{deadline}”未在计算"},
	},
	"claims.emergency_flagged": {
		Sentence: "该赔案已标记为突发事件",
		Cases:    []string{"标记时间为 {time}"},
	},
	"claims.occurrence_exists": {
		Sentence: "此代码的事故已存在",
		Cases:    []string{"{occurrence}"},
	},
	"claims.occurrence_not_found": {
		Sentence: "共保体没有此代码的事故",
		Cases:    []string{"共保体 {pool} 没有事故 {occurrence}"},
	},
	"claims.payment_not_found": {
		Sentence: "赔案没有此编号的付款",
		Cases:    []string{"{claim} 第 {payment} 号付款"},
	},
	"claims.no_cash_call": {
		Sentence: "没有可向成员摊赔的金额",
		Cases: []string{
			"共保体 {pool} 协议第 {version} 版约定各成员各自赔付",
			"已核赔款 {indemnity}、理赔费用 {expense} 中已无可摊赔的部分",
		},
	},
	"claims.import_unreadable": {
		Sentence: "文件无法读取",
		Cases:    []string{"{reason}"},
	},
	"claims.import_refused": {
		Sentence: "存在错误行，未导入任何数据",
		Cases:    []string{"{rows} 行中有 {bad} 行有误"},
		Remedy:   "请更正报告所列各行，或选择跳过错误行",
	},
	"claims.recovery_negative": {
		Sentence: "退回的金额将超过已入账的追偿款或损余",
		Cases:    []string{"追偿款将为 {recovery}，损余将为 {salvage}"},
	},
	"claims.recovery_exceeds_paid": {
		Sentence: "追偿款与损余合计将超过已付赔款和理赔费用",
		Cases:    []string{"追偿款 {recovery}、损余 {salvage}，已付合计 {paid}"},
	},
	"claims.document_invalid": {Sentence: "该资料不能归档"},
	"claims.document_not_found": {
		Sentence: "赔案没有此编号的资料",
		Cases:    []string{"{claim} 第 {document} 号资料"},
	},
	"claims.document_damaged": {
		Sentence: "资料在存储中丢失或被改动，请从备份恢复",
		Cases:    []string{"{claim} 第 {document} 号资料"},
	},
}
