package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gongbao/internal/clock"
	"gongbao/internal/identity"
	"gongbao/internal/pg"
)

// setting is one thing that can be configured: by a flag, else by an environment variable, else as it stands here.
type setting struct {
	flag, env, fallback, help string
	secret                    bool
	value                     *string
}

// config is how this process is set up. Addresses and passwords come by environment; flags win over it.
type config struct {
	data         string
	documents    string
	database     string
	migrate      string
	pools        string
	migratePools string
	brokers      string
	kafkaTLS     string
	kafkaCA      string
	kafkaCert    string
	kafkaKey     string
	kafkaSASL    string
	kafkaUser    string
	kafkaSecret  string
	replicas     string
	http         string
	tlsCert      string
	tlsKey       string
	issuer       string
	audience     string
	orgClaim     string
	rolesClaim   string
	traces       string
	service      string
	token        string
	as           string
	logLevel     string
	logFormat    string

	limitTexts [limitCount]string // of the doors; limits.go

	clock clock.Clock // the machine's when nil
}

func (c *config) time() clock.Clock {
	if c.clock == nil {
		return clock.System{}
	}
	return c.clock
}

func (c *config) settings() []setting {
	return slices.Concat(c.stores(), c.doors(), c.limitSettings())
}

// stores are the settings of where things are kept.
func (c *config) stores() []setting {
	return []setting{
		{
			"data", "GONGBAO_DATA", "",
			"folder of the embedded Postgres and Kafka; the user's data folder when empty", false, &c.data,
		},
		{
			"documents", "DOCUMENTS_DIR", "",
			"folder of the claims' documents, shared by all services on one database; in the data folder when empty",
			false, &c.documents,
		},
		{
			"database-url", "DATABASE_URL", "", "Postgres, the application's login; embedded when empty", true,
			&c.database,
		},
		{
			"migrate-database-url", "MIGRATE_DATABASE_URL", "",
			"Postgres, the owner's login; the application's when empty", true, &c.migrate,
		},
		{
			"pool-databases", "POOL_DATABASES", "",
			"POOL=postgres://… of pools that live in another database, separated by spaces; POOL=embedded starts one", true,
			&c.pools,
		},
		{
			"migrate-pool-databases", "MIGRATE_POOL_DATABASES", "",
			"the same for the owner's login; the application's when empty", true, &c.migratePools,
		},
		{
			"kafka-brokers", "KAFKA_BROKERS", "", "host:port, separated by commas; embedded when empty", false,
			&c.brokers,
		},
		{"kafka-tls", "KAFKA_TLS", "false", "true to speak TLS to Kafka", false, &c.kafkaTLS},
		{
			"kafka-ca", "KAFKA_CA_FILE", "", "PEM file of the authority that signed the brokers' certificates", false,
			&c.kafkaCA,
		},
		{"kafka-cert", "KAFKA_CERT_FILE", "", "PEM file of the client's certificate", false, &c.kafkaCert},
		{"kafka-key", "KAFKA_KEY_FILE", "", "PEM file of the client's key", false, &c.kafkaKey},
		{"kafka-sasl", "KAFKA_SASL", "", "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512", false, &c.kafkaSASL},
		{"kafka-user", "KAFKA_USER", "", "user for SASL", false, &c.kafkaUser},
		{"", "KAFKA_PASSWORD", "", "password for SASL; by environment only", true, &c.kafkaSecret},
		{
			"kafka-replicas", "KAFKA_REPLICAS", "0",
			"copies of the topic; 0 is three, or as many as there are brokers", false, &c.replicas,
		},
	}
}

