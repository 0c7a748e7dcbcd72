package cli

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/client"
)

func newWaiver(env *Env) *cobra.Command {
	cmd := &cobra.Command{Use: "waiver", Short: "Ask a control plane to accept risks"}
	cmd.AddCommand(newWaiverRequest(env))
	return cmd
}

func newWaiverRequest(env *Env) *cobra.Command {
	var server, reason, until string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "request FINDING...",
		Short:   "Ask for findings to be accepted until a day; somebody else decides",
		Example: `  demarc waiver request 4711 --until 2027-01-31 --reason "A trial without data, gone by then."`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids := make([]int64, len(args))
			for i, a := range args {
				id, err := strconv.ParseInt(a, 10, 64)
				if err != nil {
					return fmt.Errorf("%s is no id of a finding; `demarc findings list` shows them", a)
				}
				ids[i] = id
			}
			c, err := client.Known(server, version())
			if err != nil {
				return err
			}
			var made struct {
				ID    int64  `json:"id"`
				State string `json:"state"`
				Until string `json:"until"`
			}
			err = c.Do(cmd.Context(), client.Request{Method: http.MethodPost, Path: "/waivers", Body: client.JSON(map[string]any{"findings": ids, "reason": reason, "until": until})}, &made)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(env, made)
			}
			_, err = fmt.Fprintf(env.Out, "Waiver %d is requested until %s; an approver of the group decides.\n", made.ID, made.Until)
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&server, "server", "", "URL of the control plane (or DEMARC_URL)")
	fl.StringVar(&reason, "reason", "", "why the risk can be taken, and what holds instead")
	fl.StringVar(&until, "until", "", "the last day it is to hold, as 2027-01-31")
	fl.BoolVar(&asJSON, "json", false, "as JSON")
	cmd.MarkFlagRequired("reason") //nolint:errcheck // the flag is there
	cmd.MarkFlagRequired("until")  //nolint:errcheck // likewise
	return cmd
}
