package apicli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gongbao/internal/wire"
	"gongbao/internal/words"
)

// Flags every command has beside its own.
const (
	flagBody    = "body"
	flagJSON    = "json"
	flagOutput  = "output"
	flagAll     = "all"
	flagColumns = "columns"
	flagLong    = "long"
)

// flagKey is the flag of the header Idempotency-Key, and flagKeyShort what it may be written as where nothing else is.
const (
	flagKey      = "idempotency-key"
	flagKeyShort = "key"
)

// command is the operation as a command.
func (op *operation) command(options Options) *cobra.Command {
	c := &call{operation: op, options: options, params: map[string]*value{}, members: map[string]*value{}}
	line := []string{op.verb()}
	for _, place := range op.places {
		line = append(line, strings.ToUpper(place.Name))
	}
	if len(op.upload) > 0 {
		line = append(line, "FILE")
	}
	command := &cobra.Command{
		Use: strings.Join(line, " "), Short: op.Summary,
		Long:              op.Summary + ".\n\n" + op.Description + "\n" + op.Method + " " + op.Path,
		Args:              exactly(line[1:]),
		ValidArgsFunction: op.completeArgs,
		RunE:              c.run,
	}
	c.bind(command)
	command.Example = op.example(line)
	return command
}

// exactly wants a word for each place, and names the places where there are more or fewer.
func exactly(places []string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if len(args) == len(places) {
			return nil
		}
		wanted := "no word"
		if len(places) > 0 {
			wanted = strings.Join(places, " ")
		}
		return fmt.Errorf("%s takes %s, and %s there", command.CommandPath(), wanted,
			words.Counted(len(args), "word is", "words are"))
	}
}

// completeArgs offers files only where a file is asked for.
func (op *operation) completeArgs(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(op.upload) > 0 && len(args) == len(op.places) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

func (c *call) bind(command *cobra.Command) {
	flags := command.Flags()
	flags.SortFlags = false
	for _, f := range c.fields {
		c.members[f.name] = c.flag(command, flagName(f.name), &value{schema: f.schema, repeated: f.repeated},
			usage(f.schema.Description, f.schema, f.needed))
	}
	for _, p := range c.operation.options {
		name := flagName(p.Name)
		if flags.Lookup(name) != nil {
			name = flagName(p.In + "_" + p.Name)
		}
		c.params[p.Name] = c.flag(command, name, &value{schema: p.Schema}, usage(p.Description, p.Schema, p.Required))
	}
	if flags.Lookup(flagKey) != nil && flags.Lookup(flagKeyShort) == nil {
		flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
			if name == flagKeyShort {
				name = flagKey
			}
			return pflag.NormalizedName(name)
		})
	}
	if c.body != nil {
		flags.StringVar(&c.whole, flagBody, "", "the whole body: JSON, @FILE or - for standard input; flags win over it")
	}
	if c.pages() {
		flags.BoolVar(&c.all, flagAll, false, "follow the pages to the end")
	}
	if c.lists {
		flags.BoolVarP(&c.long, flagLong, "l", false, "every item in full, with its parts, not a table")
		flags.StringSliceVar(&c.columns, flagColumns, nil, "columns of the table, by their names in the JSON")
	}
	flags.BoolVar(&c.asJSON, flagJSON, false, "print the answer as JSON")
	flags.StringVarP(&c.output, flagOutput, "o", "", "write the answer to this file")
}

func (c *call) flag(command *cobra.Command, name string, v *value, help string) *value {
	if v.repeated {
		help = strings.TrimSpace(help + " (may be given several times)")
	}
	flag := command.Flags().VarPF(v, name, "", help)
	if v.Type() == "boolean" {
		flag.NoOptDefVal = "true"
	}
	if allowed := choices(v.schema); len(allowed) > 0 {
		_ = command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(allowed, cobra.ShellCompDirectiveNoFileComp))
	}
	return v
}

// example is a line that shows what is needed.
func (op *operation) example(places []string) string {
	line := append([]string{"gongbao", op.Tags[0]}, places...)
	for _, f := range op.fields {
		if f.needed {
			line = append(line, "--"+flagName(f.name)+separator(f.schema)+quoted(example(f.name, f.schema)))
		}
	}
	return "  " + strings.Join(line, " ")
}

