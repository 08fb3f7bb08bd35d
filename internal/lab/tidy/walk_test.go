package tidy

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/lab/code"
)

const filesWalkedMax = 6

// machinery is what every recipe runs on: internal/pg, which takes a row into the batch, and internal/idempotency, by
// which a command happens once. It is not walked.
var machinery = []string{"internal/pg", "internal/idempotency"}

// writers are the functions of internal/pg through which every row goes.
var writers = []string{"Queue", "Copy", "Exec"}

// TestAPremiumIsFollowedThroughFewFiles follows a premium from the route that takes it to the rows that are queued for
// it: of the policy, of the journal with its postings, of the splits, and of the event.
//
// The walk begins in the file whose route names the use case: the door calls all use cases by value. From a function it
// goes to each function of ours that it calls, or names so that another calls it, in the order in which they stand,
// wherever a row is queued in the end. What only reads or calculates is a side room, not a stop. Each call from one
// file into another counts as an entry, so a file with two ways in is entered twice, though the functions differ.
func TestAPremiumIsFollowedThroughFewFiles(t *testing.T) {
	t.Parallel()
	packages, err := code.Checked()
	if err != nil {
		t.Fatal(err)
	}
	files, complaints := newWalk(packages).follow("internal/httpapi", "insurance", "ReceivePremium")
	rewrite(t, "docs/life-of-a-premium.md", "a test follows the calls:\n\n```\n", "```\n", strings.Join(files, "\n")+"\n")
	for _, complaint := range complaints {
		t.Error(complaint)
	}
	for _, queued := range []string{"insurance", "ledger", "coinsurance", "internal/outbox"} {
		if !slices.ContainsFunc(files, func(file string) bool { return path.Dir(file) == queued }) {
			t.Errorf("the walk does not come by %s: it has lost its way", queued)
		}
	}
}

// walk goes through the functions of the house.
type walk struct {
	declared map[types.Object]declaration
	queues   map[types.Object]bool // the functions through which a row is queued in the end
	walked   map[types.Object]bool
	entries  []string // files in the order of entry
	told     []string // what is wrong
}

// declaration is a function with the functions of the house that it calls or names, in the order in which they stand.
type declaration struct {
	folder, file string
	called       []types.Object
}

func newWalk(packages map[string]*code.Package) *walk {
	w := &walk{
		declared: map[types.Object]declaration{}, queues: map[types.Object]bool{}, walked: map[types.Object]bool{},
	}
	for _, in := range packages {
		for _, file := range in.Files {
			for _, node := range file.AST.Decls {
				if function, is := node.(*ast.FuncDecl); is && function.Body != nil {
					called := functionsIn(in, function.Body)
					w.declared[in.Info.Defs[function.Name]] = declaration{in.Folder, file.Path, called}
				}
			}
		}
	}
	w.findQueues()
	return w
}

// functionsIn are the functions that a body names.
func functionsIn(in *code.Package, body *ast.BlockStmt) []types.Object {
	var named []types.Object
	for node := range ast.Preorder(body) {
		if name, is := node.(*ast.Ident); is {
			if function, is := in.Info.Uses[name].(*types.Func); is {
				named = append(named, function.Origin())
			}
		}
	}
	return named
}

// findQueues marks the writers, whoever calls them, whoever calls those, and so on.
func (w *walk) findQueues() {
	for object, at := range w.declared {
		w.queues[object] = at.folder == "internal/pg" && slices.Contains(writers, object.Name())
	}
	for found := true; found; {
		found = false
		for object, at := range w.declared {
			if !w.queues[object] && slices.ContainsFunc(at.called, func(o types.Object) bool { return w.queues[o] }) {
				w.queues[object], found = true, true
			}
		}
	}
}

// follow walks from the routes of a door that name a use case. It says which files it came by, and what is wrong with
// them.
func (w *walk) follow(door, wing, useCase string) (files, complaints []string) {
	for _, from := range w.declared {
		for _, called := range from.called {
			if from.folder == door && called.Name() == useCase && called.Pkg().Path() == module+"/"+wing {
				w.enter(from.file, useCase)
				w.step(from.file, called)
			}
		}
	}
	if len(w.entries) > filesWalkedMax {
		w.complain("the walk comes by %d files, at most %d are wanted", len(w.entries), filesWalkedMax)
	}
	return w.entries, w.told
}

// step goes from a file to a function, and on from there.
func (w *walk) step(from string, to types.Object) {
	at := w.declared[to]
	if !w.queues[to] || slices.Contains(machinery, at.folder) {
		return
	}
	if at.file != from {
		w.enter(at.file, to.Name())
	}
	if w.walked[to] {
		return
	}
	w.walked[to] = true
	for _, called := range at.called {
		w.step(at.file, called)
	}
}

func (w *walk) enter(file, by string) {
	if slices.Contains(w.entries, file) {
		w.complain("%s is entered again, by %s", file, by)
		return
	}
	w.entries = append(w.entries, file)
}

func (w *walk) complain(format string, args ...any) {
	w.told = append(w.told, fmt.Sprintf(format, args...))
}

func TestWalkRule(t *testing.T) {
	t.Parallel()
	const (
		queue = "package pg\n\nfunc Queue() {}\n"
		route = "package httpapi\n\nimport \"gongbao/insurance\"\n\n" +
			"func bind() { take(insurance.Receive) }\n\nfunc take(func()) {}\n"
		wing = "package insurance\n\nimport \"gongbao/internal/pg\"\n\nvar _ = pg.Queue\n\n"
	)
	for _, test := range []struct{ name, receive, write, files, complaint string }{
		{"OK", "func Receive() { read(); write() }\n", "func write() { pg.Queue() }\n\nfunc read() {}\n",
			"internal/httpapi/a.go insurance/a.go insurance/b.go", ""},
		{"OK a function that is handed on", "func Receive() { run(write) }\n\nfunc run(func()) {}\n",
			"func write() { pg.Queue() }\n", "internal/httpapi/a.go insurance/a.go insurance/b.go", ""},
		{"OK a side room", "func Receive() { read(); pg.Queue() }\n", "func read() {}\n",
			"internal/httpapi/a.go insurance/a.go", ""},
		{"Err two ways in", "func Receive() { write(); more() }\n",
			"func write() { pg.Queue() }\n\nfunc more() { pg.Queue() }\n",
			"internal/httpapi/a.go insurance/a.go insurance/b.go", "insurance/b.go is entered again, by more"},
		{"Err back again", "func Receive() { write() }\n\nfunc last() { pg.Queue() }\n", "func write() { last() }\n",
			"internal/httpapi/a.go insurance/a.go insurance/b.go", "insurance/a.go is entered again, by last"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			packages := code.Check([]*source{
				snippet(t, "internal/pg/a.go", queue), snippet(t, "internal/httpapi/a.go", route),
				snippet(t, "insurance/a.go", wing+test.receive), snippet(t, "insurance/b.go", wing+test.write),
			})
			files, complaints := newWalk(packages).follow("internal/httpapi", "insurance", "Receive")
			if got := strings.Join(files, " "); got != test.files {
				t.Errorf("the walk is %s, not %s", got, test.files)
			}
			if got := strings.Join(complaints, "; "); got != test.complaint {
				t.Errorf("the complaint is %q, not %q", got, test.complaint)
			}
		})
	}
}
