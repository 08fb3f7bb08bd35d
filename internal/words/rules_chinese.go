package words

// rulesChinese says the rules of the product lines, whose English stands beside them in lines.json.
var rulesChinese = map[string]Rule{
	"concept_verification.limit_within_listed_costs": {
		Sentence: "只承保保单列明的费用：限额不超过列明费用之和",
		Remedy:   "降低限额，或补充列明费用",
	},
	"pilot_test.cost_limit_within_listed_costs": {
		Sentence: "只承保保单列明的费用：中试费用项限额不超过列明费用之和",
		Remedy:   "降低该项限额，或补充列明费用",
	},
	"pilot_test.before_mass_production": {
		Sentence: "中试处于样机与批量生产之间",
		Remedy:   "批量生产请投保其他险种",
	},
	"first_set.limit_covers_equipment": {
		Sentence: "责任限额不低于装备价值",
		Remedy:   "提高限额，或更正装备价值",
	},
	"first_set.limit_twice_key_component": {
		Sentence: "首年度关键零部件的责任限额不低于其价值的两倍",
		Remedy:   "将限额提高到装备价值的两倍，或更正关键零部件信息",
	},
	"first_set.part_by_batch": {
		Sentence: "核心系统和部件按批次计",
		Remedy:   "计量单位请填批次，或更正关键零部件信息",
	},
	"first_set.qualified": {
		Sentence: "先取得资格认定，后申请资金",
		Remedy:   "填写资格认定编号",
	},
	"first_set.within_qualification": {
		Sentence: "起保日应在资格认定有效期内",
		Remedy:   "将起保日移入有效期，或续办资格认定",
	},
	"first_set.in_catalogue": {Sentence: "只支持目录内的装备", Remedy: "填写目录版本和项目"},
	"first_set.premium_2019": {
		Sentence: "2019 年批次的申请要求保费不低于 200,000.00 元",
		Remedy:   "与其他保单合并申请",
	},
	"new_material.no_related_party": {
		Sentence: "与生产企业有关联关系的用户不予支持",
		Remedy:   "销售给无关联用户，或更正关联关系信息",
	},
	"new_material.no_trader": {
		Sentence: "从事该材料贸易的购买方不予支持",
		Remedy:   "以实际使用企业为购买方，或更正贸易商信息",
	},
	"new_material.direct_purchase": {
		Sentence: "用户须直接向生产企业购买",
		Remedy:   "提供直接购销合同，或更正直接购买信息",
	},
	"new_material.not_in_subsidised_set": {
		Sentence: "用于已获支持的首台（套）的材料不予支持",
		Remedy:   "只申请首台（套）",
	},
	"new_material.no_renewal": {
		Sentence: "2019 至 2023 年批次不支持续保",
		Remedy:   "不申请补贴",
	},
	"new_material.contract_2019": {
		Sentence: "2019 年批次要求单个项目合同金额不低于 5,000,000.00 元",
		Remedy:   "以金额更大的合同投保",
	},
	"new_material.insured_2023": {
		Sentence: "2023 年批次要求单类材料保险金额不低于 50,000,000.00 元",
		Remedy:   "提高限额",
	},
	"new_material.start_2025": {
		Sentence: "2025 年批次要求保单在 2025-10-15 前生效",
		Remedy:   "申请下一批次",
	},
	"new_material.within_qualification": {
		Sentence: "起保日应在资格认定有效期内",
		Remedy:   "将起保日移入有效期，或续办资格认定",
	},
	"new_material.invoiced": {
		Sentence: "保费须已开具发票：补贴按发票保费计算",
		Remedy:   "填写发票号码",
	},
	"new_material.in_catalogue": {Sentence: "只支持目录内的材料", Remedy: "填写目录版本和项目"},
	"rd_liability.certified": {
		Sentence: "保险责任开始时被保险人须为有效的高新技术企业",
		Remedy:   "续办证书，或更正其有效期",
	},
}