// separator of a flag and its value: a flag that needs no value takes one only after "=".
func separator(schema *huma.Schema) string {
	if schema.Type == huma.TypeBoolean {
		return "="
	}
	return " "
}

// run sends the request and shows the answer.
func (c *call) run(command *cobra.Command, args []string) error {
	asked, err := c.request(command, args)
	if err != nil {
		return c.options.Misused(err)
	}
	ctx := command.Context()
	connection, err := c.options.Connect(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()
	answer, err := c.ask(ctx, connection, asked)
	if err != nil {
		return err
	}
	target, done, err := c.target(command)
	if err != nil {
		return c.options.Misused(err)
	}
	if err := readable(answer.media, isTerminal(target)); err != nil {
		return c.options.Misused(errors.Join(err, done()))
	}
	err = errors.Join(c.show(target, command.ErrOrStderr(), answer), done())
	if err == nil && c.output != "" {
		fmt.Fprintln(command.ErrOrStderr(), "written:", c.output)
	}
	return err
}

// target is where the answer goes.
func (c *call) target(command *cobra.Command) (io.Writer, func() error, error) {
	if c.output == "" {
		return command.OutOrStdout(), func() error { return nil }, nil
	}
	file, err := os.Create(c.output)
	if err != nil {
		return nil, nil, err
	}
	return file, file.Close, nil
}

// request builds what is sent from what was given, and names everything that is missing at once.
func (c *call) request(command *cobra.Command, args []string) (*request, error) {
	r := &request{method: c.Method, path: c.Path, query: map[string]string{}, header: map[string]string{}}
	for i, place := range c.places {
		r.path = fillPlace(r.path, place.Name, args[i])
	}
	for _, p := range c.operation.options {
		v, known := c.params[p.Name]
		switch {
		case !known || !given(command, v):
		case p.In == "query":
			r.query[p.Name] = v.text
		default:
			r.header[p.Name] = v.text
		}
	}
	if len(c.upload) > 0 {
		return r, c.attach(r, command.InOrStdin(), args[len(args)-1])
	}
	if c.body == nil {
		return r, nil
	}
	return r, c.compose(r, command)
}

// compose builds a JSON body.
func (c *call) compose(r *request, command *cobra.Command) error {
	members := map[string]json.RawMessage{}
	if c.whole != "" {
		text, err := readWhole(c.whole, command.InOrStdin())
		if err != nil {
			return fmt.Errorf("--%s: %w", flagBody, err)
		}
		if err := wire.Check(text); err != nil { // what is read here and written again would look good to the service
			return fmt.Errorf("--%s is not taken: %w", flagBody, err)
		}
		if err := json.Unmarshal(text, &members); err != nil {
			return fmt.Errorf("--%s is no JSON object: %w", flagBody, err)
		}
	}
	var missing []string
	for _, f := range c.fields {
		if v := c.members[f.name]; given(command, v) {
			members[f.name] = v.raw
		} else if _, there := members[f.name]; f.needed && !there {
			missing = append(missing, "--"+flagName(f.name))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("give %s", strings.Join(missing, ", "))
	}
	if len(members) == 0 && !c.RequestBody.Required {
		return nil
	}
	body, err := json.Marshal(members)
	r.body, r.media = body, mediaJSON
	return err
}

// given says whether a flag was given.
func given(command *cobra.Command, v *value) bool {
	set := false
	command.Flags().Visit(func(flag *pflag.Flag) { set = set || flag.Value == pflag.Value(v) })
	return set
}

func readWhole(text string, stdin io.Reader) ([]byte, error) {
	if text == "-" {
		return io.ReadAll(stdin)
	}
	if name, file := strings.CutPrefix(text, "@"); file {
		return os.ReadFile(name)
	}
	return []byte(text), nil
}

// attach sends a file as it is; its name says of which media type it is.
func (c *call) attach(r *request, stdin io.Reader, name string) error {
	var err error
	if name == "-" {
		r.body, err = io.ReadAll(stdin)
	} else {
		r.body, err = os.ReadFile(name)
	}
	r.media = mediaOf(name)
	if !slices.Contains(c.upload, r.media) {
		r.media = c.upload[0]
	}
	return err
}
