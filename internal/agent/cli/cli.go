// Package cli is the command line of demarc-agent. Results go to standard
// output, everything else to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/agent/link"
)

// Exit codes.
const (
	exitClean = 0
	exitFound = 1 // fim check found changes
	exitInput = 2

	exitIncomplete = 3 // something could not be read

	exitRetired = 4 // the control plane wants no more of this host
)

// errFound and errIncomplete end a command whose result, printed already, is
// not clean or not whole.
var (
	errFound      = errors.New("found")
	errIncomplete = errors.New("incomplete")
)

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, args []string, out, errs io.Writer) int {
	root := &cobra.Command{
		Use:   "demarc-agent",
		Short: "Watches a server: heartbeat, integrity, hardening, patches, signs of intrusion",
		Long: `Watches a server: heartbeat, integrity, hardening, patches, signs of intrusion.

Exit codes: 0 all is well; 1 something was found, or status says that it is not;
2 something is wrong with what was asked for, or could not be done; 3 something
could not be read; 4 the control plane retired this host.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	root.AddCommand(newPackages(out))
	root.AddCommand(newVersion(out))
	root.AddCommand(newScan(out))
	root.AddCommand(newEnrol(os.Stdin, out))
	root.AddCommand(newRun(errs))
	root.AddCommand(newStatus(out))
	root.AddCommand(newFIM(out, errs))
	root.AddCommand(newDetect(os.Stdin, out, errs))
	switch err := root.ExecuteContext(ctx); {
	case err == nil:
		return exitClean
	case errors.Is(err, errFound):
		return exitFound
	case errors.Is(err, errIncomplete):
		return exitIncomplete
	case errors.Is(err, link.ErrRetired):
		_, _ = fmt.Fprintf(errs, "demarc-agent: %v\n", err)
		return exitRetired
	default:
		_, _ = fmt.Fprintf(errs, "demarc-agent: %v\n", err)
		return exitInput
	}
}
