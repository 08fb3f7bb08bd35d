package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"strconv"
	"time"

	"gongbao/internal/fault"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// The ways to say who we are; "" says nothing.
const (
	Plain       = "PLAIN"
	ScramSHA256 = "SCRAM-SHA-256"
	ScramSHA512 = "SCRAM-SHA-512"
)

const (
	dialTimeout        = 5 * time.Second
	transactionTimeout = 30 * time.Second
	metadataAgeMin     = 100 * time.Millisecond
)

// Config says how Kafka is reached. The zero value but for Brokers is a plain connection to a trusted network.
type Config struct {
	Brokers  []string // host:port
	ClientID string   // "gongbao" when empty

	TLS      bool   // also on when one of the files is given
	CAFile   string // PEM; the system's authorities when empty
	CertFile string // PEM; with KeyFile the client's own certificate
	KeyFile  string

	SASL     string // Plain, ScramSHA256, ScramSHA512 or ""
	User     string
	Password string

	Log zerolog.Logger
}

// NewClient opens a client; extra options come after the configured ones. No broker is asked yet. Settings that do
// not fit together are ErrConfigInvalid.
func (c Config) NewClient(extra ...kgo.Opt) (*kgo.Client, error) {
	if len(c.Brokers) == 0 {
		return nil, ErrConfigInvalid.At("brokers", "at least one is needed")
	}
	name := c.ClientID
	if name == "" {
		name = "gongbao"
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(c.Brokers...), kgo.ClientID(name), kgo.WithLogger(logger{c.Log}),
		kgo.DialTimeout(dialTimeout), kgo.MetadataMinAge(metadataAgeMin),
	}
	settings, err := c.tlsConfig()
	if err != nil {
		return nil, err
	}
	if settings != nil {
		options = append(options, kgo.DialTLSConfig(settings))
	}
	mechanism, err := c.mechanism()
	if err != nil {
		return nil, err
	}
	if mechanism != nil {
		options = append(options, kgo.SASL(mechanism))
	}
	client, err := kgo.NewClient(append(options, extra...)...)
	if err != nil {
		return nil, ErrConfigInvalid.From(err)
	}
	return client, nil
}

// NewProducer opens a transactional producer: idempotent, acknowledged by all replicas, writing to the partition each
// record names. Whoever opens the next one with the same id fences this one off.
func (c Config) NewProducer(transactionalID string) (*kgo.Client, error) {
	return c.NewClient(
		kgo.TransactionalID(transactionalID), kgo.TransactionTimeout(transactionTimeout),
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0),
	)
}

func (c Config) tlsConfig() (*tls.Config, error) {
	if !c.TLS && c.CAFile == "" && c.CertFile == "" && c.KeyFile == "" {
		return nil, nil //nolint:nilnil // nil is a plain connection
	}
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile != "" {
		authority, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, ErrConfigInvalid.Case(fault.Args{"authority_file": c.CAFile}).From(err)
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(authority) {
			return nil, ErrConfigInvalid.Case(fault.Args{"file": c.CAFile})
		}
	}
	if c.CertFile != "" || c.KeyFile != "" {
		own, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, ErrConfigInvalid.Case(fault.Args{
				"certificate_file": c.CertFile, "key_file": c.KeyFile,
			}).From(err)
		}
		settings.Certificates = []tls.Certificate{own}
	}
	return settings, nil
}

func (c Config) mechanism() (sasl.Mechanism, error) {
	if c.SASL != "" && (c.User == "" || c.Password == "") {
		return nil, ErrConfigInvalid.Case(fault.Args{"mechanism": c.SASL})
	}
	switch c.SASL {
	case "":
		return nil, nil //nolint:nilnil // nil says nothing to the broker
	case Plain:
		return plain.Auth{User: c.User, Pass: c.Password}.AsMechanism(), nil
	case ScramSHA256:
		return scram.Auth{User: c.User, Pass: c.Password}.AsSha256Mechanism(), nil
	case ScramSHA512:
		return scram.Auth{User: c.User, Pass: c.Password}.AsSha512Mechanism(), nil
	default:
		return nil, ErrConfigInvalid.Case(fault.Args{
			"given": strconv.Quote(c.SASL), "allowed": []string{Plain, ScramSHA256, ScramSHA512},
		})
	}
}
