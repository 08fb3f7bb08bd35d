package pg

import "embed"

//go:embed sql/*.sql
var folder embed.FS

type contractArgs struct{ Contract int }

// named is a table or a type by its name.
type named struct{ Name string }

type inSchema struct{ Schema string }

type waits struct{ Patience string }

type advisory struct{ Lock int32 }

var (
	statements     = Load(folder)
	mayWrite       = SQL[contractArgs](statements, "MayWrite").With(contractArgs{Contract})
	witnessed      = SQL[None](statements, "Witness").With(None{})
	boundLockWaits = SQL[waits](statements, "BoundLockWaits")
	oneSnapshot    = SQL[None](statements, "OneSnapshot")
	hasTable       = SQL[named](statements, "HasTable")
	hasType        = SQL[named](statements, "HasType")
	schemaInUse    = SQL[None](statements, "SchemaInUse")
	applied        = SQL[None](statements, "Applied")
	readableBy     = SQL[None](statements, "ReadableBy")
	writableBy     = SQL[None](statements, "WritableBy")
	ownSearchPath  = SQL[None](statements, "OwnSearchPath")
	bookIn         = SQL[inSchema](statements, "BookIn")
	lockForOne     = SQL[advisory](statements, "LockForOne")
	tryLockForOne  = SQL[advisory](statements, "TryLockForOne")
	unlock         = SQL[advisory](statements, "Unlock")
	columnsOfTable = SQL[named](statements, "ColumnsOf")
)
