package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func newCheck(env *Env) *cobra.Command {
	cmd := &cobra.Command{Use: "check", Short: "List checks, and test your own"}
	cmd.AddCommand(newCheckList(env), newCheckTest(env))
	return cmd
}

func newCheckList(env *Env) *cobra.Command {
	f := &engineFlags{}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the checks",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			engine, _, err := f.load(env, nil)
			if err != nil {
				return err
			}
			if asJSON {
				type row struct {
					ID             string   `json:"id"`
					Title          string   `json:"title"`
					Severity       string   `json:"severity"`
					Responsibility string   `json:"responsibility"`
					Rows           []string `json:"rows,omitempty"`
				}
				out := []row{}
				for _, c := range engine.Checks.All() {
					r := row{ID: c.ID, Title: c.Title, Severity: string(c.Severity), Responsibility: c.Responsibility}
					for _, x := range c.Rows {
						r.Rows = append(r.Rows, x.ID)
					}
					out = append(out, r)
				}
				enc := json.NewEncoder(env.Out)
				enc.SetIndent("", "  ")
				return enc.Encode(out)
			}
			w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "CHECK\tSEVERITY\tPROVES\tTITLE")
			for _, c := range engine.Checks.All() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.ID, c.Severity, c.Responsibility, c.Title)
			}
			return w.Flush()
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func newCheckTest(env *Env) *cobra.Command {
	f := &engineFlags{}
	cmd := &cobra.Command{
		Use:   "test DIR",
		Short: "Prove your own checks against their fixtures",
		Long: `Test loads every check of DIR (one folder each) and assesses the fixtures beside
it, each alone. Of the assets a check is asked of, all must pass in pass*, fail in
fail* and be unknown in unknown*; a resource whose name begins with "other" is not
looked at. The ending says what a fixture is: .tf, .cfn.yaml, .arm.json, .k8s.yaml
and so on. A check needs a passing and a failing fixture in each of its dialects.`,
		Example: "  demarc check test ./our-checks",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.checks = append(f.checks, args[0])
			return f.testChecks(cmd.Context(), env, args[0])
		},
	}
	f.register(cmd)
	return cmd
}

func (f *engineFlags) testChecks(ctx context.Context, env *Env, dir string) error {
	engine, _, err := f.load(env, nil)
	if err != nil {
		return err
	}
	tested, broken := 0, 0
	for _, c := range engine.Checks.All() {
		if !c.In(dir) {
			continue
		}
		tested++
		mistakes, err := engine.ProveCheck(ctx, c, dir)
		if err != nil {
			return err
		}
		if len(mistakes) > 0 {
			broken++
		}
		for _, m := range mistakes {
			fmt.Fprintf(env.Err, "%s: %s\n", c.ID, m)
		}
	}
	fmt.Fprintf(env.Out, "%d checks tested, %d hold\n", tested, tested-broken)
	if broken > 0 {
		return &exitError{code: ExitFindings}
	}
	return nil
}
