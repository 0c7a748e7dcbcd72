package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/foreign/posting"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/csvreport"
	"github.com/demarc-sec/demarc/internal/report/digest"
	"github.com/demarc-sec/demarc/internal/report/htmlreport"
	"github.com/demarc-sec/demarc/internal/report/jsonreport"
	"github.com/demarc-sec/demarc/internal/report/junit"
	"github.com/demarc-sec/demarc/internal/report/markdown"
	"github.com/demarc-sec/demarc/internal/report/sarif"
	"github.com/demarc-sec/demarc/internal/report/terminal"
)

type assessFlags struct {
	engineFlags
	pushFlags
	formats         []string
	outputs         []string
	failOn          string
	minSeverity     string
	only            []string
	skip            []string
	frameworks      []string
	services        []string
	accounts        []string
	regions         []string
	baseline        string
	createBaseline  string
	allowIncomplete bool
	verbose         bool
}

func newAssess(env *Env) *cobra.Command {
	f := &assessFlags{}
	cmd := &cobra.Command{
		Use:   "assess [PATH...]",
		Short: "Assess an estate: who owns what, what fails, what was never verified",
		Long: `Assess reads directories of Terraform or OpenTofu configuration (every root
module in them), plans and state files, and prints the ledger of duties.

--import takes what other scanners found into the same ledger, each finding on
the asset it means and on the duty it bears on: SARIF, OCSF, ASFF, XCCDF and ARF
results, OpenVEX, CycloneDX, and the JSON of Trivy, Checkov, Kubescape, KICS,
Semgrep, tfsec, Grype, Snyk IaC and OSV-Scanner. It works without a PATH as
well. --check, --skip-check, --framework, --service and --min-severity hold for
their rules too. A finding that is on no known asset is listed and counted, and
does not make the run incomplete; a finding that could not be read does.

Formats: terminal, json, sarif, html, markdown, csv, csv-duties, junit. Give
--format several times for several at once; each --output belongs to the
--format at the same place, and what has none goes to standard output.

` + exitTable,
		Example: `  demarc assess .
  demarc assess --format terminal --format html --output - --output report.html .
  demarc assess --format sarif --output demarc.sarif --fail-on high infra/
  demarc assess --create-baseline .demarc-baseline.json .
  demarc assess --baseline .demarc-baseline.json --fail-on medium .
  demarc assess --fail-on unverified plan.json
  demarc assess --import prowler.ocsf.json --import trivy.sarif infra/`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(f.imports) > 0 {
				return nil
			}
			return cobra.MinimumNArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), env, args) },
	}
	f.registerEstate(cmd)
	f.pushFlags.register(cmd)
	fl := cmd.Flags()
	fl.StringArrayVarP(&f.formats, "format", "f", nil, "format of the report (repeatable; default terminal)")
	fl.StringArrayVarP(&f.outputs, "output", "o", nil, "file for the format at the same place; - is standard output (repeatable)")
	fl.StringVar(&f.failOn, "fail-on", "", "exit with 1 at this severity or worse: critical, high, medium, low; unverified also fails on what was not verified; never (default low)")
	fl.StringVar(&f.minSeverity, "min-severity", "", "leave findings below this severity out of the report")
	fl.StringSliceVar(&f.only, "check", nil, "run only these checks (id, row id, or glob; scanner:rule for imported reports)")
	fl.StringSliceVar(&f.skip, "skip-check", nil, "do not run these checks (likewise)")
	fl.StringSliceVar(&f.frameworks, "framework", nil, "run only checks tagged with this framework, such as cis-aws or cis-aws-7.0")
	fl.StringSliceVar(&f.services, "service", nil, "report only these services, such as aws/rds")
	fl.StringSliceVar(&f.accounts, "account", nil, "report only these accounts")
	fl.StringSliceVar(&f.regions, "region", nil, "report only these regions")
	fl.StringVar(&f.baseline, "baseline", "", "file of known findings: only what is new fails the run")
	fl.StringVar(&f.createBaseline, "create-baseline", "", "write the failing findings to this file as baseline")
	fl.BoolVar(&f.allowIncomplete, "allow-incomplete", false, "do not exit with 3 when something could not be read")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "list more in the terminal report")
	return cmd
}

