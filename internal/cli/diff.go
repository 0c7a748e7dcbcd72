package cli

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/diff"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/jsonreport"
)

type diffFlags struct {
	engineFlags
	git    string
	format string
	output string
	failOn string
}

func newDiff(env *Env) *cobra.Command {
	f := &diffFlags{}
	cmd := &cobra.Command{
		Use:   "diff OLD NEW | diff --git OLD..NEW [PATH]",
		Short: "Say which lines moved between two estates, and which findings came and went",
		Long: `Diff compares two estates: directories, plans, states, or assessments saved as
JSON; or, with --git, two revisions of a repository. It says which duties moved
to you or away and by which setting, and which findings are new or gone.

Exit code 1 means new findings at or above --fail-on, or with --fail-on moved,
a duty that moved to you.`,
		Example: `  demarc diff --git main..HEAD
  demarc diff --git main..HEAD --format markdown infra/ > comment.md
  demarc diff old-plan.json new-plan.json
  demarc diff last-week.json .`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), env, args) },
	}
	f.registerEstate(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.git, "git", "", "compare two revisions, as main..HEAD; an empty right side is the work tree")
	fl.StringVarP(&f.format, "format", "f", "terminal", "terminal, markdown or json")
	fl.StringVarP(&f.output, "output", "o", "-", "file to write to")
	fl.StringVar(&f.failOn, "fail-on", "low", "exit with 1 on new findings of this severity or worse; moved; never")
	return cmd
}

func (f *diffFlags) run(ctx context.Context, env *Env, args []string) error {
	if f.failOn != "never" && f.failOn != "moved" && check.Severity(f.failOn).Rank() < 0 {
		return fmt.Errorf("--fail-on %s: choose critical, high, medium, low, moved or never", f.failOn)
	}
	var write func(*diff.Diff, io.Writer) error
	switch f.format {
	case "terminal":
		write = (*diff.Diff).Text
	case "markdown":
		write = (*diff.Diff).Markdown
	case "json":
		write = (*diff.Diff).JSON
	default:
		return fmt.Errorf("no format %q; choose terminal, markdown or json", f.format)
	}
	old, now, err := f.sides(ctx, env, args)
	if err != nil {
		return err
	}
	d := diff.Compare(old, now)
	out := func(w io.Writer) error { return write(d, w) }
	if f.output == "-" {
		err = flush(env.Out, out)
	} else {
		err = writeFile(f.output, out)
	}
	if err != nil {
		return err
	}
	return f.verdict(d)
}

func (f *diffFlags) verdict(d *diff.Diff) error {
	if f.failOn == "moved" {
		for _, m := range d.Moved {
			if m.ToCustomer() {
				return &exitError{code: ExitFindings}
			}
		}
		return nil
	}
	for _, x := range d.New {
		if f.failOn != "never" && check.Severity(x.Severity).Rank() <= check.Severity(f.failOn).Rank() {
			return &exitError{code: ExitFindings}
		}
	}
	return nil
}

func (f *diffFlags) sides(ctx context.Context, env *Env, args []string) (old, now *report.Assessment, err error) {
	if f.git == "" {
		if len(args) != 2 {
			return nil, nil, errors.New("diff compares two estates: name OLD and NEW, or give --git main..HEAD")
		}
		if old, err = f.side(ctx, env, args[0]); err != nil {
			return nil, nil, err
		}
		now, err = f.side(ctx, env, args[1])
		return old, now, err
	}
	from, to, ok := strings.Cut(f.git, "..")
	if !ok || from == "" || len(args) > 1 {
		return nil, nil, errors.New("--git wants two revisions as main..HEAD, and at most one path")
	}
	path := "."
	if len(args) == 1 {
		path = args[0]
	}
	if old, err = f.revision(ctx, env, from, path); err != nil {
		return nil, nil, err
	}
	if to == "" {
		now, err = f.assess(ctx, env, []string{path})
	} else {
		now, err = f.revision(ctx, env, to, path)
	}
	return old, now, err
}

// side reads a saved assessment, or assesses the path.
func (f *diffFlags) side(ctx context.Context, env *Env, path string) (*report.Assessment, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		a, err := jsonreport.Load(file)
		if err == nil {
			return a, nil
		}
		if !errors.Is(err, jsonreport.ErrNotAssessment) {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return f.assess(ctx, env, []string{path})
}

// revision assesses a path as it was in a revision.
func (f *diffFlags) revision(ctx context.Context, env *Env, rev, path string) (*report.Assessment, error) {
	if strings.HasPrefix(rev, "-") {
		return nil, fmt.Errorf("%q is no revision", rev)
	}
	dir, err := os.MkdirTemp("", "demarc-rev-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover does no harm
	if err := export(ctx, rev, path, dir); err != nil {
		return nil, err
	}
	a, err := f.assess(ctx, env, []string{dir})
	if err != nil {
		return nil, fmt.Errorf("%s at %s: %s", path, rev, strings.ReplaceAll(err.Error(), dir, path))
	}
	return a, nil
}

// Bounds on what one revision may unpack to.
const (
	maxExport = 2 << 30
	maxEntry  = 256 << 20
)

// export unpacks the path of a revision into dir with `git archive`.
func export(ctx context.Context, rev, path, dir string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "git", "-C", abs, "archive", "--format=tar", rev, ".")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("git: %w; --git needs the git program", err)
	}
	unpackErr := unpack(out, dir)
	_, _ = io.Copy(io.Discard, out) // let git end by itself
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("git archive %s: %s", rev, strings.TrimSpace(stderr.String()))
	}
	return unpackErr
}

// unpack writes regular files only, inside dir.
func unpack(r io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // only a handle
	total := int64(0)
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("git archive: %w", err)
		}
		if h.Typeflag != tar.TypeReg || h.Size > maxEntry {
			continue
		}
		if total += h.Size; total > maxExport {
			return fmt.Errorf("the revision is larger than %d bytes; name a smaller path", int64(maxExport))
		}
		name := filepath.FromSlash(h.Name)
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, tr)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
}
