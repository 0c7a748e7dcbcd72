// Package workflow reads workflows of GitHub Actions, and works out what in
// them is open to people who may not write to the repository.
package workflow

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

// Kind is what reports call a file that was read, and Type its resource.
const (
	Kind = "github-workflow"
	Type = "github/Workflow"
)

// maxFile bounds one file; GitHub takes no larger ones.
const maxFile = 1 << 20

// In tells whether the directory, slash-separated, is where GitHub looks for
// workflows.
func In(dir string) bool {
	return dir == ".github/workflows" || strings.HasSuffix(dir, "/.github/workflows")
}

// Read yields the workflow at name, absolute or relative to base. Nothing
// outside of base is read, and locations are relative to it.
//
// The body holds what the workflow is, and what was worked out:
//
//	triggers            names of the events that start it
//	privileged_trigger  one of them hands secrets to what outsiders send in
//	actions             every action, workflow and image used: {uses, line}
//	unpinned            those of others that a tag or branch names
//	untrusted_checkout  steps that run what an outsider sent, with secrets
//	injections          steps whose script an outsider's text becomes part of
//	permissions         how the token's rights are declared: none, all, some
//	write_scopes        scopes the token may write in
//	inherits_secrets    all secrets are handed on
//	stored_keys         steps that sign in to a cloud with stored keys
//	runs_on             labels of the machines
//	self_hosted         one of the machines is the repository owner's own
//	self_hosted_unguarded  likewise, and the job runs in public repositories too
//	publishes           it publishes releases, packages or images
//	caches              steps that restore a cache
//	keeps_credentials   check-outs that leave the token on disk
//	env                 environment of workflow, jobs and steps
//
// Whatever is wrong with the file becomes a Gap. Read returns an error only
// when base cannot be opened or ctx is done.
func Read(ctx context.Context, base, name string, sink source.Sink) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t, err := tree.Open(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.Close()
	file, err := t.Rel(name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	text, err := t.Read(file, maxFile)
	if err != nil {
		sink.Gap(source.Gap{Kind: "file", What: fmt.Sprintf("%s: %v", file, err), Mend: "make it readable, and no larger than 1 MiB", At: estate.Location{File: file}, Fatal: true})
		return nil
	}
	r, gap := resource(file, text)
	if gap != nil {
		sink.Gap(*gap)
	}
	if r != nil {
		r.Account, _ = origin(t, repositoryOf(file))
		sink.Resource(r)
	}
	return nil
}

func resource(file string, text []byte) (r *source.Resource, gap *source.Gap) {
	broken := func(line int, what string) *source.Gap {
		return &source.Gap{
			Kind: "file", What: fmt.Sprintf("%s: %s", file, what), Mend: "mend it until GitHub takes it",
			At: estate.Location{File: file, Line: line}, Fatal: true,
		}
	}
	defer func() {
		if p := recover(); p != nil { // the parser is another's
			r, gap = nil, broken(0, "cannot be parsed")
		}
	}()
	w, mistakes := actionlint.Parse(text)
	if w == nil || len(w.Jobs) == 0 {
		line, what := 0, "has no jobs"
		if len(mistakes) > 0 {
			line, what = mistakes[0].Line, mistakes[0].Message
		}
		return nil, broken(line, what)
	}
	a := &analysis{body: map[string]any{}, lines: map[string]int{}}
	a.workflow(w)
	lines := strings.Count(string(text), "\n") + 1
	return &source.Resource{
		Dialect: estate.Workflow, Type: Type, Address: path.Base(file), Name: title(w, file), Provider: "github", Root: path.Dir(file),
		Refs:     map[string][]source.Ref{"repository": {{Address: repositoryAddress}}},
		Location: estate.Location{File: file, Line: 1, EndLine: lines}, Body: a.body, Lines: a.lines, Comments: comments(text),
	}, nil
}

func title(w *actionlint.Workflow, file string) string {
	if w.Name != nil && w.Name.Value != "" {
		return w.Name.Value
	}
	return path.Base(file)
}

// comments are those in which waivers may stand.
func comments(text []byte) []source.Comment {
	var out []source.Comment
	line := 0
	for l := range strings.Lines(string(text)) {
		line++
		if i := strings.Index(l, "#"); i >= 0 && (i == 0 || l[i-1] == ' ') {
			out = append(out, source.Comment{Text: strings.TrimSpace(l[i+1:]), Line: line})
		}
	}
	return out
}

// sortedJobs are the jobs in the order in which they are written.
func sortedJobs(w *actionlint.Workflow) []*actionlint.Job {
	var out []*actionlint.Job
	for _, j := range w.Jobs {
		if j != nil {
			out = append(out, j)
		}
	}
	slices.SortFunc(out, func(a, b *actionlint.Job) int { return lineOf(a.Pos) - lineOf(b.Pos) })
	return out
}

func lineOf(p *actionlint.Pos) int {
	if p == nil {
		return 0
	}
	return p.Line
}

func text(s *actionlint.String) string {
	if s == nil {
		return ""
	}
	return s.Value
}