func (f *assessFlags) run(ctx context.Context, env *Env, paths []string) error {
	engine, cfg, err := f.load(env, paths)
	if err != nil {
		return err
	}
	narrowed := f.narrowed()
	if err := f.merge(cfg); err != nil {
		return err
	}
	if f.minSeverity != "" {
		narrowed = append(narrowed, "--min-severity")
	}
	if err := f.allowed(narrowed); err != nil {
		return err
	}
	chosen, err := f.selectChecks(engine.Checks)
	if err != nil {
		return err
	}
	opt, err := f.options(env, engine, cfg, paths)
	if err != nil {
		return err
	}
	opt.Selection, opt.Within = chosen.theirs, f.within()
	if f.baseline != "" {
		if opt.Baseline, err = readBaseline(f.baseline); err != nil {
			return err
		}
	}
	writers, err := f.writers(env, paths)
	if err != nil {
		return err
	}
	tell, done := f.progress(env)
	opt.Progress = tell
	res, err := engine.Run(ctx, opt)
	done()
	if err != nil {
		return err
	}
	warn := env.Err
	if f.quiet {
		warn = io.Discard
	}
	if err := f.verify(chosen, warn); err != nil {
		return err
	}
	a := res.Assessment(tool(), env.Now())
	a.Narrowed = narrowed
	if f.minSeverity != "" {
		a.Findings = above(a, check.Severity(f.minSeverity))
	}
	for _, w := range writers {
		if err := w.write(env, a); err != nil {
			return err
		}
	}
	if f.createBaseline != "" {
		if err := writeBaseline(f.createBaseline, a); err != nil {
			return err
		}
	}
	if f.push {
		if err := f.send(ctx, env, paths, a); err != nil {
			return err
		}
	}
	return f.verdict(env, a)
}

// narrowed names the flags that leave something out. What demarc.yaml always
// leaves out is not among them: it is no part of the estate's assessments.
func (f *assessFlags) narrowed() []string {
	var out []string
	for _, flag := range []struct {
		name   string
		values []string
	}{
		{"--check", f.only},
		{"--skip-check", f.skip},
		{"--framework", f.frameworks},
		{"--service", f.services},
		{"--account", f.accounts},
		{"--region", f.regions},
	} {
		if len(flag.values) > 0 {
			out = append(out, flag.name)
		}
	}
	return out
}

// merge lets the configuration fill in what no flag gives.
func (f *assessFlags) merge(cfg *config.Config) error {
	fill := func(flag *string, value string) {
		if *flag == "" {
			*flag = value
		}
	}
	fill(&f.failOn, cfg.FailOn)
	fill(&f.failOn, "low")
	fill(&f.minSeverity, cfg.MinSeverity)
	fill(&f.baseline, cfg.Baseline)
	if len(f.only) == 0 {
		f.only = cfg.Checks
	}
	f.skip = append(f.skip, cfg.SkipChecks...)
	if f.failOn != "unverified" && f.failOn != "never" && check.Severity(f.failOn).Rank() < 0 {
		return fmt.Errorf("--fail-on %s: choose critical, high, medium, low, unverified or never", f.failOn)
	}
	if f.minSeverity != "" && check.Severity(f.minSeverity).Rank() < 0 {
		return fmt.Errorf("--min-severity %s: choose critical, high, medium or low", f.minSeverity)
	}
	return nil
}

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

// verdict turns the assessment into the exit code.
func (f *assessFlags) verdict(env *Env, a *report.Assessment) error {
	failing, broken, gaps := 0, 0, 0
	for x := range a.Findings {
		if x.Result == report.Fail && !x.Baseline && (f.failOn == "unverified" || f.failOn != "never" &&
			check.Severity(x.Severity).Rank() <= check.Severity(f.failOn).Rank()) {
			failing++
		}
	}
	unverified := 0
	if f.failOn == "unverified" {
		for x := range a.Findings {
			if x.Result == report.ResultUnknown {
				unverified++
			}
		}
	}
	for _, s := range a.Sources {
		for _, g := range s.Gaps {
			switch {
			case g.Error:
				broken++
			// What these leave open is in the ledger and counted there, or was read
			// and is listed.
			case g.Kind != "variable" && g.Kind != "unmapped" && g.Kind != "unplaced":
				gaps++
			}
			if g.Error && !f.quiet {
				fmt.Fprintf(env.Err, "demarc: %s\n", gapLine(g))
			}
		}
	}
	switch {
	case broken > 0:
		return &exitError{ExitInput, fmt.Errorf("%s could not be read; the rest was assessed", digest.Plural(broken, "part of the input", "parts of the input"))}
	case failing > 0 || unverified > 0:
		return &exitError{code: ExitFindings}
	case gaps > 0 && !f.allowIncomplete:
		return &exitError{ExitIncomplete, fmt.Errorf("%s could not be read; see the report, or give --allow-incomplete", digest.Plural(gaps, "thing", "things"))}
	}
	return nil
}

