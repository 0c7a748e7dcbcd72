package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/assess"
	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/report/terminal"
)

type explainFlags struct {
	engineFlags
	paths   []string
	verbose bool
}

func newExplain(env *Env) *cobra.Command {
	f := &explainFlags{}
	cmd := &cobra.Command{
		Use:   "explain ADDRESS|CHECK|RESPONSIBILITY",
		Short: "Tell the story of one asset, check or responsibility",
		Long: `Explain tells of an asset its stack of layers, top to bottom, each with its
owner, how it stands, why, and what to do; of a check what it proves and where;
of a responsibility what it means and who owns it by default. "responsibilities"
and "facts" list those there are.`,
		Example: "  demarc explain aws_db_instance.main\n  demarc explain --in infra/ module.db.aws_db_instance.main\n  demarc explain encryption-at-rest\n  demarc explain guest-os.deploy",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), env, args[0]) },
	}
	f.registerEstate(cmd)
	cmd.Flags().StringArrayVar(&f.paths, "in", []string{"."}, "estate in which the asset is (repeatable)")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "say more")
	return cmd
}

func (f *explainFlags) run(ctx context.Context, env *Env, what string) error {
	engine, _, err := f.load(env, f.paths)
	if err != nil {
		return err
	}
	if c, _ := engine.Checks.Lookup(what); c != nil {
		return flush(env.Out, func(w io.Writer) error { return explainCheck(w, engine, c) })
	}
	if what == "responsibilities" {
		return flush(env.Out, func(w io.Writer) error { return listResponsibilities(w, engine.Catalogue) })
	}
	if what == "facts" {
		return flush(env.Out, func(w io.Writer) error { return listFacts(w, engine.Catalogue) })
	}
	if r := engine.Catalogue.Responsibilities[what]; r != nil {
		return flush(env.Out, func(w io.Writer) error { return explainResponsibility(w, engine, r) })
	}
	a, err := f.assess(ctx, env, f.paths)
	if err != nil {
		return err
	}
	err = flush(env.Out, func(w io.Writer) error { return terminal.Explain(w, a, what, terminalOptions(env, f.verbose)) })
	if errors.Is(err, terminal.ErrNoAsset) {
		return fmt.Errorf("%w; nor is it a check or a responsibility (name the estate with --in)", err)
	}
	return err
}

// listFacts prints the vocabulary of facts.
func listFacts(w io.Writer, cat *catalogue.Catalogue) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "FACT\tTYPE\tIS")
	for _, name := range slices.Sorted(maps.Keys(cat.Facts)) {
		f := cat.Facts[name]
		fmt.Fprintf(t, "%s\t%s\t%s\n", name, f.Type, f.Is)
	}
	return t.Flush()
}

func explainCheck(w io.Writer, engine *assess.Engine, c *check.Check) error {
	fmt.Fprintf(w, "%s — %s\n\n", c.ID, c.Title)
	fmt.Fprintf(w, "  severity        %s\n  proves          %s (%s)\n  holds when      %s\n", c.Severity, c.Responsibility,
		engine.Catalogue.Responsibilities[c.Responsibility].Title, c.Pass)
	if c.Applies.When != "" {
		fmt.Fprintf(w, "  asked when      %s\n", c.Applies.When)
	}
	var types []string
	for name, t := range engine.Catalogue.All().Assets {
		if c.CanApply(engine.Catalogue, t) {
			types = append(types, name)
		}
	}
	slices.Sort(types)
	fmt.Fprintf(w, "  asked of        %d resource types: %s\n", len(types), strings.Join(types, ", "))
	fmt.Fprintf(w, "\nWhy\n  %s\n\nWhat to do\n  %s\n", strings.TrimSpace(c.Why), strings.TrimSpace(c.Fix["text"]))
	for _, dialect := range sortedKeys(c.Fix) {
		if dialect != "text" {
			fmt.Fprintf(w, "  %s: %s\n", dialect, strings.TrimSpace(c.Fix[dialect]))
		}
	}
	if len(c.Rows) > 0 {
		fmt.Fprintln(w, "\nAlso known as")
		for _, r := range c.Rows {
			fmt.Fprintf(w, "  %s\n", r.ID)
		}
	}
	if len(c.References) > 0 {
		fmt.Fprintln(w, "\nReferences")
		for _, r := range c.References {
			fmt.Fprintf(w, "  %s\n", r)
		}
	}
	return nil
}

func listResponsibilities(w io.Writer, cat *catalogue.Catalogue) error {
	for _, row := range cat.Rows {
		fmt.Fprintf(w, "%s\n", row.Title)
		for _, r := range row.Responsibilities {
			fmt.Fprintf(w, "  %-32s %s\n", r.ID, r.Title)
		}
	}
	return nil
}

func explainResponsibility(w io.Writer, engine *assess.Engine, r *catalogue.Responsibility) error {
	fmt.Fprintf(w, "%s — %s\n\n  row: %s\n\nOwner by delivery model, before a service says otherwise\n", r.ID, r.Title, catalogue.RowTitle(r.Row))
	for i, model := range engine.Catalogue.Models.Columns {
		owner := "provider"
		if engine.Catalogue.Models.Owners[r.ID][i] == "c" {
			owner = "customer"
		}
		fmt.Fprintf(w, "  %-12s %s\n", model, owner)
	}
	fmt.Fprintln(w, "\nChecks that prove it")
	n := 0
	for _, c := range engine.Checks.All() {
		if c.Responsibility == r.ID {
			n++
			fmt.Fprintf(w, "  %-40s %s\n", c.ID, c.Title)
		}
	}
	if n == 0 {
		fmt.Fprintln(w, "  none: where it is the customer's it stays unverified")
	}
	fmt.Fprintln(w, "\nServices that move the line by a setting")
	for _, id := range sortedKeys(engine.Catalogue.All().Services) {
		for _, rule := range engine.Catalogue.Service(id).Owners {
			if slices.Contains(rule.For, r.ID) && rule.When != "" {
				fmt.Fprintf(w, "  %-44s %s when %s\n", rule.ID, rule.Owner, rule.When)
			}
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
