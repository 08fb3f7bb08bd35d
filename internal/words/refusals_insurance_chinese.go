package words

// insuranceChinese is what policies and premiums are refused for.
var insuranceChinese = map[string]Refusal{
	"insurance.line_not_found": {
		Sentence: "没有此代码的险种",
		Cases:    []string{"{line}"},
	},
	"insurance.policy_invalid": {Sentence: "报价信息有误"},
	"insurance.policy_not_found": {
		Sentence: "没有此号码的保单",
		Cases:    []string{"{policy}", "{text} 未含共保体代码"},
	},
	"insurance.policy_changed": {
		Sentence: "保单在您查看之后已变更，请重新读取",
		Cases:    []string{"{policy} 现为第 {version} 版"},
	},
	"insurance.policy_exists": {
		Sentence: "此号码的保单已存在",
		Cases:    []string{"{policy}"},
		Remedy:   "请更换保单号，或留空由系统编号",
	},
	"insurance.instalment_back_loaded": {Sentence: "后一期保费不得高于前一期"},
	"insurance.instalments_do_not_sum": {Sentence: "各期保费之和不等于总保费", Remedy: "请更正分期金额或保费"},
	"insurance.catalogue_item_unknown": {
		Sentence: "目录中没有适用于该保单的此项目",
		Cases:    []string{"{edition} 版的 {item} 已存在但无法读取"},
		Remedy:   "请填写起保日适用版本目录中的项目",
	},
	"insurance.catalogue_item_exists": {Sentence: "该版本目录已有此项目且内容不同"},
	"insurance.policy_not_quoted": {
		Sentence: "保单已不是报价状态",
		Cases:    []string{"{policy} 现为：{policy_state}"},
	},
	"insurance.product_rule_broken": {Sentence: "违反险种规则", Remedy: "请按所列各条规则更正"},
	"insurance.approval_needed": {
		Sentence: "赔偿限额超过此人的授权限额，且尚无第二人核准签单",
		Cases: []string{
			"{person} 在险种 {line} 的授权限额为 {limit}，保单赔偿限额为 {sum_insured}：须由出单公司另一名授权限额足够的核保人员核准签单",
			"{organisation} 未就险种 {line} 设定授权限额，{alone} 不得独自签发赔偿限额为 {sum_insured} 的保单：须由出单公司另一名核保人员核准签单",
		},
		Remedy: "请由出单公司的高级核保人员核准",
	},
	"insurance.premium_not_received": {
		Sentence: "首期保费（含税）或全部含税保费尚未收到",
		Cases:    []string{"已收 {received}，应收 {asked}"},
		Remedy:   "请先登记已到账的保费，再签单（见费出单）",
	},
	"insurance.policy_not_in_force": {
		Sentence: "保单不在有效状态",
		Cases:    []string{"{policy} 现为：{policy_state}"},
	},
	"insurance.policy_not_cancelled": {
		Sentence: "保单未退保",
		Cases:    []string{"{policy} 现为：{policy_state}"},
	},
	"insurance.outside_period": {Sentence: "生效日不在保险期间内"},
	"insurance.claims_stand": {
		Sentence: "该日或之后出险的赔案尚未了结或已赔付",
		Remedy:   "请改用更晚的退保日，或先将赔案结案或拒赔",
	},
	"insurance.premium_negative": {
		Sentence: "累计不含税保费将小于零",
		Cases:    []string{"净保费 {premium} 中将退还 {returned}"},
	},
	"insurance.endorsement_exists": {
		Sentence: "此批单号已存在",
		Cases:    []string{"{policy} 的 {endorsement}"},
	},
	"insurance.amount_not_positive": {Sentence: "金额必须大于零"},
	"insurance.refund_exceeds_received": {
		Sentence: "退费将超过已收保费",
		Cases:    []string{"将只余 {left}"},
		Remedy:   "退费不得超过已收金额",
	},
	"insurance.refund_not_owed": {Sentence: "只退还超过含税保费的部分；误录的收费请作红冲"},
	"insurance.cash_not_found": {
		Sentence: "该保单没有此编号且可红冲的收费或退费",
		Cases:    []string{"{policy} 的 {event}"},
	},
	"insurance.commission_exceeds_accrued": {
		Sentence: "支付的手续费将超过已计提金额", Remedy: "手续费随实收保费计提，支付不得超过已计提金额",
	},
	"insurance.subsidy_state": {
		Sentence: "保费补贴不在此操作所需的状态",
		Cases:    []string{"现为：{subsidy_state}"},
	},
	"insurance.subsidy_rule_unknown": {
		Sentence: "该险种在当时没有已知的保费补贴规则",
		Cases:    []string{"险种 {line}，{start} 起保的保单"},
	},
	"insurance.subsidy_not_eligible": {Sentence: "该保单不符合补贴条件"},
	"insurance.subsidy_exceeded":     {Sentence: "金额超过补贴数额"},
	"insurance.import_unreadable": {
		Sentence: "文件无法读取",
		Cases:    []string{"{reason}"},
	},
	"insurance.import_refused": {
		Sentence: "存在错误行，未导入任何数据",
		Cases:    []string{"{rows} 行中有 {bad} 行有误"},
		Remedy:   "请更正报告所列各行，或选择跳过错误行",
	},
	"insurance.import_interrupted": {Sentence: "导入与其他业务冲突，已撤销；请重新导入"},
}
