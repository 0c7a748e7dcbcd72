// Package cli is the command line of demarc-agent. Results go to standard
// output, everything else to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitClean = 0
	exitFound = 1 // fim check found changes
	exitInput = 2
)

// errFound ends a command whose result, printed already, is not clean.
var errFound = errors.New("")

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, args []string, out, errs io.Writer) int {
	root := &cobra.Command{
		Use:           "demarc-agent",
		Short:         "Watches a server: heartbeat, integrity, hardening, patches, signs of intrusion",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	root.AddCommand(newPackages(out))
	root.AddCommand(newVersion(out))
	root.AddCommand(newScan(out))
	switch err := root.ExecuteContext(ctx); {
	case err == nil:
		return exitClean
	case errors.Is(err, errFound):
		return exitFound
	default:
		_, _ = fmt.Fprintf(errs, "demarc-agent: %v\n", err)
		return exitInput
	}
}
