package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
	"github.com/demarc-sec/demarc/internal/agent/fim"
	"github.com/demarc-sec/demarc/internal/agent/fim/aide"
	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/link"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// DefaultBaseline is where the baseline of this host lies.
const DefaultBaseline = "/var/lib/demarc-agent/fim/baseline"

// fimFlags are what the commands of fim have in common.
type fimFlags struct {
	root, baseline, policy, aide string
	cpuLimit                     string
	workers                      int
	windows                      []string
	json, full, replace          bool
	from, signKey, verifyKey     string
	failOn                       string
	allowIncomplete              bool
	limit                        int
}

func newFIM(out, errs io.Writer) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fim",
		Short: "File integrity of this host, without a control plane",
		Long: `File integrity of this host, or of an image that is mounted somewhere.

init writes down how files are, check says what is no longer so and why,
watch says it as it happens, diff compares two baselines.

Exit codes: 0 nothing changed, 1 something did or could not be seen, 2 wrong input.`,
	}
	cmd.AddCommand(newFIMInit(out, errs), newFIMCheck(out, errs), newFIMDiff(out), newFIMWatch(out, errs), newFIMPolicies(out))
	return cmd
}

// common adds the flags that say what is looked at.
func (f *fimFlags) common(c *cobra.Command) {
	c.Flags().StringVar(&f.root, "root", "/", "the directory whose files are looked at, as if it were /")
	c.Flags().StringVar(&f.baseline, "baseline", "", "the baseline's file (default "+DefaultBaseline+")")
	c.Flags().StringVar(&f.policy, "policy", policy.Default, "name or file of the policy: "+strings.Join(policy.Names(), ", "))
	c.Flags().StringVar(&f.aide, "aide-config", "", "take what is looked at from AIDE's configuration file instead")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
}

// costs adds the flags that say how much it may cost.
func (f *fimFlags) costs(c *cobra.Command) {
	c.Flags().IntVar(&f.workers, "workers", 0, "how many files are read at once (default: processors, at most 4)")
	c.Flags().StringVar(&f.cpuLimit, "cpu-limit", "", "how much of one core may be used, as 20% or 0.2; others' disk access then goes first too")
	c.Flags().BoolVar(&f.full, "full", false, "hash every file, also those that look unchanged")
}

func (f *fimFlags) scan(errs io.Writer) (*fim.Scan, error) {
	s := &fim.Scan{Root: filepath.Clean(f.root), Baseline: f.baseline, Full: f.full, Workers: f.workers, Version: version()}
	if s.Baseline == "" {
		if s.Root != "/" {
			return nil, errors.New("--root needs --baseline, so that this host's own is not taken for another's")
		}
		s.Baseline = DefaultBaseline
	}
	if info, err := os.Stat(s.Root); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", s.Root)
	}
	var err error
	if s.Policy, err = f.loadPolicy(); err != nil {
		return nil, err
	}
	if s.CPULimit, err = parseShare(f.cpuLimit); err != nil {
		return nil, err
	}
	if s.Spans, err = parseWindows(f.windows); err != nil {
		return nil, err
	}
	s.Progress = progress(errs)
	return s, nil
}

func (f *fimFlags) loadPolicy() (*policy.Policy, error) {
	if f.aide != "" {
		return aide.Load(f.aide)
	}
	return policy.Load(f.policy)
}

// parseShare reads "20%" or "0.2".
func parseShare(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || v <= 0 || v > 1024 {
		return 0, fmt.Errorf("--cpu-limit %q is no share of a core, as 20%% or 0.2", text)
	}
	return v, nil
}

// parseWindows reads "FROM/TO=NAME", times in RFC 3339.
func parseWindows(texts []string) ([]cause.Span, error) {
	var spans []cause.Span
	for _, text := range texts {
		times, name, _ := strings.Cut(text, "=")
		from, to, _ := strings.Cut(times, "/")
		a, err := time.Parse(time.RFC3339, from)
		b, err2 := time.Parse(time.RFC3339, to)
		if err != nil || err2 != nil || !b.After(a) {
			return nil, fmt.Errorf("--window %q is not FROM/TO=NAME, as 2026-11-28T22:00:00Z/2026-11-28T23:00:00Z=CHG-17", text)
		}
		if name == "" {
			name = "maintenance"
		}
		spans = append(spans, cause.Span{Kind: cause.Window, Name: name, From: a, To: b})
	}
	return spans, nil
}

