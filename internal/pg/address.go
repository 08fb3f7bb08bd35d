package pg

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// errAddress stands for whatever is wrong with an address: what the parser says of it repeats parts of it, and where
// it could not be read nobody knows which part is the password.
var errAddress = errors.New("the database address cannot be read; it is of the form " +
	"postgres://user:password@host:port/database, with %40, %2F, %3F, %23 and %25 for @, /, ?, # and % in a password")

// Unreadable is what is shown of an address of which nobody can tell what in it is secret.
const Unreadable = "(set, cannot be read)"

// parseAddress reads an address as pgx does. It refuses with errAddress, and also where pgx would take the rest of a
// password that holds an @, a slash or the like for a host or a database, which it prints when it cannot connect.
func parseAddress(address string) (*pgx.ConnConfig, error) {
	if _, behind, is := strings.Cut(address, "://"); is {
		at, end := strings.LastIndex(behind, "@"), strings.IndexAny(behind, "/?#")
		if strings.Count(behind, "@") > 1 || end >= 0 && at > end {
			return nil, errAddress
		}
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errAddress
	}
	return config, nil
}

// parts are what an address may show: names of hosts, folders of sockets, users and databases.
var parts = regexp.MustCompile(`^[\p{L}\p{N}_./:%-]*$`)

// known are the settings of a session that an address may name; an unquoted blank in a password makes up others.
var known = []string{
	"application_name", "client_encoding", "datestyle", "options", "search_path", "standard_conforming_strings",
	"timezone",
}

// Shown is an address of Postgres as it may be printed: host, port, database and user, as pgx reads them, and nothing
// else of it. What cannot be read, or holds in these places what no name does, is Unreadable.
func Shown(address string) string {
	config, err := parseAddress(address)
	if err != nil {
		return Unreadable
	}
	for name := range config.RuntimeParams {
		if !slices.Contains(known, strings.ToLower(name)) && !strings.HasPrefix(name, "pool_") {
			return Unreadable
		}
	}
	at := func(host string, port uint16) string { return net.JoinHostPort(host, strconv.Itoa(int(port))) }
	hosts := []string{at(config.Host, config.Port)}
	for _, other := range config.Fallbacks {
		if host := at(other.Host, other.Port); !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	for _, part := range append(hosts, config.User, config.Database) {
		if !parts.MatchString(strings.NewReplacer("[", "", "]", "").Replace(part)) {
			return Unreadable
		}
	}
	user := config.User
	if user != "" {
		user += "@"
	}
	if strings.HasPrefix(config.Host, "/") { // the folder of a socket
		return fmt.Sprintf("postgres://%s/%s?host=%s&port=%d", user, config.Database, config.Host, config.Port)
	}
	return "postgres://" + user + strings.Join(hosts, ",") + "/" + config.Database
}
