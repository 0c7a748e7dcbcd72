package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/report/digest"
)

func newCatalogue(env *Env) *cobra.Command {
	cmd := &cobra.Command{Use: "catalogue", Short: "Look into the catalogue of services"}
	cmd.AddCommand(newCatalogueList(env), newCatalogueValidate(env))
	return cmd
}

func newCatalogueList(env *Env) *cobra.Command {
	f := &engineFlags{}
	var asJSON bool
	var types bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the services covered, or with --types every resource type",
		Example: "  demarc catalogue list\n  demarc catalogue list --types | grep aws_db",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			engine, _, err := f.load(env, nil)
			if err != nil {
				return err
			}
			cat := engine.Catalogue
			switch {
			case asJSON:
				return listJSON(env, cat)
			case types:
				return listTypes(env, cat)
			}
			w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "SERVICE\tMODEL\tTYPES\tPARTS\tRULES\tTITLE")
			for _, id := range sortedKeys(cat.All().Services) {
				s := cat.Service(id)
				fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%s\n", id, s.Model, len(s.Assets), len(s.Parts), len(s.Owners), s.Title)
			}
			return w.Flush()
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	cmd.Flags().BoolVar(&types, "types", false, "list resource types instead of services")
	return cmd
}

func listTypes(env *Env, cat *catalogue.Catalogue) error {
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	rows, all := map[string]string{}, cat.All()
	for name, t := range all.Assets {
		rows[name] = t.Service.ID + "\t" + t.KindID
	}
	for name, p := range all.Parts {
		rows[name] = p.Service.ID + "\tpart of " + p.Of[0]
	}
	for name, why := range all.Ignored {
		rows[name] = "-\tno asset: " + why
	}
	fmt.Fprintln(w, "TYPE\tSERVICE\tBECOMES")
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(w, "%s\t%s\n", name, rows[name])
	}
	return w.Flush()
}

func listJSON(env *Env, cat *catalogue.Catalogue) error {
	type service struct {
		ID    string   `json:"id"`
		Title string   `json:"title"`
		Model string   `json:"model"`
		Types []string `json:"types"`
		Parts []string `json:"parts,omitempty"`
	}
	out := []service{}
	for _, id := range sortedKeys(cat.All().Services) {
		s := cat.Service(id)
		out = append(out, service{
			ID: id, Title: s.Title, Model: s.Model,
			Types: slices.Sorted(maps.Keys(s.Assets)), Parts: slices.Sorted(maps.Keys(s.Parts)),
		})
	}
	enc := json.NewEncoder(env.Out)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func newCatalogueValidate(env *Env) *cobra.Command {
	f := &engineFlags{thorough: true}
	cmd := &cobra.Command{
		Use:   "validate [DIR]",
		Short: "Check a catalogue directory: format, references and cases",
		Long: `Validate loads the built-in catalogue with DIR laid over it, reports every
mistake with file and line, and runs the cases it finds in DIR.`,
		Example: "  demarc catalogue validate ./our-catalogue",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.catalogue = append(f.catalogue, args...)
			engine, _, err := f.load(env, nil)
			if err != nil {
				return err
			}
			cases := 0
			var failed []error
			for _, dir := range f.catalogue {
				found, err := catalogue.Cases(dir)
				if err != nil {
					return err
				}
				for _, c := range found {
					cases++
					mistakes, err := engine.HoldCase(cmd.Context(), c)
					if err != nil {
						return err
					}
					for _, m := range mistakes {
						fmt.Fprintf(env.Err, "%s: %s\n", c.Config, m)
					}
					if len(mistakes) > 0 {
						failed = append(failed, fmt.Errorf("case %s/%s does not hold", c.Service, c.Name))
					}
				}
			}
			if len(failed) > 0 {
				return errors.Join(failed...)
			}
			all := engine.Catalogue.All()
			fmt.Fprintf(env.Out, "%d services, %d types, %d parts, %d checks", len(all.Services), len(all.Assets), len(all.Parts), engine.Checks.Len())
			if len(f.catalogue) > 0 {
				fmt.Fprintf(env.Out, "; %s", digest.Plural(cases, "case holds", "cases hold"))
			}
			fmt.Fprintln(env.Out)
			return nil
		},
	}
	f.register(cmd)
	return cmd
}