func newFIMInit(out, errs io.Writer) *cobra.Command {
	var f fimFlags
	c := &cobra.Command{
		Use:   "init",
		Short: "Write down how files are",
		Long: `Writes down how files are now, or, with --from packages, how the packages that are
installed brought them: then what was changed before is found as well.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.init(cmd.Context(), out, errs) },
	}
	f.common(c)
	f.costs(c)
	c.Flags().StringVar(&f.from, "from", fim.FromScan, "what is right: scan (what is there) or packages (what they brought)")
	c.Flags().BoolVar(&f.replace, "replace", false, "replace a baseline that is there")
	c.Flags().StringVar(&f.signKey, "sign-key", "", "sign it with this private key (PEM, ECDSA)")
	return c
}

func (f *fimFlags) init(ctx context.Context, out, errs io.Writer) error {
	s, err := f.scan(errs)
	if err != nil {
		return err
	}
	if _, err := os.Stat(s.Baseline); err == nil && !f.replace {
		return fmt.Errorf("%s is there already; `demarc-agent fim check` compares with it, --replace makes a new one", s.Baseline)
	}
	if f.signKey != "" {
		key, err := readKey(f.signKey)
		if err != nil {
			return err
		}
		s.Sign = func(hash string) ([]byte, error) { return wire.Sign(key, "baseline", []byte(hash)) }
	}
	if err := atomicfile.MakeDir(filepath.Dir(s.Baseline)); err != nil {
		return err
	}
	made, err := s.Init(ctx, f.from)
	if strings.HasPrefix(s.Baseline, defaultState+"/") {
		err = errors.Join(err, link.State{Dir: defaultState}.Own()) // what an earlier version left to root as well
	}
	endProgress(errs)
	if err != nil {
		return err
	}
	if f.json {
		return printJSON(out, made)
	}
	printMade(out, made)
	return nil
}

func newFIMCheck(out, errs io.Writer) *cobra.Command {
	var f fimFlags
	c := &cobra.Command{
		Use:   "check",
		Short: "Say what is no longer as it was, and why",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return f.check(cmd.Context(), out, errs) },
	}
	f.common(c)
	f.costs(c)
	f.results(c)
	c.Flags().StringArrayVar(&f.windows, "window", nil, "changes in FROM/TO=NAME are expected (RFC 3339); may be repeated")
	c.Flags().StringVar(&f.verifyKey, "verify-key", "", "the baseline must be signed by this key (PEM, public key or certificate)")
	return c
}

// results adds the flags about what is a failure, and how much is shown.
func (f *fimFlags) results(c *cobra.Command) {
	c.Flags().StringVar(&f.failOn, "fail-on", "any", "exit with 1 on any change, or on unexplained ones")
	c.Flags().BoolVar(&f.allowIncomplete, "allow-incomplete", false, "exit with 0 though something could not be read")
	c.Flags().IntVar(&f.limit, "limit", 100, "changes shown of each group (0: all)")
}

func (f *fimFlags) check(ctx context.Context, out, errs io.Writer) error {
	if f.failOn != "any" && f.failOn != "unexplained" {
		return fmt.Errorf("--fail-on is any or unexplained, not %q", f.failOn)
	}
	s, err := f.scan(errs)
	if err != nil {
		return err
	}
	if f.verifyKey != "" {
		key, err := readPublic(f.verifyKey)
		if err != nil {
			return err
		}
		s.Verify = func(foot baseline.Footer) error {
			if len(foot.Signature) == 0 {
				return errors.New("it is not signed")
			}
			return wire.Verify(key, "baseline", []byte(foot.Hash), foot.Signature)
		}
	}
	report, err := s.Check(ctx)
	endProgress(errs)
	if err != nil {
		return err
	}
	return f.print(out, report)
}

func (f *fimFlags) print(out io.Writer, report *fim.Report) error {
	if f.json {
		if err := printJSON(out, report); err != nil {
			return err
		}
	} else {
		printReport(out, report, f.limit)
	}
	bad := report.Summary.Unexplained
	if f.failOn == "any" {
		bad = len(report.Changes)
	}
	switch {
	case bad+report.Dropped > 0:
		return errFound
	case !report.Coverage.Complete && !f.allowIncomplete:
		return errIncomplete
	}
	return nil
}

func newFIMDiff(out io.Writer) *cobra.Command {
	var f fimFlags
	c := &cobra.Command{
		Use:   "diff BASELINE BASELINE",
		Short: "Compare two baselines: a golden image and a server, or two that should be alike",
		Args:  cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := f.loadPolicy()
			if err != nil {
				return err
			}
			report, err := fim.Compare(args[0], args[1], p)
			if err != nil {
				return err
			}
			return f.print(out, report)
		},
	}
	c.Flags().StringVar(&f.policy, "policy", policy.Default, "name or file of the policy")
	c.Flags().StringVar(&f.aide, "aide-config", "", "take what is looked at from AIDE's configuration file instead")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	f.results(c)
	return c
}

func newFIMPolicies(out io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "policy [NAME]",
		Short: "List policies, or the rules of one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, n := range policy.Names() {
					p, err := policy.Load(n)
					if err != nil {
						return err
					}
					_, _ = fmt.Fprintf(out, "%-12s %s, %d rules\n", n, p.Title, len(p.Rules))
				}
				return nil
			}
			p, err := policy.Load(args[0])
			if err != nil {
				return err
			}
			printPolicy(out, p)
			return nil
		},
	}
}

func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
