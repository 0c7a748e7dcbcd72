package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/client"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
	"github.com/demarc-sec/demarc/internal/report/jsonreport"
)

// pushFlags are those of assess that send the result to a control plane.
type pushFlags struct {
	push   bool
	wait   bool
	source string
	server string
}

func (p *pushFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&p.push, "push", false, "send the assessment to a control plane as well (see demarc login)")
	fl.BoolVar(&p.wait, "wait", false, "with --push: wait until it is taken in, and say what changed")
	fl.StringVar(&p.source, "source", os.Getenv("DEMARC_SOURCE"), "with --push: name of the source it belongs to (or DEMARC_SOURCE)")
	fl.StringVar(&p.server, "server", "", "with --push: URL of the control plane (or DEMARC_URL)")
}

// allowed refuses early what could not be pushed.
func (p *pushFlags) allowed(narrowed []string) error {
	switch {
	case !p.push && p.wait:
		return fmt.Errorf("--wait goes with --push")
	case !p.push:
		return nil
	case p.source == "":
		return fmt.Errorf("--push: name the source with --source or DEMARC_SOURCE")
	case len(narrowed) > 0:
		return fmt.Errorf("--push does not go with %s: what it leaves out would count as resolved", strings.Join(narrowed, ", "))
	}
	return nil
}

// send pushes the assessment.
func (p *pushFlags) send(ctx context.Context, env *Env, paths []string, a *report.Assessment) error {
	c, err := client.Known(p.server, version())
	if err != nil {
		return err
	}
	src, err := c.SourceNamed(ctx, p.source)
	if err != nil {
		return err
	}
	revision, branch := revised(ctx, paths)
	job, err := c.Push(ctx, src.ID, revision, branch, func(w io.Writer) error {
		b := bufio.NewWriterSize(w, 64<<10)
		if err := (jsonreport.Format{}).Write(b, a); err != nil {
			return err
		}
		return b.Flush()
	})
	if err != nil {
		return fmt.Errorf("pushing: %w", err)
	}
	if !p.wait {
		fmt.Fprintf(env.Err, "Pushed to %s of %s as job %d.\n", src.Name, c.URL, job.ID)
		return nil
	}
	if job, err = c.Wait(ctx, job.ID); err != nil {
		return fmt.Errorf("waiting for job %d: %w", job.ID, err)
	}
	if job.State != "done" {
		return fmt.Errorf("job %d: %s: %s", job.ID, job.State, job.Problem)
	}
	counts, err := c.Counts(ctx, job.Snapshot, src.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Err, "Taken in by %s of %s: %s.\n", src.Name, c.URL, changed(counts))
	return nil
}

// changed says in a line how a snapshot differs.
func changed(c inventory.Counts) string {
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{
		{c.Failing, "new finding", "new findings"},
		{c.Regressed, "finding that came back", "findings that came back"},
		{c.Resolved, "finding resolved", "findings resolved"},
		{c.Moved, "line moved", "lines moved"},
		{c.New, "asset added", "assets added"},
		{c.Gone, "asset gone", "assets gone"},
	} {
		if p.n > 0 {
			parts = append(parts, digest.Plural(p.n, p.one, p.many))
		}
	}
	if len(parts) == 0 {
		return "nothing changed"
	}
	return strings.Join(parts, ", ")
}

// revised returns the commit and branch: as CI says, or as git does.
func revised(ctx context.Context, paths []string) (revision, branch string) {
	first := func(names ...string) string {
		for _, n := range names {
			if v := os.Getenv(n); v != "" {
				return v
			}
		}
		return ""
	}
	revision = first("GITHUB_SHA", "CI_COMMIT_SHA", "BUILD_SOURCEVERSION", "BITBUCKET_COMMIT", "CIRCLE_SHA1", "GIT_COMMIT")
	branch = first("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME", "BUILD_SOURCEBRANCHNAME", "BITBUCKET_BRANCH", "CIRCLE_BRANCH", "GIT_BRANCH")
	dir := "."
	if len(paths) > 0 {
		if info, err := os.Stat(paths[0]); err == nil && info.IsDir() {
			dir = paths[0]
		}
	}
	if revision == "" {
		revision = git(ctx, dir, "rev-parse", "HEAD")
	}
	if branch == "" {
		branch = git(ctx, dir, "branch", "--show-current")
	}
	return revision, branch
}

// git asks git about a directory; what it does not know stays empty.
func git(ctx context.Context, dir string, args ...string) string {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
