package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/vuln"
	"github.com/demarc-sec/demarc/internal/vuln/feed"
	"github.com/demarc-sec/demarc/internal/vuln/show"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

func newVuln(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vuln",
		Short: "Known vulnerabilities of installed packages",
		Long: `Vuln keeps a local database of known vulnerabilities and holds the packages of
servers against it. A package is clean, vulnerable or not evaluated; without
data, with data that is too old, or on an unknown system nothing is clean.`,
	}
	cmd.AddCommand(newVulnUpdate(env), newVulnStatus(env), newVulnMatch(env), newVulnList(env))
	return cmd
}

// defaultVulnDir is where the database lies when nobody says otherwise.
func defaultVulnDir() string { return filepath.Join(defaultDataDir(), "vulnerabilities") }

func vulnDirFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "vuln-db", defaultVulnDir(), "directory of the vulnerability database")
}

func newVulnUpdate(env *Env) *cobra.Command {
	var opt feed.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "update",
		Short: "Bring the database of known vulnerabilities up to date",
		Long: `Update reads the OSV records of distributions, EPSS scores and CISA's catalogue
of exploited vulnerabilities. Each part is replaced as a whole once it has been
read to its end; a part that fails keeps its old data.

A mirror is a URL or a directory with <ecosystem>/all.zip as OSV's bucket has
them, ` + "epss_scores-current.csv.gz and known_exploited_vulnerabilities.json" + ` beside
them when it has them, or one zip with all of that, for a site without a network.`,
		Example: "  demarc vuln update\n  demarc vuln update --ecosystem Debian --ecosystem 'Rocky Linux'\n  demarc vuln update --mirror /media/stick/osv.zip",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opt.Now, opt.Wait = env.Now, 2*time.Second
			opt.Client = &http.Client{Timeout: 2 * time.Hour}
			opt.Log = slog.New(slog.NewTextHandler(env.Err, nil))
			got, err := feed.Update(cmd.Context(), opt)
			if err != nil {
				return err
			}
			if err := showUpdate(env, got, asJSON); err != nil {
				return err
			}
			if n := len(got.Failed); n > 0 {
				return &exitError{ExitIncomplete, fmt.Errorf("%d parts could not be updated; their old data stays", n)}
			}
			return nil
		},
	}
	fl := cmd.Flags()
	vulnDirFlag(cmd, &opt.Dir)
	fl.StringVar(&opt.Mirror, "mirror", "", "URL, directory or zip to read instead of OSV's bucket")
	fl.StringArrayVar(&opt.Families, "ecosystem", nil, "only this ecosystem, as OSV names it; repeatable: "+strings.Join(feed.Families, ", "))
	fl.StringVar(&opt.EPSS, "epss", "", "URL or file of EPSS scores, or none")
	fl.StringVar(&opt.KEV, "kev", "", "URL or file of CISA's catalogue of exploited vulnerabilities, or none")
	fl.BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func showUpdate(env *Env, got *feed.Result, asJSON bool) error {
	if asJSON {
		return writeIndented(env.Out, got)
	}
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	for _, m := range got.Families {
		fmt.Fprintf(w, "%s\t%d records\tas of %s\n", m.Family, m.Records, m.AsOf.Format(time.DateOnly))
	}
	if got.Signals.CVEs > 0 {
		fmt.Fprintf(w, "EPSS and KEV\t%d CVEs\t\n", got.Signals.CVEs)
	}
	for _, f := range got.Failed {
		fmt.Fprintf(w, "%s\tnot updated\t%s\n", f.Part, f.Why)
	}
	for _, m := range got.Missing {
		fmt.Fprintf(w, "%s\tnot there\t\n", m)
	}
	return w.Flush()
}

func writeIndented(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func newVulnStatus(env *Env) *cobra.Command {
	var dir string
	var asJSON bool
	policy := vuln.DefaultPolicy
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Tell how old the database of known vulnerabilities is",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			db, err := store.Open(dir)
			if err != nil {
				return err
			}
			defer db.Close()
			return vulnStatus(env, db, policy, asJSON)
		},
	}
	vulnDirFlag(cmd, &dir)
	daysFlag(cmd, &policy.MaxAge, "max-age", "data older than this many days evaluates nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func vulnStatus(env *Env, db *store.DB, policy vuln.Policy, asJSON bool) error {
	families := []store.Meta{}
	old := 0
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	for _, f := range db.Families() {
		families = append(families, f.Meta)
		note := ""
		if f.Old(env.Now()) > policy.MaxAge {
			old++
			note = "too old: evaluates nothing"
		}
		if !asJSON {
			fmt.Fprintf(w, "%s\t%d records\tas of %s\tnewest record %s\t%s\n", f.Family, f.Records, f.AsOf.Format(time.DateOnly), f.Newest.Format(time.DateOnly), note)
		}
	}
	if asJSON {
		if err := writeIndented(env.Out, map[string]any{"families": families, "signals": db.Signals}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w, "EPSS and KEV\t%d CVEs\tas of %s\tand %s\t\n", db.Signals.CVEs, day(db.Signals.EPSS), day(db.Signals.KEV))
		if err := w.Flush(); err != nil {
			return err
		}
	}
	switch {
	case len(db.Problems) > 0:
		return &exitError{ExitIncomplete, errors.Join(db.Problems...)}
	case len(families) == 0:
		return &exitError{ExitIncomplete, errors.New("there is no data; run demarc vuln update")}
	case old > 0:
		return &exitError{ExitIncomplete, fmt.Errorf("%d ecosystems are too old; run demarc vuln update", old)}
	}
	return nil
}