func gapLine(g report.Gap) string {
	line := g.What
	if g.Location.File != "" && !strings.Contains(line, g.Location.File) {
		line = fmt.Sprintf("%s:%d: %s", g.Location.File, g.Location.Line, line)
	}
	if g.Mend != "" {
		line += "; " + g.Mend
	}
	return line
}

// writer is one --format with its --output.
type writer struct {
	format report.Format
	path   string // "-" is standard output
}

func (w writer) write(env *Env, a *report.Assessment) error {
	if w.path == "-" {
		return flush(env.Out, func(b io.Writer) error { return w.format.Write(b, a) })
	}
	return writeFile(w.path, func(b io.Writer) error { return w.format.Write(b, a) })
}

func flush(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 64<<10)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// writeFile writes beside the target and renames, so that a failed run leaves
// the old report whole. A device or a pipe is written to as it is: to rename
// over /dev/null would put a file in its place.
func writeFile(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(flush(f, write), f.Close())
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".demarc-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if err := flush(tmp, write); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := tmp.Chmod(0o644); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func (f *assessFlags) writers(env *Env, paths []string) ([]writer, error) {
	names := f.formats
	if len(names) == 0 {
		names = []string{"terminal"}
		if len(f.outputs) == 1 {
			names[0] = formatOf(f.outputs[0])
		}
	}
	if len(f.outputs) > len(names) {
		return nil, fmt.Errorf("%d --output for %d --format; each --output belongs to the --format at the same place", len(f.outputs), len(names))
	}
	var out []writer
	for i, name := range names {
		w := writer{path: "-"}
		if i < len(f.outputs) {
			w.path = f.outputs[i]
		}
		switch name {
		case "terminal":
			o := terminalOptions(env, f.verbose)
			if w.path != "-" {
				o.Colour, o.Width = false, 0
			}
			w.format = terminal.Format{Options: o}
		case "json":
			w.format = jsonreport.Format{Indent: w.path == "-" && env.Width > 0}
		case "sarif":
			w.format = sarif.Format{Indent: true}
		case "html":
			w.format = htmlreport.Format{Complete: "demarc assess --format json " + strings.Join(paths, " ")}
		case "markdown":
			w.format = markdown.Format{}
		case "csv":
			w.format = csvreport.Format{}
		case "csv-duties":
			w.format = csvreport.Format{Duties: true}
		case "junit":
			w.format = junit.Format{}
		default:
			return nil, fmt.Errorf("no format %q; choose terminal, json, sarif, html, markdown, csv, csv-duties or junit", name)
		}
		out = append(out, w)
	}
	return out, nil
}

// formatOf guesses the format from a file's name.
func formatOf(path string) string {
	switch filepath.Ext(path) {
	case ".json":
		return "json"
	case ".sarif":
		return "sarif"
	case ".html", ".htm":
		return "html"
	case ".md":
		return "markdown"
	case ".csv":
		return "csv"
	case ".xml":
		return "junit"
	}
	return "terminal"
}

func terminalOptions(env *Env, verbose bool) terminal.Options {
	return terminal.Options{Colour: env.Colour, Width: env.Width, Verbose: verbose}
}

// baselineFile is a set of known findings. Check and asset are there for the
// reader; only the fingerprint counts.
type baselineFile struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

type baselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Check       string `json:"check"`
	Asset       string `json:"asset"`
}

func readBaseline(path string) (map[string]bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var b baselineFile
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, fmt.Errorf("%s: is no baseline: %w; make one with --create-baseline", path, err)
	}
	if b.Version != 1 {
		return nil, fmt.Errorf("%s: baseline version %d, this program knows 1; make it anew with --create-baseline", path, b.Version)
	}
	out := make(map[string]bool, len(b.Findings))
	for _, e := range b.Findings {
		out[e.Fingerprint] = true
	}
	return out, nil
}

func writeBaseline(path string, a *report.Assessment) error {
	b := baselineFile{Version: 1, Findings: []baselineEntry{}}
	for x := range a.Findings {
		if x.Result == report.Fail {
			b.Findings = append(b.Findings, baselineEntry{x.Fingerprint, x.Check, x.Asset})
		}
	}
	return writeFile(path, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(b)
	})
}
