package backup

import "gongbao/internal/fault"

// What is refused when a backup is taken.
var (
	ErrFileExists    = fault.New(fault.Conflict, "backup.file_exists", "the file is there; a backup replaces nothing")
	ErrDatabaseEmpty = fault.New(fault.Conflict, "backup.database_empty", "the database holds no book")
	ErrNotRestorable = fault.New(fault.Conflict, "backup.not_restorable",
		"restore would refuse what is in the database, so no backup is taken of it")
	ErrDocumentMissing = fault.New(fault.Unavailable, "backup.document_missing",
		"a document that a claim names is not as it was filed")
)

// What is refused of a file, in the order of checking.
var (
	ErrNoBackup      = fault.New(fault.Invalid, "backup.no_backup", "the file is no backup of gongbao")
	ErrTruncated     = fault.New(fault.Invalid, "backup.truncated", "the file ends before its seal")
	ErrAltered       = fault.New(fault.Invalid, "backup.altered", "the file is not as it was written")
	ErrFormatUnknown = fault.New(fault.Invalid, "backup.format_unknown", "this program does not know the file's form")
	ErrMalformed     = fault.New(fault.Invalid, "backup.malformed", "the file's contents do not agree with its manifest")
)

// What is refused when a file is restored, in the order of checking.
var (
	ErrSchemaNewer = fault.New(fault.Invalid, "backup.schema_newer",
		"the backup was taken of a newer schema than this program knows")
	ErrRestoreRunning    = fault.New(fault.Conflict, "backup.restore_running", "another restore is at work here")
	ErrRestoreUnfinished = fault.New(fault.Conflict, "backup.restore_unfinished",
		"a restore was begun on this database and has not ended well; what is in it is no book")
	ErrDatabaseNotEmpty = fault.New(fault.Conflict, "backup.database_not_empty",
		"the database is not empty; a backup is restored only into an empty one")
	ErrNotRestored = fault.New(fault.Internal, "backup.not_restored",
		"what was restored is not what the manifest says, or does not verify")
)