// doors are the settings of how the program is spoken to, and how it speaks.
func (c *config) doors() []setting {
	return []setting{
		{"http", "HTTP_ADDRESS", "127.0.0.1:8080", "host:port the API listens on", false, &c.http},
		{
			"http-cert", "HTTP_CERT_FILE", "", "PEM file of the API's certificate; plain HTTP when empty", false,
			&c.tlsCert,
		},
		{"http-key", "HTTP_KEY_FILE", "", "PEM file of the certificate's key", false, &c.tlsKey},
		{
			"oidc-issuer", "OIDC_ISSUER", "",
			"OpenID provider whose tokens are taken; our own tokens, on loopback only, when empty", false, &c.issuer,
		},
		{"oidc-audience", "OIDC_AUDIENCE", identity.OwnAudience, "audience the tokens must be for", false, &c.audience},
		{
			"oidc-organisation-claim", "OIDC_ORGANISATION_CLAIM", identity.OrganisationClaim,
			"claim with member:CODE, manager, regulator or operator", false, &c.orgClaim,
		},
		{"oidc-roles-claim", "OIDC_ROLES_CLAIM", identity.RolesClaim, "claim with the roles", false, &c.rolesClaim},
		{
			"otlp-endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT", "",
			"address of an OTLP/HTTP collector for traces; no traces when empty", false, &c.traces,
		},
		{
			"server", "GONGBAO_SERVER", "",
			"address of the service that the API's commands ask; they open the house themselves when empty", false, &c.service,
		},
		{"", "GONGBAO_TOKEN", "", "bearer token for that service; by environment only", true, &c.token},
		{
			"as", "GONGBAO_AS", "", "who asks: NAME@ORGANISATION:ROLE,ROLE; for the API's commands and token", false, &c.as,
		},
		{"log-level", "LOG_LEVEL", "info", "debug, info, warn or error", false, &c.logLevel},
		{"log-format", "LOG_FORMAT", "text", "text or json", false, &c.logFormat},
	}
}

// bind makes the flags, with the environment as their defaults.
func (c *config) bind(flags *pflag.FlagSet) {
	for _, s := range c.settings() {
		fallback := s.fallback
		if value, set := os.LookupEnv(s.env); set {
			fallback = value
		}
		*s.value = fallback
		if s.flag == "" {
			continue
		}
		flags.StringVar(s.value, s.flag, fallback, s.help+" ["+s.env+"]")
		flags.Lookup(s.flag).DefValue = s.fallback // help shows what stands here, never what the environment holds
	}
}

// shown is a setting's value as it may be printed: of an address only what is known to be no secret.
func (s setting) shown() string {
	value := *s.value
	switch {
	case value == "":
		return ""
	case s.secret && s.flag == "":
		return "(set)"
	case s.secret && strings.HasSuffix(s.flag, "pool-databases"):
		return shownPlaces(s.env, value)
	case s.secret:
		return pg.Shown(value)
	case strings.Contains(value, "@") && s.flag != "as": // a password has no place in it, and may be there
		return pg.Unreadable
	default:
		return value
	}
}

// shownPlaces are the databases of pools as they may be printed.
func shownPlaces(setting, value string) string {
	places, err := parsePlaces(setting, value)
	if err != nil {
		return pg.Unreadable
	}
	shown := make([]string, len(places))
	for i, place := range places {
		address := place.address
		if address != embeddedPlace {
			address = pg.Shown(address)
		}
		shown[i] = place.pool + "=" + address
	}
	return strings.Join(shown, " ")
}

func newConfigCommand(c *config) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use: "config", Short: "Print the configuration without secrets", Args: cobra.NoArgs,
		Example: "  gongbao config\n  DATABASE_URL=postgres://app@db/gongbao gongbao config --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return printJSON(cmd.OutOrStdout(), c.shown())
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, s := range c.settings() {
				fmt.Fprintf(table, "%s\t%s\n", s.env, s.shown())
			}
			fmt.Fprintf(table, "\npostgres\t%s\nkafka\t%s\n", c.postgresKind(), c.kafkaKind())
			return table.Flush()
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return command
}

func (c *config) shown() map[string]string {
	values := map[string]string{"postgres": c.postgresKind(), "kafka": c.kafkaKind()}
	for _, s := range c.settings() {
		values[strings.ToLower(s.env)] = s.shown()
	}
	return values
}

func (c *config) postgresKind() string {
	if c.database == "" {
		return "embedded"
	}
	return "external"
}

func (c *config) kafkaKind() string {
	if c.brokers == "" {
		return "embedded"
	}
	return "external"
}
