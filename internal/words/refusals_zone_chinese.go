package words

// zoneChinese is what the zone, the co-insurance and the book refuse.
var zoneChinese = map[string]Refusal{
	"coinsurance.member_invalid": {Sentence: "成员公司登记信息有误"},
	"coinsurance.member_exists": {
		Sentence: "此代码的成员公司已登记",
		Cases:    []string{"{member}"},
	},
	"coinsurance.pool_invalid": {Sentence: "共保体设立信息有误"},
	"coinsurance.pool_exists": {
		Sentence: "此代码的共保体已存在",
		Cases:    []string{"{pool}"},
	},
	"coinsurance.pool_not_found": {
		Sentence: "没有此代码的共保体",
		Cases:    []string{"{pool}"},
	},
	"coinsurance.pool_closed":       {Sentence: "共保体不承保在该日起保的保单", Remedy: "起保日应在共保体的承保期内"},
	"coinsurance.agreement_invalid": {Sentence: "共保协议内容有误"},
	"coinsurance.share_table_invalid": {
		Sentence: "份额表应有 1 至 64 家成员，每家只出现一次且份额大于零，首席承保人须在其中",
	},
	"coinsurance.shares_not_whole": {
		Sentence: "份额合计不等于 100%",
		Cases:    []string{"合计为 {sum}"},
		Remedy:   "请更正份额，使每一列合计为 100%",
	},
	"coinsurance.period_unknown": {
		Sentence: "期间应为月份（如 2026-06）或季度（如 2026-Q1）",
		Cases:    []string{"{text}"},
	},
	"coinsurance.statement_not_found": {
		Sentence: "共保体在该期间没有有效的对账单",
		Cases:    []string{"共保体 {pool}，期间 {period}", "共保体 {pool}，期间 {period}，第 {issue} 次出具"},
		Remedy:   "请查看已有的对账单；该期间的对账单由共保体管理人编制并出账",
	},
	"coinsurance.statement_exists": {
		Sentence: "该期间或与其重叠的期间已编制对账单",
		Cases:    []string{"{period} 与 {drawn}（第 {issue} 次出具）重叠"},
	},
	"coinsurance.statement_changed": {
		Sentence: "对账单在读取之后已有变化",
		Cases:    []string{"现为第 {version} 版"},
		Remedy:   "请重新读取后再操作",
	},
	"coinsurance.reason_invalid": {Sentence: "撤销或作废须说明理由"},
	"coinsurance.period_not_begun": {
		Sentence: "该期间尚未开始，尚无可列入对账单的款项",
		Cases:    []string{"{period} 自 {day} 起"},
		Remedy:   "请选择已开始的期间，或注明提前编制",
	},
	"coinsurance.statement_not_latest": {
		Sentence: "只能作废共保体最近编制的对账单",
		Cases:    []string{"{later} 的对账单编制在 {period} 之后"},
	},
	"coinsurance.statement_settled": {
		Sentence: "对账单的项目已进入结算",
		Cases:    []string{"第 {number} 号结算包含 {period} 的项目"},
	},
	"coinsurance.statement_not_issued": {
		Sentence: "对账单尚未向成员公司出具",
		Cases:    []string{"期间 {period} 的对账单现为：{statement_state}"},
	},
	"coinsurance.statement_issued": {
		Sentence: "对账单已向成员公司出具",
		Cases:    []string{"期间 {period}"},
	},
	"coinsurance.paper_invalid": {Sentence: "所要求的函件有误"},
	"coinsurance.paper_not_written": {
		Sentence: "函件正在制作",
		Cases:    []string{"{paper}"},
		Remedy:   "稍后再取",
	},
	"coinsurance.paper_not_found": {
		Sentence: "没有该函件",
		Cases:    []string{"{paper}"},
		Remedy:   "询证函须先要求制作；对账单与结算函只给该对账单上的成员公司",
	},
	"coinsurance.paper_damaged": {
		Sentence: "函件与当初发出的不符，或已在存储中丢失",
		Cases:    []string{"{name}"},
	},
	"coinsurance.query_invalid": {Sentence: "质疑内容有误"},
	"coinsurance.item_not_found": {
		Sentence: "该成员公司在此对账单上没有该标的的未结项目",
		Cases:    []string{"{member} 在 {period} 没有 {subject} 的未结项目"},
	},
	"coinsurance.subject_not_found": {
		Sentence: "对账单上没有该保单或赔案的项目",
		Cases:    []string{"{period} 的 {subject}"},
	},
	"coinsurance.earlier_statement_not_found": {
		Sentence: "没有可对照的较早对账单",
		Cases:    []string{"{period} 之前未曾出具", "{member} 在 {period} 之前未确认过对账单"},
		Remedy:   "请指明成员，与其最近确认的对账单对照（against=confirmed）",
	},
	"coinsurance.query_not_found": {
		Sentence: "对账单上没有该质疑",
		Cases:    []string{"{period} 的第 {number} 号"},
	},
	"coinsurance.query_closed": {
		Sentence: "该质疑已撤回",
		Cases:    []string{"第 {number} 号"},
	},
	"coinsurance.query_escalated": {
		Sentence: "该质疑已提交管理机构",
		Cases:    []string{"第 {number} 号"},
	},
	"coinsurance.query_not_escalated": {
		Sentence: "管理机构只答复已提交给它的质疑",
		Cases:    []string{"第 {number} 号应于 {day} 之前答复"},
		Remedy:   "请先将该质疑提交管理机构",
	},
	"coinsurance.statement_not_confirmed": {
		Sentence: "对账单上有项目的成员公司尚未确认",
		Cases:    []string{"{member} 尚未确认 {period}"},
		Remedy:   "请待其确认后再结算",
	},
	"coinsurance.settlement_exists": {
		Sentence: "该期间的对账单已有结算",
		Cases:    []string{"{period} 的第 {number} 号结算现为：{settlement_state}"},
	},
	"coinsurance.settlement_not_found": {
		Sentence: "没有该结算",
		Cases:    []string{"共保体 {pool}，期间 {period}", "共保体 {pool}，第 {number} 号"},
	},
	"coinsurance.settlement_changed": {
		Sentence: "该结算在读取之后已有变化",
		Cases:    []string{"现为第 {version} 版"},
		Remedy:   "请重新读取后再操作",
	},
	"coinsurance.settlement_decided": {
		Sentence: "该结算已核准或撤回",
		Cases:    []string{"第 {number} 号现为：{settlement_state}"},
	},
	"coinsurance.settlement_outdated": {
		Sentence: "结算提出之后，其中的项目受到质疑",
		Cases:    []string{"{period} 的 {subject}"},
		Remedy:   "请撤回该结算并重新提出",
	},
	"coinsurance.settlement_not_open": {
		Sentence: "该结算不在付款之中",
		Cases:    []string{"第 {number} 号现为：{settlement_state}"},
	},
	"coinsurance.unwinding_proposed": {
		Sentence: "该结算已有人提出撤销",
		Cases:    []string{"第 {number} 号，由 {person} 提出"},
		Remedy:   "请由另一人核准或撤回",
	},
	"coinsurance.unwinding_not_proposed": {
		Sentence: "尚无人提出撤销该结算",
		Cases:    []string{"第 {number} 号"},
		Remedy:   "请先提出撤销并说明理由",
	},
	"coinsurance.opposite_order_paid": {
		Sentence: "该指令的已付款项已由反向指令退还，或正在退还途中；须先处理反向指令",
		Cases:    []string{"{order} 的反向指令 {opposite} 现为：{order_state}"},
		Remedy:   "请先退回反向指令的付款，或作废其付款文件",
	},
	"coinsurance.order_not_found": {
		Sentence: "没有该付款指令",
		Cases:    []string{"共保体 {pool}，指令 {order}"},
	},
	"coinsurance.order_changed": {
		Sentence: "付款指令在读取之后已有变化",
		Cases:    []string{"现为第 {version} 版"},
		Remedy:   "请重新读取后再操作",
	},
	"coinsurance.order_done": {
		Sentence: "付款指令已支付或已作废",
		Cases:    []string{"{order} 现为：{order_state}"},
	},
	"coinsurance.file_invalid": {Sentence: "付款文件内容有误"},
	"coinsurance.order_in_file": {
		Sentence: "付款指令已在另一付款文件中",
		Cases:    []string{"{order} 在第 {number} 号文件中"},
		Remedy:   "该文件尚未放行的，请先作废；已放行的，请先读入银行的答复",
	},
	"coinsurance.file_empty": {
		Sentence: "没有可列入文件的未付指令",
		Cases:    []string{"共保体 {pool}"},
	},
	"coinsurance.name_too_long": {
		Sentence: "文字超过银行允许的长度，系统不作截断",
		Cases:    []string{"{field} 最多 {most} 个字符"},
	},
	"coinsurance.file_not_found": {
		Sentence: "没有此付款文件",
		Cases:    []string{"共保体 {pool} 第 {number} 号", "{message}"},
	},
	"coinsurance.file_not_released": {
		Sentence: "付款文件放行后方可取用",
		Cases:    []string{"第 {number} 号现为：{file_state}"},
	},
	"coinsurance.file_decided": {
		Sentence: "付款文件已放行或已作废",
		Cases:    []string{"第 {number} 号现为：{file_state}"},
	},
	"coinsurance.file_outdated": {
		Sentence: "付款文件制作后情况已变，请作废并重新制作",
		Cases:    []string{"第 {number} 号文件：{what}"},
	},
	"coinsurance.bank_file_unreadable": {
		Sentence: "银行文件无法读取",
		Cases:    []string{"{reason}", "{rows} 行中有 {bad} 行有误"},
	},
	"coinsurance.entry_not_found": {
		Sentence: "没有此银行流水",
		Cases:    []string{"{account} {key}"},
	},
	"coinsurance.entry_elsewhere": {
		Sentence: "该流水不在付款人或收款人的账户上",
		Cases:    []string{"{account} 不是 {member} 的账户"},
	},
	"coinsurance.match_exceeds_entry": {
		Sentence: "勾对金额须大于零，且不超过流水的余额",
		Cases:    []string{"{amount}，流水余额 {left}"},
	},
	"coinsurance.match_exceeds_order": {
		Sentence: "勾对金额超过付款指令",
		Cases:    []string{"{order} 本次 {amount}，可勾对 {left}"},
	},
	"coinsurance.match_not_found": {
		Sentence: "没有此勾对，或已撤销",
		Cases:    []string{"{account} {key} 第 {number} 号"},
	},
	"coinsurance.order_exceeded": {
		Sentence: "支付金额须大于零，且不超过指令的未付余额",
		Cases:    []string{"{order} 未付 {left}，本次 {amount}"},
	},
	"coinsurance.order_not_paid": {
		Sentence: "该付款指令尚无已付款项可退回",
		Cases:    []string{"{order} 现为：{order_state}"},
	},
	"coinsurance.month_not_ended": {
		Sentence: "逾期利息只能按已结束的月份入账",
		Cases:    []string{"{month} 尚未结束"},
	},
	"coinsurance.already_paid": {
		Sentence: "该结算已结清",
		Cases:    []string{"{period} 的第 {number} 号结算"},
	},
	"coinsurance.member_not_found": {
		Sentence: "所列成员公司未登记",
		Cases:    []string{"{member}"},
		Remedy:   "请先登记该成员公司",
	},
	"coinsurance.agreement_overlaps": {
		Sentence: "新版本的生效日须晚于此前所有版本",
		Cases:    []string{"第 {version} 版自 {from} 起，而第 {newest} 版自 {newest_from} 起"},
	},
	"coinsurance.agreement_exists": {Sentence: "此版本的协议已存在且内容不同", Remedy: "请以下一个版本号提出"},
	"coinsurance.agreement_not_found": {
		Sentence: "没有此版本的共保协议",
		Cases:    []string{"共保体 {pool} 第 {version} 版"},
	},
	"coinsurance.agreement_accepted": {
		Sentence: "此版本的协议已经接受",
		Cases:    []string{"共保体 {pool} 第 {version} 版"},
	},
	"coinsurance.no_agreement_in_force": {
		Sentence: "该日没有生效的共保协议版本",
		Cases:    []string{"共保体 {pool}，{day}"},
		Remedy:   "请提出并接受一个在该日前生效的版本",
	},
	"coinsurance.not_a_follower": {
		Sentence: "只有份额表中的从共保人可以对风险表态",
		Cases:    []string{"{member}", "{member} 在共保体 {pool} 第 {version} 版中"},
	},
	"coinsurance.placement_incomplete": {
		Sentence: "赔偿限额超过首席承保人的权限，且并非所有从共保人都已接受该风险",
		Cases:    []string{"{member} 尚未接受 {policy}"},
		Remedy:   "请未表态的从共保人接受，或降低赔偿限额",
	},
	"coinsurance.capacity_exceeded": {
		Sentence: "某成员或共保体在该风险上将超过承保能力",
		Cases: []string{
			"共保体 {pool} 单一风险最多承担 {capacity}",
			"{member} 将承担 {carried}，超过其资本 {capital} 的十分之一",
			"{member} 将承担 {carried}，超过其承保能力 {capacity}",
		},
		Remedy: "请降低赔偿限额，或在新版本协议中约定更高的承保能力",
	},
	"coinsurance.limit_invalid": {Sentence: "授权限额内容有误"},
	"coinsurance.limit_not_found": {
		Sentence: "该机构没有此编号的授权限额",
		Cases:    []string{"{organisation} 第 {number} 号"},
	},
	"coinsurance.limit_accepted": {
		Sentence: "此授权限额已经接受",
		Cases:    []string{"{organisation} 第 {number} 号"},
	},
	"coinsurance.bank_details_invalid": {Sentence: "收款账户信息有误"},
	"coinsurance.bank_details_not_found": {
		Sentence: "该成员没有此编号的收款账户",
		Cases:    []string{"{member} 在 {day} 没有已批准的收款账户", "{member} 第 {number} 号"},
	},
	"coinsurance.bank_details_decided": {
		Sentence: "此收款账户已批准或已驳回",
		Cases:    []string{"现为：{bank_state}"},
	},
	"coinsurance.bank_details_not_approved": {
		Sentence: "此收款账户未经批准",
		Cases:    []string{"现为：{bank_state}"},
	},
	"coinsurance.bank_details_confirmed": {
		Sentence: "该成员已确认此收款账户",
		Cases:    []string{"{member} 第 {number} 号"},
	},
	"coinsurance.bank_details_unconfirmed": {
		Sentence: "不得向成员未确认的收款账户付款",
		Cases:    []string{"{member} 尚未确认第 {number} 号收款账户"},
		Remedy:   "请该成员中既未提出也未批准该账户的人员确认",
	},
	"coinsurance.mandate_invalid": {Sentence: "付款授权内容有误"},
	"coinsurance.mandate_exists": {
		Sentence: "该成员已提出或已给予付款授权",
		Cases:    []string{"{member}"},
	},
	"coinsurance.mandate_not_found": {
		Sentence: "该成员没有此编号的付款授权",
		Cases:    []string{"{member} 第 {number} 号"},
	},
	"coinsurance.mandate_decided": {
		Sentence: "此付款授权已给予或已驳回",
		Cases:    []string{"现为：{mandate_state}"},
	},
	"coinsurance.mandate_not_given": {
		Sentence: "只能撤销已给予的付款授权",
		Cases:    []string{"现为：{mandate_state}"},
	},
	"coinsurance.mandate_missing": {
		Sentence: "共保体管理机构凭成员的付款授权方可从该账户付款",
		Cases:    []string{"{member} 在 {day} 没有付款授权"},
		Remedy:   "请该成员两人给予付款授权，或按付款人分别制作文件",
	},
	"coinsurance.import_unreadable": {
		Sentence: "文件无法读取",
		Cases:    []string{"{reason}"},
	},
	"coinsurance.import_refused": {
		Sentence: "存在错误行，未导入任何数据",
		Cases:    []string{"{rows} 行中有 {bad} 行有误"},
		Remedy:   "请更正报告所列各行，或选择跳过错误行",
	},
	"ledger.period_closed": {
		Sentence: "该会计月现在不能结账",
		Cases: []string{
			"共保体 {pool} 没有分录",
			"共保体 {pool} 下一个应结账的月份是 {next}，不是 {month}",
			"{month} 尚未结束",
		},
	},
	"ledger.posting_not_allowed": {
		Sentence: "该分录违反记账规则",
		Cases: []string{
			"一张凭证有 {postings} 笔分录",
			"第 {line} 行：{currency} 账簿中有 {given} 金额",
			"第 {pair} 对分录不成镜像",
			"第 {line} 行：金额 {amount} 未大于零",
			"第 {line} 行：不得由“{credit_account}”记入“{debit_account}”",
			"第 {line} 行：账簿 {book} 对 {counterparty}",
			"第 {line} 行：往来科目须有对方，其他科目不得有；对方为 {counterparty}",
			"第 {line} 行：对方与镜像须同时有；镜像为 {mirror}",
			"共保体 {pool} 的凭证用了共保体 {other} 的会计月份",
			"入账时间为 {recorded}，而账簿已于 {cut} 截账",
			"{ungated} 的凭证未经资金闸口放行",
			"第 {line} 行：{estimated} 只可变动准备金",
		},
	},
	"ledger.account_not_found": {
		Sentence: "科目表中没有此科目",
		Cases:    []string{"{account}"},
	},
	"ledger.format_unknown": {
		Sentence: "账簿只能导出为 hledger 或 csv",
		Cases:    []string{"{format}"},
	},
	"ledger.already_reversed": {
		Sentence: "该凭证已经红冲",
		Cases:    []string{"{claim} 第 {payment} 号付款", "凭证 {journal}"},
	},
	"ledger.date_out_of_range": {
		Sentence: "该日早于共保体首个协议，或晚于已发生的业务日",
		Remedy:   "请使用首个协议生效日至今天之间的日期",
	},
}
