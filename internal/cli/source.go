package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/client"
)

// printJSON writes a result for programs.
func printJSON(env *Env, v any) error {
	if err := json.MarshalWrite(env.Out, v, json.Deterministic(true), jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err := fmt.Fprintln(env.Out)
	return err
}

func newSource(env *Env) *cobra.Command {
	cmd := &cobra.Command{Use: "source", Short: "Ask a control plane for its sources, or add one"}
	cmd.AddCommand(newSourceList(env), newSourceAdd(env))
	return cmd
}

func newSourceList(env *Env) *cobra.Command {
	var server string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List sources, by name",
		Example: "  demarc source list",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := client.Known(server, version())
			if err != nil {
				return err
			}
			all, err := client.List[client.Source](cmd.Context(), c, "/sources", nil, 0)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(env, all)
			}
			w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "ID\tKIND\tNAME\tSCHEDULE\tURL")
			for _, s := range all {
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", s.ID, s.Kind, s.Name, s.Schedule, s.Config.URL)
			}
			return w.Flush()
		},
	}
	cmd.Flags().StringVar(&server, "server", "", "URL of the control plane (or DEMARC_URL)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func newSourceAdd(env *Env) *cobra.Command {
	var server string
	var s client.Source
	var asJSON, fromStdin bool
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a source",
		Example: `  demarc source add shop --kind push
  demarc source add infra --kind git --git https://git.example.com/infra.git --schedule @daily --credential-stdin < token.txt`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := client.Known(server, version())
			if err != nil {
				return err
			}
			var credential string
			if fromStdin {
				text, err := io.ReadAll(io.LimitReader(os.Stdin, 20<<10))
				if err != nil {
					return fmt.Errorf("reading the credential: %w", err)
				}
				credential = strings.TrimRight(string(text), "\r\n")
			}
			s.Name = args[0]
			made, err := c.AddSource(cmd.Context(), s, credential)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(env, made)
			}
			_, err = fmt.Fprintf(env.Out, "Source %s is added as %d.\n", made.Name, made.ID)
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&server, "server", "", "URL of the control plane (or DEMARC_URL)")
	fl.StringVar(&s.Kind, "kind", "push", "push, upload or git")
	fl.Int64Var(&s.Group, "group", 0, "id of the group it belongs to (default the organisation's own)")
	fl.StringVar(&s.Config.URL, "git", "", "URL of the repository")
	fl.StringVar(&s.Config.Ref, "ref", "", "branch or tag (default the repository's)")
	fl.StringVar(&s.Config.Path, "path", "", "directory below the repository's root")
	fl.StringVar(&s.Config.User, "user", "", "user for https")
	fl.StringVar(&s.Schedule, "schedule", "", "five fields of cron in UTC, or @hourly, @daily, @weekly, @monthly")
	fl.BoolVar(&fromStdin, "credential-stdin", false, "read the credential from standard input")
	fl.BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}
