// Package cli is the command line: it parses, wires and maps errors to exit
// codes. Results go to standard output, everything else to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Exit codes, as the help prints them.
const (
	ExitClean      = 0
	ExitFindings   = 1
	ExitInput      = 2
	ExitIncomplete = 3
)

const exitTable = `Exit codes:
  0  clean: nothing at or above the --fail-on threshold
  1  findings at or above the threshold
  2  usage or input error
  3  incomplete: something could not be read, and --allow-incomplete was not given`

// Env is what a run sees of the outside world.
type Env struct {
	Out, Err  io.Writer
	Colour    bool // standard output is a terminal that shows colour
	Width     int  // of that terminal; 0 when it is none
	ErrIsTerm bool // standard error is a terminal: progress may be drawn
	Now       func() time.Time
	Variables []string // the environment's, as name=value
}

// System returns the environment of the process.
func System() *Env {
	e := &Env{Out: os.Stdout, Err: os.Stderr, Now: time.Now, Variables: os.Environ(), ErrIsTerm: term.IsTerminal(int(os.Stderr.Fd()))}
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		e.Colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		if w, _, err := term.GetSize(fd); err == nil {
			e.Width = w
		}
	}
	if day := os.Getenv("DEMARC_TODAY"); day != "" { // fixes the calendar, for reproducible reports
		if t, err := time.Parse(time.DateOnly, day); err == nil {
			e.Now = func() time.Time { return t }
		}
	}
	return e
}

// exitError carries an exit code. An empty message prints nothing.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, args []string, env *Env) int {
	root := newRoot(env)
	root.SetArgs(args)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitClean
	}
	code := ExitInput
	if exit, ok := errors.AsType[*exitError](err); ok {
		code = exit.code
	}
	if msg := message(err); msg != "" {
		fmt.Fprintln(env.Err, "demarc: "+msg)
	}
	return code
}

// message turns an error into what a person reads.
func message(err error) string {
	if exit, ok := errors.AsType[*exitError](err); ok && exit.err == nil {
		return ""
	}
	path, isPath := errors.AsType[*fs.PathError](err)
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case isPath && errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("%s: no such file or directory", path.Path)
	case isPath && errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("%s: permission denied; make it readable for this user", path.Path)
	}
	return strings.ReplaceAll(err.Error(), "\n", "\n        ")
}

func newRoot(env *Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "demarc",
		Short: "Whose job is each layer of your estate's security, and is your share done?",
		Long: `Demarc reads an estate as code and tells, for every asset and every layer of
the stack, who owns it and why, what of your share fails, what nobody ever
verified, and where the weakest link is.

` + exitTable,
		Example: `  demarc assess .
  demarc assess --format html --output report.html infra/
  terraform show -json plan.out > plan.json && demarc assess plan.json
  demarc explain aws_db_instance.main
  demarc matrix --service aws/rds`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(
		newAssess(env), newMatrix(env), newExplain(env), newDiff(env),
		newCatalogue(env), newCheck(env), newServe(env), newBackup(env), newRestore(env), newVersion(env),
		newLogin(env), newFindings(env), newWaiver(env), newSource(env), newAudit(env), newVuln(env), newPermissions(env),
	)
	return root
}
