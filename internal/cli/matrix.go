package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
	"github.com/demarc-sec/demarc/internal/report/terminal"
)

type matrixFlags struct {
	engineFlags
	service string
	by      string
}

func newMatrix(env *Env) *cobra.Command {
	f := &matrixFlags{}
	cmd := &cobra.Command{
		Use:   "matrix [PATH...]",
		Short: "Show the responsibility matrix of an estate, or of one service",
		Long: `Matrix shows whose each layer of the stack is: filled by evaluating the estate
at PATH, or, with --service, as the catalogue states it for one service with the
settings that move the line and the documents that say so.`,
		Example: "  demarc matrix .\n  demarc matrix --by environment infra/\n  demarc matrix --service aws/rds",
		RunE: func(cmd *cobra.Command, args []string) error {
			if (f.service == "") == (len(args) == 0) {
				return fmt.Errorf("name either paths or --service")
			}
			if !slices.Contains(matrix.Dimensions, f.by) {
				return fmt.Errorf("--by %s: choose %s", f.by, strings.Join(matrix.Dimensions, ", "))
			}
			return f.run(cmd.Context(), env, args)
		},
	}
	f.registerEstate(cmd)
	cmd.Flags().StringVar(&f.service, "service", "", "a service of the catalogue, such as aws/rds")
	cmd.Flags().StringVar(&f.by, "by", matrix.Dimensions[0], "columns: "+strings.Join(matrix.Dimensions, ", "))
	return cmd
}

func (f *matrixFlags) run(ctx context.Context, env *Env, paths []string) error {
	if f.service != "" {
		engine, _, err := f.load(env, nil)
		if err != nil {
			return err
		}
		s := engine.Catalogue.Service(f.service)
		if s == nil {
			return fmt.Errorf("no service %q; `demarc catalogue list` lists them", f.service)
		}
		return flush(env.Out, func(w io.Writer) error { return serviceMatrix(w, engine.Catalogue, s) })
	}
	a, err := f.assess(ctx, env, paths)
	if err != nil {
		return err
	}
	o := terminalOptions(env, false)
	o.By = f.by
	return flush(env.Out, func(w io.Writer) error { return terminal.Matrix(w, a, o) })
}

// assess runs the pipeline for commands that only look.
func (f *engineFlags) assess(ctx context.Context, env *Env, paths []string) (*report.Assessment, error) {
	engine, cfg, err := f.load(env, paths)
	if err != nil {
		return nil, err
	}
	opt, err := f.options(env, engine, cfg, paths)
	if err != nil {
		return nil, err
	}
	tell, done := f.progress(env)
	opt.Progress = tell
	res, err := engine.Run(ctx, opt)
	done()
	if err != nil {
		return nil, err
	}
	return res.Assessment(tool(), env.Now()), nil
}

// serviceMatrix prints what the catalogue states about a service: for each
// responsibility the rules in the order they are asked.
func serviceMatrix(out io.Writer, cat *catalogue.Catalogue, s *catalogue.Service) error {
	fmt.Fprintf(out, "%s  (%s, %s)\n", s.Title, s.ID, s.Model)
	for _, name := range sortedKeys(s.Assets) {
		t := s.Assets[name]
		fmt.Fprintf(out, "\n%s — %s\n", name, t.Kind.Title)
		w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		row := ""
		for i, resp := range t.Responsibilities {
			if resp.Row != row {
				row = resp.Row
				fmt.Fprintf(w, "  %s\t\t\n", catalogue.RowTitle(row))
			}
			decided := false
			for _, r := range t.Rules[i] {
				fmt.Fprintf(w, "    %s\t%s\t%s\n", resp.ID, ownerText(r), because(r))
				decided = decided || r.Condition == nil
			}
			if !decided {
				column := slices.Index(cat.Models.Columns, t.Model)
				owner := map[string]string{"c": "customer", "p": "provider"}[cat.Models.Owners[resp.ID][column]]
				fmt.Fprintf(w, "    %s\t%s\t%s\n", resp.ID, owner, "by default of "+t.Model)
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if len(s.Documents) > 0 {
		fmt.Fprintln(out, "\nDocuments")
	}
	for _, id := range sortedKeys(s.Documents) {
		d := s.Documents[id]
		fmt.Fprintf(out, "  %s  %s (read %s)\n    %s\n", id, d.Title, d.Verified, d.URL)
	}
	return nil
}

func ownerText(r *catalogue.Rule) string {
	if r.ChangesOn != "" {
		return fmt.Sprintf("%s, from %s on %s", r.Owner, r.ChangesOn, r.ChangesTo)
	}
	return r.Owner
}

func because(r *catalogue.Rule) string {
	text := "always"
	if r.When != "" {
		text = "when " + r.When
	}
	if r.Inferred {
		return text + "  [inferred]"
	}
	return text + "  [" + r.Document + "]"
}
