package cli

import (
	"fmt"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/client"
	"github.com/demarc-sec/demarc/internal/inventory"
)

func newFindings(env *Env) *cobra.Command {
	cmd := &cobra.Command{Use: "findings", Short: "Ask a control plane for findings"}
	cmd.AddCommand(newFindingsList(env))
	return cmd
}

func newFindingsList(env *Env) *cobra.Command {
	var server string
	var asJSON bool
	var most int
	filters := map[string]*[]string{}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List findings: those that are open, where nothing else is asked",
		Example: "  demarc findings list --severity critical --severity high\n  demarc findings list --state resolved --limit 20 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := client.Known(server, version())
			if err != nil {
				return err
			}
			q := url.Values{}
			for name, values := range filters {
				if len(*values) > 0 {
					q[name] = *values
				}
			}
			all, err := client.List[inventory.Finding](cmd.Context(), c, "/findings", q, most)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(env, all)
			}
			w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "ID\tSEVERITY\tSTATE\tCHECK\tASSET")
			for _, f := range all {
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", f.ID, f.Severity, f.State, f.Check, f.Address)
			}
			return w.Flush()
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&server, "server", "", "URL of the control plane (or DEMARC_URL)")
	fl.BoolVar(&asJSON, "json", false, "as JSON")
	fl.IntVar(&most, "limit", 200, "list at most so many; 0 is all")
	for _, name := range []string{"severity", "state", "check", "provider", "service", "team", "environment", "account"} {
		filters[name] = fl.StringSlice(name, nil, "only of this "+name+" (repeatable)")
	}
	return cmd
}
