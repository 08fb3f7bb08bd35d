package words

// refusalsChinese says what each refusal means, and where it helps what to do. The first word of a code tells the file:
//
//	insurance                            refusals_insurance_chinese.go
//	claims                               refusals_claims_chinese.go
//	coinsurance, ledger                  refusals_zone_chinese.go
//	backup, embedded, kafka, outbox, pg  refusals_house_chinese.go
//	any other                            here
var refusalsChinese = refusals(doorChinese, zoneChinese, insuranceChinese, claimsChinese, houseChinese)

// doorChinese is what a request is refused for before a wing sees it.
var doorChinese = map[string]Refusal{
	"httpapi.no_such_route": {Sentence: "没有这个接口；全部接口见 /docs"},
	"httpapi.too_many_requests": {
		Sentence: "请求过多，请稍后再试",
		Cases:    []string{"{reason}"},
	},
	"httpapi.too_large": {
		Sentence: "请求内容超过此接口允许的大小",
		Cases:    []string{"最多 {bytes} 字节"},
	},
	"httpapi.media_type": {
		Sentence: "此接口只接受 application/json",
		Cases:    []string{"内容应原样发送，不应编码为 {coding}", "内容声明的类型为 {type}"},
	},
	"httpapi.too_slow": {Sentence: "请求内容传输过慢"},
	"httpapi.request_invalid": {
		Sentence: "请求不符合接口说明",
		Cases:    []string{"内容不被接受：{reason}", "内容在 {bytes} 字节后中断", "文字中含有不允许的字符（{sqlstate}）"},
	},
	"httpapi.if_match_invalid": {
		Sentence: "If-Match 应为 ETag 给出的带引号的版本号",
		Cases:    []string{"{header}"},
	},
	"httpapi.timeout":  {Sentence: "处理超时，未保留任何半成品", Remedy: "请用同一 Idempotency-Key 重新提交"},
	"httpapi.internal": {Sentence: "系统内部错误，已记录日志", Remedy: "请将请求编号告知系统运维"},
	"access.forbidden": {
		Sentence: "此人无权进行该操作",
		Cases: []string{
			"{person} 不是 {organisations} 的 {role}",
			"{person} 不是 {kinds} 的 {role}",
			"{person} 不得查看 {member} 的账簿",
			"{person} 不得查看{unseen}",
			"{operation} 仅限 {permitted}",
			"{person} 不得查看 {unseen_of} 的赔案",
			"{person} 未参与共保体 {pool}",
			"{organisation} 不是共保体 {pool} 的成员",
			"{proposer} 提出了此版本，须由第二人接受",
			"保单 {policy} 的明细表只供首席承保人或出单公司查看",
			"{stranger} 所属机构类别未知",
		},
		Remedy: "请由具备该权限的人员登录办理",
	},
	"access.maker_is_checker": {
		Sentence: "同一人不得既经办又复核，须由经办人以外的第二人办理",
		Cases:    []string{"{person}", "{person} {made}，{step}须由他人办理"},
		Remedy:   "请由同权限的其他同事办理",
	},
	"access.second_person_needed": {
		Sentence: "此事不得由一人决定，须经第二人复核同意",
		Cases: []string{
			"{organisation} 未就险种 {line} 为 {role} 设定授权限额，{person} 不得独自动用 {amount}",
		},
		Remedy: "请同事复核同意，或由两人设定授权限额",
	},
	"access.authority_exceeded": {
		Sentence: "金额超过此人的授权限额",
		Cases: []string{
			"{person} 作为 {role}，在险种 {line} 的授权限额为 {limit}，此项为 {amount}；可由 {organisation} 授权限额足够的 {senior_role} 办理",
		},
		Remedy: "请由授权限额更高的人员办理",
	},
	"identity.unknown": {Sentence: "需要有效的访问令牌：由本服务认可的签发方签发，受众和客户端正确，未过期，签发时间不在将来，有效期不超过上限"},
	"identity.keys_unavailable": {
		Sentence: "暂时无法向令牌签发方取得公钥",
		Cases:    []string{"已有 {count} 个请求在等待取得公钥"},
	},
	"identity.claims": {
		Sentence: "令牌未说明此人代表哪个机构、担任何种角色",
		Cases:    []string{"令牌主体 {subject} 不是人员姓名", "{said} 不是机构"},
	},
	"identity.person": {
		Sentence: "人员应写作 姓名@机构:角色,角色",
		Cases:    []string{"{written}", "{role} 不属于角色 {roles}"},
	},
	"idempotency.key_invalid": {Sentence: "幂等键应为 1 至 200 个可见字符，且至少含一个字母或数字"},
	"idempotency.key_reused": {
		Sentence: "此幂等键已用于另一操作",
		Cases:    []string{"{operation}", "{operation}：首次提交的 {fields} 与此次不同"},
		Remedy:   "新的操作请使用新的幂等键",
	},
	"idempotency.key_of_old_form": {
		Sentence: "此幂等键在系统升级前用过，已无法判断是否为同一操作；当时的操作已完成，请查看单据，仍需办理的请用新的幂等键提交",
		Cases:    []string{"{operation}，{recorded}"},
	},
	"imports.not_found": {
		Sentence: "没有此编号的导入任务",
		Cases:    []string{"{id}"},
	},
	"imports.busy": {
		Sentence: "同时进行的导入任务过多",
		Cases:    []string{"正有 {count} 个导入任务在进行或上传"},
		Remedy:   "请待其他任务结束后再提交",
	},
	"imports.failed": {Sentence: "导入因系统错误失败，未写入任何数据"},
	"money.currencies_mixed": {
		Sentence: "不同币种的金额不能相加",
		Cases:    []string{"{operation}"},
	},
	"money.sum_too_large": {
		Sentence: "金额合计超出账簿可记录的范围",
		Cases:    []string{"{operation}", "{text}（最小货币单位）"},
		Remedy:   "请缩小查询范围",
	},
}
