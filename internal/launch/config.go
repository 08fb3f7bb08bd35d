package launch

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"gongbao/internal/clock"
	"gongbao/internal/identity"
	"gongbao/internal/pg"
)

// setting is one thing that can be configured: by a flag, else by an environment variable, else as it stands here.
type setting struct {
	flag, Env, fallback, help string
	secret                    bool
	Value                     *string
}

// Config is how this process is set up. Addresses and passwords come by environment; flags win over it.
type Config struct {
	Data         string
	documents    string
	Database     string
	migrate      string
	Pools        string
	migratePools string
	Brokers      string
	kafkaTLS     string
	kafkaCA      string
	kafkaCert    string
	kafkaKey     string
	kafkaSASL    string
	kafkaUser    string
	kafkaSecret  string
	Replicas     string
	HTTP         string
	tlsCert      string
	tlsKey       string
	proxy        string
	Metrics      string
	issuer       string
	audience     string
	clients      string
	life         string
	orgClaim     string
	rolesClaim   string
	traces       string
	service      string
	token        string
	As           string
	logLevel     string
	logFormat    string

	limitTexts [limitCount]string // of the doors; limits.go

	Clock clock.Clock // the machine's when nil
}

// Time is the clock that everything runs by.
func (c *Config) Time() clock.Clock {
	if c.Clock == nil {
		return clock.System{}
	}
	return c.Clock
}

// Settings are all that can be configured.
func (c *Config) Settings() []setting {
	return slices.Concat(c.stores(), c.doors(), c.limitSettings())
}

// stores are the settings of where things are kept.
func (c *Config) stores() []setting {
	return []setting{
		{
			"data", "GONGBAO_DATA", "",
			"folder of the embedded Postgres and Kafka; the user's data folder when empty", false, &c.Data,
		},
		{
			"documents", "DOCUMENTS_DIR", "",
			"folder of the claims' documents, shared by all services on one database; in the data folder when empty",
			false, &c.documents,
		},
		{
			"database-url", "DATABASE_URL", "", "Postgres, the application's login; embedded when empty", true,
			&c.Database,
		},
		{
			"migrate-database-url", "MIGRATE_DATABASE_URL", "",
			"Postgres, the owner's login; the application's when empty", true, &c.migrate,
		},
		{
			"pool-databases", "POOL_DATABASES", "",
			"POOL=postgres://… of pools that live in another database, separated by spaces; POOL=embedded starts one", true,
			&c.Pools,
		},
		{
			"migrate-pool-databases", "MIGRATE_POOL_DATABASES", "",
			"the same for the owner's login; the application's when empty", true, &c.migratePools,
		},
		{
			"kafka-brokers", "KAFKA_BROKERS", "", "host:port, separated by commas; embedded when empty", false,
			&c.Brokers,
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
			"copies of the topic; 0 is three, or as many as there are brokers", false, &c.Replicas,
		},
	}
}

// doors are the settings of how the program is spoken to, and how it speaks.
func (c *Config) doors() []setting {
	return []setting{
		{"http", "HTTP_ADDRESS", "127.0.0.1:8080", "host:port the API listens on", false, &c.HTTP},
		{
			"http-cert", "HTTP_CERT_FILE", "", "PEM file of the API's certificate; plain HTTP when empty", false,
			&c.tlsCert,
		},
		{"http-key", "HTTP_KEY_FILE", "", "PEM file of the certificate's key", false, &c.tlsKey},
		{
			"http-behind-proxy", "HTTP_BEHIND_PROXY", "false",
			"true when callers come through a proxy that speaks TLS; without that or a certificate loopback only",
			false, &c.proxy,
		},
		{
			"metrics", "METRICS_ADDRESS", "127.0.0.1:8081",
			"host:port of /metrics and profiles, which ask for no token; nowhere when empty", false, &c.Metrics,
		},
		{
			"oidc-issuer", "OIDC_ISSUER", "",
			"OpenID provider whose tokens are taken; our own tokens, on loopback only, when empty", false, &c.issuer,
		},
		{"oidc-audience", "OIDC_AUDIENCE", identity.OwnAudience, "audience the tokens must be for", false, &c.audience},
		{
			"oidc-clients", "OIDC_CLIENTS", "",
			"clients (azp) whose tokens are taken, separated by commas; the audience alone when empty", false, &c.clients,
		},
		{"oidc-token-life", "OIDC_TOKEN_LIFE", "24h", "longest life of a token (exp less iat)", false, &c.life},
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
			"as", "GONGBAO_AS", "",
			"who asks: NAME@ORGANISATION:ROLE,ROLE; for the API's commands, import and token", false, &c.As,
		},
		{"log-level", "LOG_LEVEL", "info", "debug, info, warn or error", false, &c.logLevel},
		{"log-format", "LOG_FORMAT", "text", "text or json", false, &c.logFormat},
	}
}

// Bind makes the flags, with the environment as their defaults.
func (c *Config) Bind(flags *pflag.FlagSet) {
	for _, s := range c.Settings() {
		fallback := s.fallback
		if value, set := os.LookupEnv(s.Env); set {
			fallback = value
		}
		*s.Value = fallback
		if s.flag == "" {
			continue
		}
		flags.StringVar(s.Value, s.flag, fallback, s.help+" ["+s.Env+"]")
		flags.Lookup(s.flag).DefValue = s.fallback // help shows what stands here, never what the environment holds
	}
}

// Shown is a setting's value as it may be printed: of an address only what is known to be no secret.
func (s setting) Shown() string {
	value := *s.Value
	switch {
	case value == "":
		return ""
	case s.secret && s.flag == "":
		return "(set)"
	case s.secret && strings.HasSuffix(s.flag, "pool-databases"):
		return shownPlaces(s.Env, value)
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
		if address != EmbeddedPlace {
			address = pg.Shown(address)
		}
		shown[i] = place.pool + "=" + address
	}
	return strings.Join(shown, " ")
}

// Shown are the settings by name, without secrets.
func (c *Config) Shown() map[string]string {
	values := map[string]string{"postgres": c.PostgresKind(), "kafka": c.KafkaKind()}
	for _, s := range c.Settings() {
		values[strings.ToLower(s.Env)] = s.Shown()
	}
	return values
}

// PostgresKind says whose the database is: embedded or external.
func (c *Config) PostgresKind() string {
	if c.Database == "" {
		return "embedded"
	}
	return "external"
}

// KafkaKind says whose the broker is: embedded or external.
func (c *Config) KafkaKind() string {
	if c.Brokers == "" {
		return "embedded"
	}
	return "external"
}
