package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/foreign/posting"
	"github.com/demarc-sec/demarc/internal/report"
)

// selectChecks applies --check, --skip-check and --framework to our checks.
// What it returns applies them to the rules of imported reports.
func (f *assessFlags) selectChecks(set *check.Set) (*selected, error) {
	if len(f.only)+len(f.skip)+len(f.frameworks) == 0 {
		return &selected{}, nil
	}
	s := &selected{theirs: &posting.Selection{Only: f.only, Skip: f.skip, Frameworks: f.frameworks}, frameworks: set.Frameworks()}
	all := set.All()
	for _, p := range slices.Concat(f.only, f.skip) {
		if !slices.ContainsFunc(all, func(c *check.Check) bool { return named(c, p) }) {
			s.unknown = append(s.unknown, p)
		}
	}
	tagged := func(c *check.Check) bool {
		return len(f.frameworks) == 0 || slices.ContainsFunc(f.frameworks, func(name string) bool { return c.Tagged(name) })
	}
	for _, name := range f.frameworks {
		if !slices.ContainsFunc(all, func(c *check.Check) bool { return c.Tagged(name) }) {
			s.untagged = append(s.untagged, name)
		}
	}
	if len(f.imports) == 0 {
		if err := f.verify(s, io.Discard); err != nil {
			return nil, err
		}
	}
	set.Keep(func(c *check.Check) bool {
		matches := func(p string) bool { return named(c, p) }
		if slices.ContainsFunc(f.skip, matches) {
			s.theirs.Skipped(c)
			return false
		}
		return (len(f.only) == 0 || slices.ContainsFunc(f.only, matches)) && tagged(c)
	})
	return s, nil
}

// selected is what the choice of checks came to.
type selected struct {
	theirs     *posting.Selection // nil where nothing was chosen
	unknown    []string           // patterns that mean none of our checks
	untagged   []string           // frameworks that no check of ours is of
	frameworks []string           // those there are
}

// verify refuses patterns and frameworks that mean nothing, once the rules of
// other scanners are known. A rule of theirs that is skipped need not be there:
// the day it holds it is reported no more.
func (f *assessFlags) verify(s *selected, warn io.Writer) error {
	for _, p := range s.unknown {
		switch {
		case s.theirs.Met(p):
		case slices.Contains(f.only, p), len(f.imports) == 0 && !strings.Contains(p, ":"):
			return fmt.Errorf("no check %q; `demarc check list` lists them, and rules of imported reports are called scanner:rule", p)
		case len(f.imports) > 0:
			fmt.Fprintf(warn, "demarc: --skip-check %s: nothing is called so\n", p)
		}
	}
	for _, name := range s.untagged {
		if !s.theirs.Met(name) {
			return fmt.Errorf("no check is tagged with framework %s; there are: %s", name, strings.Join(s.frameworks, ", "))
		}
	}
	return nil
}

// named tells whether a pattern means the check, by its id or one of its rows.
func named(c *check.Check, pattern string) bool {
	match := func(id string) bool { ok, err := filepath.Match(pattern, id); return err == nil && ok }
	return match(c.ID) || slices.ContainsFunc(c.Rows, func(r *check.Row) bool { return match(r.ID) })
}

// within tells which assets --service, --account and --region report, or is nil
// where they leave none out.
func (f *assessFlags) within() func(service, account, region string) bool {
	if len(f.services)+len(f.accounts)+len(f.regions) == 0 {
		return nil
	}
	in := func(list []string, v string) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(p string) bool { ok, err := filepath.Match(p, v); return err == nil && ok })
	}
	return func(service, account, region string) bool {
		return in(f.services, service) && in(f.accounts, account) && in(f.regions, region)
	}
}

func above(a *report.Assessment, least check.Severity) func(func(report.Finding) bool) {
	all := a.Findings
	return func(yield func(report.Finding) bool) {
		for x := range all {
			if check.Severity(x.Severity).Rank() <= least.Rank() && !yield(x) {
				return
			}
		}
	}
}
