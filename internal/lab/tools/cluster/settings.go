package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// logSettings let a broker write to its standard output, which is a file.
const logSettings = `status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1}: %m%n
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
logger.config.name=org.apache.kafka.common.config.AbstractConfig
logger.config.level=warn
`

// settings are those of one broker, which is a controller as well.
//
// Sessions and elections are short, because a broker that was killed is let back in only when its last session has run
// out. Nothing else differs from what a small production cluster would say.
func (b *Broker) settings() string {
	c := b.cluster
	copies, insync := strconv.Itoa(len(c.brokers)), "1"
	if len(c.brokers) > 2 {
		insync = "2"
	}
	voters := make([]string, len(c.brokers))
	for i, other := range c.brokers {
		voters[i] = fmt.Sprintf("%d@%s", other.id, address(other.controllerPort))
	}
	advertised := "CLIENT://" + address(b.clientPort) + ",INTERNAL://" + address(b.internalPort)
	values := map[string]string{
		"process.roles": "broker,controller", "node.id": strconv.Itoa(b.id), "log.dirs": b.Data(),
		"listeners": advertised + ",CONTROLLER://" + address(b.controllerPort), "advertised.listeners": advertised,
		"listener.security.protocol.map": "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"controller.listener.names":      "CONTROLLER", "inter.broker.listener.name": "INTERNAL",
		"controller.quorum.voters": strings.Join(voters, ","),

		"broker.session.timeout.ms": "2000", "broker.heartbeat.interval.ms": "250",
		"initial.broker.registration.timeout.ms": "120000",
		"controller.quorum.election.timeout.ms":  "500", "controller.quorum.fetch.timeout.ms": "2000",
		"controller.quorum.election.backoff.max.ms": "250",

		"auto.create.topics.enable": "false", "unclean.leader.election.enable": "false",
		"default.replication.factor":       copies,
		"offsets.topic.replication.factor": copies, "offsets.topic.num.partitions": "1",
		"transaction.state.log.replication.factor": copies, "transaction.state.log.min.isr": insync,
		"transaction.state.log.num.partitions":             "3",
		"share.coordinator.state.topic.replication.factor": copies, "share.coordinator.state.topic.min.isr": insync,
		"group.initial.rebalance.delay.ms": "0",
	}
	if c.options.Secure {
		maps.Copy(values, c.secureSettings())
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&text, "%s=%s\n", name, values[name])
	}
	return text.String()
}

// secureSettings are SASL over TLS for clients, who show a certificate of their own too, and access lists that allow
// nothing by themselves. Brokers speak among themselves on loopback, and are known as nobody.
func (c *Cluster) secureSettings() map[string]string {
	const module = "org.apache.kafka.common.security."
	return map[string]string{
		"listener.security.protocol.map":               "CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"sasl.enabled.mechanisms":                      "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
		"listener.name.client.ssl.keystore.type":       "PEM",
		"listener.name.client.ssl.truststore.type":     "PEM",
		"listener.name.client.ssl.keystore.location":   c.file("server.pem"),
		"listener.name.client.ssl.truststore.location": c.file("ca.pem"),
		"listener.name.client.ssl.client.auth":         "required",
		"listener.name.client.plain.sasl.jaas.config": fmt.Sprintf(
			`%splain.PlainLoginModule required user_%s="%s" user_%s="%s";`,
			module, adminUser, c.adminPassword, User, c.password),
		"listener.name.client.scram-sha-256.sasl.jaas.config": module + "scram.ScramLoginModule required;",
		"listener.name.client.scram-sha-512.sasl.jaas.config": module + "scram.ScramLoginModule required;",
		"authorizer.class.name":                               "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
		"allow.everyone.if.no.acl.found":                      "false",
		"super.users":                                         "User:ANONYMOUS;User:" + adminUser,
	}
}
