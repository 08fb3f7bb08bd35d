package cluster

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/tools/volume"
)

// User is whom the program is to a secured cluster; it may do what docs/kafka.md asks for, on every topic whose name
// begins with TopicPrefix.
const (
	User        = "gongbao"
	TopicPrefix = "gongbao."

	adminUser = "admin"
)

const (
	patience  = 5 * time.Minute // for brokers to start, on a machine that has other work
	pause     = 50 * time.Millisecond
	portTries = 5
)

// Options say what cluster is wanted.
type Options struct {
	Brokers int  // 1 when 0; three keep every record twice at least
	Secure  bool // SASL over TLS with certificates on both sides, and access lists; plain when not
	// Small gives every broker a disk of so many bytes, which Broker.Disk can fill; it takes the right to mount.
	Small int64
}

// Cluster is an Apache Kafka of ours. Its data lies in a temporary folder until Close.
type Cluster struct {
	options       Options
	folder        string
	jars, java    string
	id            string
	brokers       []*Broker
	password      string
	adminPassword string
}

// Start makes a cluster and waits until every broker answers.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	for try := 1; ; try++ {
		c, err := Prepare(ctx, options)
		if err != nil {
			return nil, err
		}
		err = c.Raise(ctx)
		if err == nil {
			return c, nil
		}
		c.Close()
		if !errors.Is(err, errPortTaken) || try == portTries {
			return nil, err
		}
	}
}

// Prepare makes a cluster and formats its storage, and starts no broker yet.
func Prepare(ctx context.Context, options Options) (_ *Cluster, err error) {
	if options.Brokers == 0 {
		options.Brokers = 1
	}
	c := &Cluster{options: options, password: secret(), adminPassword: secret()}
	if c.java, err = java(ctx); err != nil {
		return nil, err
	}
	if c.jars, err = Jars(ctx); err != nil {
		return nil, err
	}
	if c.folder, err = os.MkdirTemp("", "gongbao-kafka-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.Close()
		}
	}()
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails: it would end the program
	id[0] &= 0x7f        // as base64 it must not begin with a dash
	c.id = base64.RawURLEncoding.EncodeToString(id)
	ports, err := freePorts(ctx, 3*options.Brokers)
	if err != nil {
		return nil, err
	}
	for i := range options.Brokers {
		c.brokers = append(c.brokers, &Broker{
			cluster: c, id: i + 1, folder: c.file(fmt.Sprintf("broker-%d", i+1)),
			clientPort: ports[3*i], internalPort: ports[3*i+1], controllerPort: ports[3*i+2],
		})
	}
	if options.Secure {
		if err := c.writeCertificates(); err != nil {
			return nil, err
		}
	}
	for _, b := range c.brokers {
		if options.Small == 0 {
			continue
		}
		if b.disk, err = volume.Mount(b.Data(), options.Small); err != nil {
			return nil, err
		}
	}
	work, working := errgroup.WithContext(ctx)
	for _, b := range c.brokers {
		work.Go(func() error { return b.format(working) })
	}
	return c, work.Wait()
}

// Raise starts every broker that does not run and waits until all answer. On a secured cluster the program's user then
// has its rights.
func (c *Cluster) Raise(ctx context.Context) error {
	for _, b := range c.brokers {
		if b.Running() {
			continue
		}
		if err := b.launch(); err != nil {
			return err
		}
	}
	for _, b := range c.brokers {
		if err := b.ready(ctx); err != nil {
			return err
		}
	}
	if !c.options.Secure {
		return nil
	}
	return c.Grant(ctx, User, Rights{Topic: TopicPrefix, Prefixed: true, Write: true, Create: true})
}

// Close ends every broker at once and removes all data. A second call does nothing.
func (c *Cluster) Close() {
	for _, b := range c.brokers {
		b.Kill()
		if b.disk != nil {
			b.disk.Close()
		}
	}
	_ = os.RemoveAll(c.folder)
}

// Brokers are those of the cluster, the first one first.
func (c *Cluster) Brokers() []*Broker { return c.brokers }

// Config is how the program reaches the cluster.
func (c *Cluster) Config() kafka.Config { return c.As(kafka.ScramSHA512, User, c.password) }

// Admin is how somebody reaches the cluster who may do everything.
func (c *Cluster) Admin() kafka.Config { return c.As(kafka.Plain, adminUser, c.adminPassword) }

// As is how a user reaches the cluster. A plain cluster asks nobody who he is.
func (c *Cluster) As(mechanism, user, password string) kafka.Config {
	var config kafka.Config
	for _, b := range c.brokers {
		config.Brokers = append(config.Brokers, b.Address())
	}
	if c.options.Secure {
		config.CAFile, config.CertFile, config.KeyFile = c.file("ca.pem"), c.file("client.pem"), c.file("client-key.pem")
		config.SASL, config.User, config.Password = mechanism, user, password
	}
	return config
}

// Environment is Config in the program's own variables.
func (c *Cluster) Environment() []string {
	config := c.Config()
	return []string{
		"KAFKA_BROKERS=" + strings.Join(config.Brokers, ","), "KAFKA_TLS=" + strconv.FormatBool(c.options.Secure),
		"KAFKA_CA_FILE=" + config.CAFile, "KAFKA_CERT_FILE=" + config.CertFile, "KAFKA_KEY_FILE=" + config.KeyFile,
		"KAFKA_SASL=" + config.SASL, "KAFKA_USER=" + config.User, "KAFKA_PASSWORD=" + config.Password,
	}
}

func (c *Cluster) file(name string) string { return filepath.Join(c.folder, name) }

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func secret() string {
	drawn := make([]byte, 16)
	_, _ = rand.Read(drawn) // never fails: it would end the program
	return hex.EncodeToString(drawn)
}
