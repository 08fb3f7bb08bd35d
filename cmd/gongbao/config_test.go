package main

import (
	"bytes"
	"strings"
	"testing"
)

// Whatever a setting holds, neither config nor help nor an error prints a part of a secret in it.
func TestConfigPrintsNoSecret(t *testing.T) {
	const secret = "s3cret"
	for env, value := range map[string]string{
		"DATABASE_URL":           "postgres://app:" + secret + " x@db/gongbao",
		"MIGRATE_DATABASE_URL":   "postgres://app:1/" + secret + "@db/x",
		"POOL_DATABASES":         "IC=postgres://u:" + secret + "@a,b/x OE=embedded LH=postgres://u:2#" + secret + "@c/y",
		"MIGRATE_POOL_DATABASES": "postgres://u:" + secret + " @c/y", "KAFKA_PASSWORD": secret, "GONGBAO_TOKEN": secret,
		"KAFKA_BROKERS": "user:" + secret + "@broker:9092", "GONGBAO_SERVER": "https://u:" + secret + "@gongbao",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "https://u:" + secret + "@otlp", "OIDC_ISSUER": "https://u:" + secret + "@issuer",
	} {
		t.Setenv(env, value)
	}
	for _, args := range [][]string{
		{"config"}, {"config", "--json"}, {"--help"}, {"verify"}, {"verify", "--pool-databases", ""},
	} {
		root := newRoot()
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetErr(&out)
		root.SetArgs(args)
		err := root.ExecuteContext(t.Context())
		if strings.Contains(out.String(), secret) || err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%v: %s %v", args, out.String(), err)
		}
		if args[0] == "config" && !strings.Contains(out.String(), "IC=postgres://u@a:5432,b:5432/x OE=embedded") {
			t.Errorf("%v shows too little: %s", args, out.String())
		}
	}
}
