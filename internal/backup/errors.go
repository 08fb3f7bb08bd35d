package backup

import "gongbao/internal/fault"

// What is refused when a backup is taken.
var (
	ErrFileExists = fault.New(fault.Conflict, "backup.file_exists", "the file is there; a backup replaces nothing",
		"{path}")
	ErrDatabaseEmpty = fault.New(fault.Conflict, "backup.database_empty", "the database holds no book")
	ErrNotRestorable = fault.New(fault.Conflict, "backup.not_restorable",
		"restore would refuse what is in the database, so no backup is taken of it",
		"no migration makes the table {table}; move it to a schema of its own",
		"the book does not verify: {finding}",
		"{pool} has {positions} positions, {fit} with an event of their hash")
	ErrDocumentMissing = fault.New(fault.Unavailable, "backup.document_missing",
		"a document that a claim names is not as it was filed",
		"{document} has {bytes} bytes, and had {filed_bytes}")
)

// What is refused of a file, in the order of checking.
var (
	ErrNoBackup = fault.New(fault.Invalid, "backup.no_backup", "the file is no backup of gongbao",
		"{path}")
	ErrTruncated = fault.New(fault.Invalid, "backup.truncated", "the file ends before its seal",
		"{path} has {size} bytes and no seal behind them")
	ErrAltered = fault.New(fault.Invalid, "backup.altered", "the file is not as it was written",
		"{path} was replaced while it was read")
	ErrFormatUnknown = fault.New(fault.Invalid, "backup.format_unknown", "this program does not know the file's form",
		"the file has form {form}, this program knows those up to {known}")
	ErrMalformed = fault.New(fault.Invalid, "backup.malformed", "the file's contents do not agree with its manifest",
		"{late} comes after the manifest",
		"the table {table} has {rows} rows, {bytes} bytes, SHA-256 {digest}; the manifest says {wanted_rows}, "+
			"{wanted_bytes}, {wanted_digest}",
		"the documents are {found}; the manifest says {wanted}", "{found} comes where {wanted_entry} should",
		"{entry}", "the table {table} has {lines} lines and {rows} rows",
		"{no_document} comes where a document should", "{document} has other bytes than its name says",
		"the manifest and {plan} differ")
)

// What is refused when a file is restored, in the order of checking.
var (
	ErrSchemaNewer = fault.New(fault.Invalid, "backup.schema_newer",
		"the backup was taken of a newer schema than this program knows",
		"migration {migration} is not known here")
	ErrRestoreRunning    = fault.New(fault.Conflict, "backup.restore_running", "another restore is at work here")
	ErrRestoreUnfinished = fault.New(fault.Conflict, "backup.restore_unfinished",
		"a restore was begun on this database and has not ended well; what is in it is no book")
	ErrDatabaseNotEmpty = fault.New(fault.Conflict, "backup.database_not_empty",
		"the database is not empty; a backup is restored only into an empty one",
		"the schema {schema} has {relations} relations")
	ErrNotRestored = fault.New(fault.Internal, "backup.not_restored",
		"what was restored is not what the manifest says, or does not verify",
		"the book does not verify: {finding}",
		"the backup does not have the table {table} as its migrations make it",
		"the pools are {pools}; the manifest says {wanted}",
		"{pool} has {positions} positions, {fit} with an event of their hash")
)
