package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/client"
)

func newLogin(env *Env) *cobra.Command {
	var fromStdin bool
	cmd := &cobra.Command{
		Use:   "login URL --token-stdin",
		Short: "Remember a control plane and a token for it",
		Long: `Login reads an API token from standard input, asks the control plane whose it
is, and keeps it where only this user may read it. People make tokens in the
console, and administrators those of service accounts.

DEMARC_URL and DEMARC_TOKEN stand above what is kept, for CI.`,
		Example: "  demarc login https://demarc.example.com --token-stdin < token.txt",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !fromStdin {
				return errors.New("give --token-stdin, and the token on standard input: an argument would be seen by others")
			}
			text, err := io.ReadAll(io.LimitReader(os.Stdin, 4<<10))
			if err != nil {
				return fmt.Errorf("reading the token: %w", err)
			}
			token := strings.TrimSpace(string(text))
			if token == "" {
				return errors.New("there is no token on standard input")
			}
			c, err := client.New(args[0], token, version())
			if err != nil {
				return err
			}
			c.Attempts = 1 // somebody waits, who can try again
			me, err := c.Me(cmd.Context())
			if err != nil {
				return err
			}
			if len(me.Permissions) == 0 {
				return fmt.Errorf("the token of %s may do nothing at %s: its holder has no role there that its permissions are part of; ask an administrator for one, or make another token", me.Name, c.URL)
			}
			file, err := c.Remember()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(env.Out, "%s of %s at %s; kept in %s\n", me.Name, me.Organisation.Name, c.URL, file)
			return err
		},
	}
	cmd.Flags().BoolVar(&fromStdin, "token-stdin", false, "read the token from standard input")
	return cmd
}
