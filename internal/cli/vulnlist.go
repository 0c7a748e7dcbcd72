package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/client"
)

// listedVulnerability is what the list shows of one.
type listedVulnerability struct {
	Name      string  `json:"name"`
	Severity  string  `json:"severity"`
	Exploited bool    `json:"exploited"`
	EPSS      float64 `json:"epss,omitzero"`
	Score     float64 `json:"score,omitzero"`
	Summary   string  `json:"summary,omitempty"`
	Servers   int64   `json:"servers"`
	Fixable   int64   `json:"fixable"`
	Reachable int64   `json:"reachable"`
}

func newVulnList(env *Env) *cobra.Command {
	var server string
	var asJSON bool
	var most int
	filters := map[string]*[]string{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Ask a control plane which vulnerabilities its servers have",
		Long: `List shows the vulnerabilities of the servers with agents: what attackers use
first, then the worst. What was not evaluated is not in it, and is not clean:
the command says how many servers that are, and exits with 3.`,
		Example: "  demarc vuln list --severity critical --fix yes\n  demarc vuln list --exploited yes --json",
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
			all, err := client.List[listedVulnerability](cmd.Context(), c, "/vulnerabilities", q, most)
			if err != nil {
				return err
			}
			if asJSON {
				err = printJSON(env, all)
			} else {
				err = showVulnerabilities(env, all)
			}
			if err != nil {
				return err
			}
			return notEvaluated(cmd, c)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&server, "server", "", "URL of the control plane (or DEMARC_URL)")
	fl.BoolVar(&asJSON, "json", false, "as JSON")
	fl.IntVar(&most, "limit", 200, "list at most so many; 0 is all")
	for name, usage := range map[string]string{
		"severity": "critical, high, medium, unknown, low or negligible", "exploited": "yes or no", "fix": "yes, subscribers or no",
		"use": "listening, loaded, unknown, installed or not_running", "system": "such as 'debian 12'", "group": "the id of a group: it and those below it",
	} {
		filters[name] = fl.StringSlice(name, nil, usage+" (repeatable)")
	}
	return cmd
}

func showVulnerabilities(env *Env, all []listedVulnerability) error {
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "VULNERABILITY\tSEVERITY\tEXPLOITED\tEPSS\tSERVERS\tWITH FIX\tIN USE ON")
	for _, v := range all {
		exploited := ""
		if v.Exploited {
			exploited = "exploited"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.3f\t%d\t%d\t%d\n", v.Name, v.Severity, exploited, v.EPSS, v.Servers, v.Fixable, v.Reachable)
	}
	return w.Flush()
}

// notEvaluated is an error that says how many servers the list says nothing of.
func notEvaluated(cmd *cobra.Command, c *client.Client) error {
	var counts struct {
		Facets map[string][]struct {
			Value string `json:"value"`
			Count int64  `json:"count"`
		} `json:"facets"`
	}
	if err := c.Do(cmd.Context(), client.Request{Method: http.MethodGet, Path: "/server-software/facets"}, &counts); err != nil {
		return err
	}
	for _, r := range counts.Facets["result"] {
		if r.Value == "not_evaluated" && r.Count > 0 {
			return &exitError{ExitIncomplete, fmt.Errorf("not evaluated, or a part of them: %d servers", r.Count)}
		}
	}
	return nil
}
