// Package terraform reads directories of Terraform or OpenTofu configuration
// without running either: it evaluates variables, locals, modules, count,
// for_each and dynamic blocks itself and yields every resource instance, with
// what is only known after apply kept as unknown. The pipeline that assembles
// an estate imports it; other readers do not.
package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Options are the choices a user has about one root module.
type Options struct {
	// VarFiles are paths as given on the command line, relative to the working
	// directory; later files win.
	VarFiles []string
	// Vars maps a variable's name to the raw text given on the command line.
	Vars map[string]string
	// Environment maps a variable's name to the text that the environment
	// gives it (TF_VAR_name). It counts least of all that is given.
	Environment map[string]string
	// MaxInstances bounds what one count or for_each may expand to. Zero
	// means 10,000. All instances of a root together, module instances
	// included, are bounded by twenty times as many.
	MaxInstances int
	// Parsed, when set, keeps parsed modules from root to root.
	Parsed *Parsed
}

const (
	defaultMaxInstances = 10_000
	totalFactor         = 20
)

func (o Options) maxInstances() int {
	if o.MaxInstances > 0 {
		return o.MaxInstances
	}
	return defaultMaxInstances
}

// Read evaluates one root module and yields its resources to sink. base is
// the directory the user named: nothing outside it is read, and locations are
// relative to it. root is the module's directory, absolute or relative to base
// as [FindRoots] returns it.
//
// Whatever is wrong with the configuration itself becomes a Gap. Read returns
// an error only when the root directory cannot be read or ctx is done; what
// the sink took until then stays valid but is not everything.
func Read(ctx context.Context, base, root string, opt Options, sink source.Sink) (err error) {
	t, err := openTree(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.close()
	dir, err := t.rel(root)
	if err != nil {
		return fmt.Errorf("reading root module %s: %w", root, err)
	}
	if err := t.isDir(dir); err != nil {
		return fmt.Errorf("reading root module %s: %w", root, err)
	}

	ev := newEvaluator(ctx, t, dir, opt, sink)
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		var stop stopped
		if e, ok := p.(error); ok && errors.As(e, &stop) {
			if errors.Is(stop.err, errSteps) || errors.Is(stop.err, errOutput) {
				ev.limit(ev.at, stop.err.Error()+"; the rest of it is not assessed")
				return
			}
			err = stop.err
			return
		}
		ev.gap(source.Gap{
			Kind:  "resource",
			What:  fmt.Sprintf("reading stopped inside the evaluator; resources of %s may be missing (%s)", dir, panicPlace()),
			Mend:  "please report this configuration to the project",
			At:    ev.at,
			Fatal: true,
		})
	}()
	ev.run()
	return ctx.Err()
}

// panicPlace names the innermost frame of this package on the panicking
// stack, and nothing of the values involved.
func panicPlace() string {
	const marker = "internal/source/terraform/"
	for line := range strings.SplitSeq(string(debug.Stack()), "\n") {
		_, after, ok := strings.Cut(line, marker)
		if !ok || strings.Contains(line, "terraform.go:") || !strings.Contains(line, ".go:") {
			continue
		}
		place, _, _ := strings.Cut(after, " ")
		return place
	}
	return "unknown place"
}

// tree is the directory the user named. Every file is opened through it, so
// that neither ".." nor a symbolic link leads out.
type tree struct {
	base string // absolute
	root *os.Root
}

func openTree(base string) (*tree, error) {
	abs, err := filepath.Abs(base)
	if err != nil {
		return nil, err
	}
	r, err := os.OpenRoot(abs)
	if err != nil {
		return nil, err
	}
	return &tree{base: abs, root: r}, nil
}

func (t *tree) close() { _ = t.root.Close() }

var errOutside = errors.New("leads outside the directory being read")

// rel turns a path, absolute or relative to base, into a clean slash path
// relative to base.
func (t *tree) rel(p string) (string, error) {
	if filepath.IsAbs(p) {
		r, err := filepath.Rel(t.base, p)
		if err != nil {
			return "", errOutside
		}
		p = r
	}
	p = path.Clean(filepath.ToSlash(p))
	if p == ".." || strings.HasPrefix(p, "../") || strings.ContainsRune(p, 0) {
		return "", errOutside
	}
	return p, nil
}

func (t *tree) isDir(rel string) error {
	fi, err := t.root.Stat(filepath.FromSlash(rel))
	if err != nil {
		return err
	}
	if !fi.IsDir() {
		return errors.New("not a directory")
	}
	return nil
}

func location(file string, line int) estate.Location { return estate.Location{File: file, Line: line} }
