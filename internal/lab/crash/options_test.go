package crash

import (
	"strings"
	"testing"

	"gongbao/internal/lab/tools/cluster"
	"gongbao/internal/relay"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	good := Options{Rounds: 1, Kafka: Embedded, Services: 1}
	for name, test := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"OK embedded":           {func(*Options) {}, ""},
		"OK three brokers":      {func(o *Options) { o.Kafka, o.Cluster = Real, cluster.Options{Brokers: 3} }, ""},
		"OK a step":             {func(o *Options) { o.Steps = []string{relay.StepStampDone} }, ""},
		"Err no rounds":         {func(o *Options) { o.Rounds = 0 }, "0 rounds"},
		"Err too many rounds":   {func(o *Options) { o.Rounds = RoundsMax + 1 }, "10001 rounds"},
		"Err no services":       {func(o *Options) { o.Services = 0 }, "0 services"},
		"Err unknown Kafka":     {func(o *Options) { o.Kafka = "franz" }, `"franz"`},
		"Err two brokers":       {func(o *Options) { o.Kafka, o.Cluster = Real, cluster.Options{Brokers: 2} }, "2 brokers"},
		"Err no step of it":     {func(o *Options) { o.Steps = []string{"lunch"} }, `no step "lunch"`},
		"OK faults of Postgres": {func(o *Options) { o.Faults = []string{FaultConnections, FaultClock} }, ""},
		"Err no such fault":     {func(o *Options) { o.Faults = []string{"lunch"} }, `no fault "lunch"`},
		"Err no broker to fill": {
			func(o *Options) { o.Faults = []string{FaultKafkaDisk} }, "--kafka real",
		},
		"Err no brokers named": {func(o *Options) { o.Kafka = Real }, "0 brokers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := good
			test.change(&options)
			err := options.check()
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestFault(t *testing.T) {
	t.Parallel()
	given := Fault{Step: relay.StepPublishProduced, Times: 3}
	if read, is := ParseFault(given.String()); !is || read != given {
		t.Errorf("%s was read as %+v", given, read)
	}
	for _, text := range []string{"", "publish.produced", "publish.produced:often"} {
		if fault, is := ParseFault(text); is {
			t.Errorf("%q was read as %+v", text, fault)
		}
	}
	given.Hook()(relay.StepStampDone) // another step does no harm
	Fault{}.Hook()(relay.StepStampDone)
}
