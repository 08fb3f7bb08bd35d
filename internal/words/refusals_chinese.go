package words

// refusalsChinese says what each refusal means, and where it helps what to do.
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
			"{person} 不得查看事件",
			"{operation} 仅限 {permitted}",
		},
		Remedy: "请由具备该权限的人员登录办理",
	},
	"access.maker_is_checker": {
		Sentence: "经办人不得复核自己的业务，须由第二人复核",
		Cases:    []string{"{person}"},
		Remedy:   "请由同权限的其他同事复核",
	},
	"access.authority_exceeded": {Sentence: "金额超过此人的授权限额", Remedy: "请由授权限额更高的人员办理"},
	"identity.unknown":          {Sentence: "需要有效的访问令牌：由本服务认可的签发方签发、受众正确且未过期"},
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
		Cases:    []string{"{operation}"},
		Remedy:   "新的操作请使用新的幂等键",
	},
	"idempotency.key_of_old_form": {
		Sentence: "此幂等键在系统升级前用过，已无法判断是否为同一操作；当时的操作已完成，请查看单据，仍需办理的请用新的幂等键提交",
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

// zoneChinese is what the zone, the co-insurance and the book refuse.
var zoneChinese = map[string]Refusal{
	"coinsurance.member_invalid":    {Sentence: "成员公司登记信息有误"},
	"coinsurance.member_exists":     {Sentence: "此代码的成员公司已登记"},
	"coinsurance.pool_invalid":      {Sentence: "共保体设立信息有误"},
	"coinsurance.pool_exists":       {Sentence: "此代码的共保体已存在"},
	"coinsurance.pool_not_found":    {Sentence: "没有此代码的共保体"},
	"coinsurance.pool_closed":       {Sentence: "共保体不承保在该日起保的保单", Remedy: "起保日应在共保体的承保期内"},
	"coinsurance.agreement_invalid": {Sentence: "共保协议内容有误"},
	"coinsurance.share_table_invalid": {
		Sentence: "份额表应有 1 至 64 家成员，每家只出现一次且份额大于零，首席承保人须在其中",
	},
	"coinsurance.shares_not_whole":      {Sentence: "份额合计不等于 100%", Remedy: "请更正份额，使每一列合计为 100%"},
	"coinsurance.member_not_found":      {Sentence: "所列成员公司未登记", Remedy: "请先登记该成员公司"},
	"coinsurance.agreement_overlaps":    {Sentence: "新版本的生效日须晚于此前所有版本"},
	"coinsurance.agreement_exists":      {Sentence: "此版本的协议已存在且内容不同", Remedy: "请以下一个版本号提出"},
	"coinsurance.agreement_not_found":   {Sentence: "没有此版本的共保协议"},
	"coinsurance.agreement_accepted":    {Sentence: "此版本的协议已经接受"},
	"coinsurance.no_agreement_in_force": {Sentence: "该日没有生效的共保协议版本", Remedy: "请提出并接受一个在该日前生效的版本"},
	"coinsurance.not_a_follower":        {Sentence: "只有份额表中的从共保人可以对风险表态"},
	"coinsurance.placement_incomplete": {
		Sentence: "赔偿限额超过首席承保人的权限，且并非所有从共保人都已接受该风险",
		Remedy:   "请未表态的从共保人接受，或降低赔偿限额",
	},
	"coinsurance.capacity_exceeded": {
		Sentence: "某成员或共保体在该风险上将超过承保能力",
		Remedy:   "请降低赔偿限额，或在新版本协议中约定更高的承保能力",
	},
	"coinsurance.limit_invalid":          {Sentence: "授权限额内容有误"},
	"coinsurance.limit_not_found":        {Sentence: "该机构没有此编号的授权限额"},
	"coinsurance.limit_accepted":         {Sentence: "此授权限额已经接受"},
	"coinsurance.bank_details_invalid":   {Sentence: "收款账户信息有误"},
	"coinsurance.bank_details_not_found": {Sentence: "该成员没有此编号的收款账户"},
	"coinsurance.bank_details_decided":   {Sentence: "此收款账户已批准或已驳回"},
	"coinsurance.import_unreadable":      {Sentence: "文件无法读取"},
	"coinsurance.import_refused":         {Sentence: "存在错误行，未导入任何数据", Remedy: "请更正报告所列各行，或选择跳过错误行"},
	"ledger.period_closed":               {Sentence: "该会计月现在不能结账"},
	"ledger.posting_not_allowed":         {Sentence: "该分录违反记账规则"},
	"ledger.account_not_found":           {Sentence: "科目表中没有此科目"},
	"ledger.format_unknown":              {Sentence: "账簿只能导出为 hledger 或 csv"},
	"ledger.already_reversed":            {Sentence: "该凭证已经红冲"},
	"ledger.date_out_of_range": {
		Sentence: "该日早于共保体首个协议，或晚于已发生的业务日",
		Remedy:   "请使用首个协议生效日至今天之间的日期",
	},
}

// insuranceChinese is what policies and premiums are refused for.
var insuranceChinese = map[string]Refusal{
	"insurance.line_not_found":         {Sentence: "没有此代码的险种"},
	"insurance.policy_invalid":         {Sentence: "报价信息有误"},
	"insurance.policy_not_found":       {Sentence: "没有此号码的保单"},
	"insurance.policy_changed":         {Sentence: "保单在您查看之后已变更，请重新读取"},
	"insurance.policy_exists":          {Sentence: "此号码的保单已存在", Remedy: "请更换保单号，或留空由系统编号"},
	"insurance.instalment_back_loaded": {Sentence: "后一期保费不得高于前一期"},
	"insurance.instalments_do_not_sum": {Sentence: "各期保费之和不等于总保费", Remedy: "请更正分期金额或保费"},
	"insurance.catalogue_item_unknown": {Sentence: "目录中没有适用于该保单的此项目", Remedy: "请填写起保日适用版本目录中的项目"},
	"insurance.catalogue_item_exists":  {Sentence: "该版本目录已有此项目且内容不同"},
	"insurance.policy_not_quoted":      {Sentence: "保单已不是报价状态"},
	"insurance.product_rule_broken":    {Sentence: "违反险种规则", Remedy: "请按所列各条规则更正"},
	"insurance.approval_needed": {
		Sentence: "赔偿限额超过此人的授权限额，且尚无第二人核准签单",
		Remedy:   "请由出单公司的高级核保人员核准",
	},
	"insurance.premium_not_received": {
		Sentence: "首期保费（含税）或全部含税保费尚未收到",
		Cases:    []string{"已收 {received}，应收 {asked}"},
		Remedy:   "请先登记已到账的保费，再签单（见费出单）",
	},
	"insurance.policy_not_in_force":  {Sentence: "保单不在有效状态"},
	"insurance.policy_not_cancelled": {Sentence: "保单未退保"},
	"insurance.outside_period":       {Sentence: "生效日不在保险期间内"},
	"insurance.claims_stand": {
		Sentence: "该日或之后出险的赔案尚未了结或已赔付",
		Remedy:   "请改用更晚的退保日，或先将赔案结案或拒赔",
	},
	"insurance.premium_negative":    {Sentence: "累计不含税保费将小于零"},
	"insurance.endorsement_exists":  {Sentence: "此批单号已存在"},
	"insurance.amount_not_positive": {Sentence: "金额必须大于零"},
	"insurance.refund_exceeds_received": {
		Sentence: "退费将超过已收保费", Remedy: "退费不得超过已收金额",
	},
	"insurance.refund_not_owed": {Sentence: "只退还超过含税保费的部分；误录的收费请作红冲"},
	"insurance.cash_not_found":  {Sentence: "该保单没有此编号且可红冲的收费或退费"},
	"insurance.commission_exceeds_accrued": {
		Sentence: "支付的手续费将超过已计提金额", Remedy: "手续费随实收保费计提，支付不得超过已计提金额",
	},
	"insurance.subsidy_state":        {Sentence: "保费补贴不在此操作所需的状态"},
	"insurance.subsidy_rule_unknown": {Sentence: "该险种在当时没有已知的保费补贴规则"},
	"insurance.subsidy_not_eligible": {Sentence: "该保单不符合补贴条件"},
	"insurance.subsidy_exceeded":     {Sentence: "金额超过补贴数额"},
	"insurance.import_unreadable":    {Sentence: "文件无法读取"},
	"insurance.import_refused":       {Sentence: "存在错误行，未导入任何数据", Remedy: "请更正报告所列各行，或选择跳过错误行"},
	"insurance.import_interrupted":   {Sentence: "导入与其他业务冲突，已撤销；请重新导入"},
}

// claimsChinese is what claims are refused for.
var claimsChinese = map[string]Refusal{
	"claims.claim_invalid":   {Sentence: "请求内容有误"},
	"claims.claim_not_found": {Sentence: "没有此号码的赔案"},
	"claims.claim_exists":    {Sentence: "此号码的赔案已存在"},
	"claims.claim_changed":   {Sentence: "赔案在您查看之后已变更，请重新读取"},
	"claims.loss_outside_period": {
		Sentence: "保单不承保该日发生并在彼日提出索赔的损失",
		Remedy:   "请核对出险日，或使用承保该损失的保单",
	},
	"claims.claim_closed":        {Sentence: "赔案已结案、拒赔或注销，请先重开"},
	"claims.claim_open":          {Sentence: "赔案尚未了结"},
	"claims.amount_not_positive": {Sentence: "金额必须大于零"},
	"claims.evidence_missing":    {Sentence: "险种要求的单证既未收到也未免除", Remedy: "请核对已收到的单证，或说明理由后免除"},
	"claims.exceeds_payable": {
		Sentence: "赔款超过保单对该损失应赔付的金额",
		Remedy:   "请降低金额、更正定损，或征求同意作通融赔付",
	},
	"claims.approved_unpaid":          {Sentence: "已核赔金额尚未付清；请先付款，或调低核赔金额"},
	"claims.approval_below_paid":      {Sentence: "核赔金额将低于已付金额"},
	"claims.payment_exceeds_approved": {Sentence: "付款将超过核赔金额", Remedy: "请先提高核赔金额"},
	"claims.third_party_unpaid":       {Sentence: "责任险须在被保险人向第三者赔偿之后，才可向其赔付（《保险法》第六十五条）"},
	"claims.defence_exceeded":         {Sentence: "法律费用将超过抗辩费用项下可赔付的金额"},
	"claims.second_lead_missing":      {Sentence: "第二首席尚未同意此金额", Remedy: "请等待第二首席答复通知"},
	"claims.consent_missing":          {Sentence: "其他成员尚未同意", Remedy: "请征求同意，或等待答复"},
	"claims.notice_not_found":         {Sentence: "该成员没有收到此编号的通知"},
	"claims.notice_answered":          {Sentence: "该通知已答复，或已无需答复"},
	"claims.query_not_found":          {Sentence: "没有此编号的质询，或属于其他成员"},
	"claims.query_not_waiting":        {Sentence: "该质询现在不等待此操作"},
	"claims.conflict_declared":        {Sentence: "不能作此利益冲突声明"},
	"claims.nothing_to_report":        {Sentence: "没有等待报送的事项"},
	"claims.emergency_flagged":        {Sentence: "该赔案已标记为突发事件"},
	"claims.occurrence_exists":        {Sentence: "此代码的事故已存在"},
	"claims.occurrence_not_found":     {Sentence: "共保体没有此代码的事故"},
	"claims.payment_not_found":        {Sentence: "赔案没有此编号的付款"},
	"claims.no_cash_call":             {Sentence: "没有可向成员摊赔的金额"},
	"claims.import_unreadable":        {Sentence: "文件无法读取"},
	"claims.import_refused":           {Sentence: "存在错误行，未导入任何数据", Remedy: "请更正报告所列各行，或选择跳过错误行"},
	"claims.recovery_negative":        {Sentence: "退回的金额将超过已入账的追偿款或损余"},
	"claims.recovery_exceeds_paid":    {Sentence: "追偿款与损余合计将超过已付赔款和理赔费用"},
	"claims.document_invalid":         {Sentence: "该资料不能归档"},
	"claims.document_not_found":       {Sentence: "赔案没有此编号的资料"},
	"claims.document_damaged":         {Sentence: "资料在存储中丢失或被改动，请从备份恢复"},
}
