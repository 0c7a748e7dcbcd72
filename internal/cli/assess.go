package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/digest"
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

kubernetes://CONTEXT reads the running cluster that a context of the kubeconfig
leads to, and kubernetes:// that of the current one; ?namespace=NAME narrows it.

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
  demarc assess kubernetes://prod
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
			case g.Kind != "variable" && g.Kind != "unmapped" && g.Kind != "unplaced" && g.Kind != "unread":
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