func day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format(time.DateOnly)
}

// daysFlag is a number of days.
func daysFlag(cmd *cobra.Command, to *time.Duration, name, usage string) {
	cmd.Flags().Var((*daysValue)(to), name, usage)
}

type daysValue time.Duration

func (d *daysValue) String() string { return fmt.Sprint(int(time.Duration(*d).Hours() / 24)) }
func (d *daysValue) Type() string   { return "days" }
func (d *daysValue) Set(s string) error {
	var n int
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil || n < 0 || n > 10_000 {
		return fmt.Errorf("%q is not a number of days", s)
	}
	*d = daysValue(time.Duration(n) * 24 * time.Hour)
	return nil
}

type vulnMatchFlags struct {
	dir, format, failOn, output string
	policy                      vuln.Policy
	fixable, allowIncomplete    bool
}

// thresholds are severities from which on a run fails. What nobody has rated
// counts as low at least.
var thresholds = map[string][]string{
	"critical": {"critical"}, "high": {"critical", "high"}, "medium": {"critical", "high", "medium", "unknown"},
	"low": {"critical", "high", "medium", "unknown", "low"}, "negligible": {"critical", "high", "medium", "unknown", "low", "negligible"}, "never": {},
}

func newVulnMatch(env *Env) *cobra.Command {
	f := &vulnMatchFlags{policy: vuln.DefaultPolicy}
	cmd := &cobra.Command{
		Use:   "match FILE",
		Short: "Hold the packages of one server against the database",
		Long: `Match reads the packages of one server, as demarc-agent writes them alone or in
a host document ("-" reads standard input), and tells which have known
vulnerabilities.

` + exitTable,
		Example: "  demarc-agent packages | demarc vuln match -\n  demarc vuln match --fixable --fail-on high host.json\n  demarc vuln match --format sarif --output vuln.sarif host.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return f.run(env, args[0])
		},
	}
	fl := cmd.Flags()
	vulnDirFlag(cmd, &f.dir)
	fl.StringVarP(&f.format, "format", "f", "table", "table, json or sarif")
	fl.StringVarP(&f.output, "output", "o", "-", "file to write to")
	fl.StringVar(&f.failOn, "fail-on", "low", "exit with 1 at this severity or worse: critical, high, medium, low, negligible, never")
	fl.BoolVar(&f.fixable, "fixable", false, "only what has a fix makes the run fail")
	fl.BoolVar(&f.allowIncomplete, "allow-incomplete", false, "do not exit with 3 when something was not evaluated")
	daysFlag(cmd, &f.policy.MaxAge, "max-age", "data older than this many days evaluates nothing")
	daysFlag(cmd, &f.policy.Grace, "grace", "days until a fix that is not installed is overdue")
	return cmd
}

func (f *vulnMatchFlags) run(env *Env, path string) error {
	fails, ok := thresholds[f.failOn]
	if !ok {
		return fmt.Errorf("--fail-on %s: choose critical, high, medium, low, negligible or never", f.failOn)
	}
	write, ok := map[string]func(io.Writer, *vuln.Report) error{
		"table": show.Table, "json": func(w io.Writer, r *vuln.Report) error { return writeIndented(w, r) },
		"sarif": func(w io.Writer, r *vuln.Report) error { return show.SARIF(w, r, path) },
	}[f.format]
	if !ok {
		return fmt.Errorf("--format %s: choose table, json or sarif", f.format)
	}
	report, err := f.match(env, path)
	if err != nil {
		return err
	}
	if f.output == "-" {
		err = write(env.Out, report)
	} else {
		err = writeFile(f.output, func(w io.Writer) error { return write(w, report) })
	}
	if err != nil {
		return err
	}
	failing := slices.ContainsFunc(report.Vulnerabilities, func(v vuln.Vulnerability) bool {
		return slices.Contains(fails, v.Severity) && (v.Fixed != "" || !f.fixable) && !v.NotRunning
	})
	switch {
	case failing:
		return &exitError{code: ExitFindings}
	case len(report.Why) > 0 && !f.allowIncomplete:
		return &exitError{ExitIncomplete, errors.New("not everything was evaluated; see the report, or give --allow-incomplete")}
	}
	return nil
}

func (f *vulnMatchFlags) match(env *Env, path string) (*vuln.Report, error) {
	in := io.Reader(os.Stdin)
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	inv, err := vuln.ReadInventory(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db, err := store.Open(f.dir)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	for _, p := range db.Problems {
		fmt.Fprintln(env.Err, "demarc: "+p.Error())
	}
	return vuln.Assess(inv, db, lifecycles.FS, env.Now(), f.policy)
}
