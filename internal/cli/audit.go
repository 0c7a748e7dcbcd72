package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/client"
)

func newAudit(env *Env) *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Verify a control plane's audit log"}
	cmd.AddCommand(newAuditVerify(env))
	return cmd
}

func newAuditVerify(env *Env) *cobra.Command {
	var server, hash string
	var seq int64
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Verify an exported audit log, or that of a control plane",
		Long: `Verify walks the chain of an audit log: of an export, or without FILE of the
whole log as the control plane gives it out. It prints where the log ends; kept elsewhere and given
with --sequence and --hash, that shows later that nothing before it was changed or cut off.`,
		Example: "  demarc audit verify audit.ndjson\n  demarc audit verify --server https://demarc.example.com",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (seq == 0) != (hash == "") {
				return errors.New("--sequence and --hash go together")
			}
			head, err := verifyAudit(cmd.Context(), server, args, seq, hash)
			if err != nil {
				if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
					return &exitError{ExitFindings, broken}
				}
				return err
			}
			if asJSON {
				return printJSON(env, head)
			}
			_, err = fmt.Fprintf(env.Out, "The log is as it was written, up to entry %d with hash %s.\n", head.Seq, head.Hash)
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&server, "server", "", "URL of the control plane (or DEMARC_URL)")
	fl.Int64Var(&seq, "sequence", 0, "of a head that was kept elsewhere")
	fl.StringVar(&hash, "hash", "", "of that head")
	fl.BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func verifyAudit(ctx context.Context, server string, args []string, seq int64, hash string) (audit.Head, error) {
	var known *audit.Head
	if len(args) == 1 {
		f, err := os.Open(args[0])
		if err != nil {
			return audit.Head{}, err
		}
		defer f.Close()
		if seq != 0 {
			known = &audit.Head{Seq: seq, Hash: hash}
		}
		return audit.VerifyExport(f, known)
	}
	c, err := client.Known(server, version())
	if err != nil {
		return audit.Head{}, err
	}
	if seq != 0 {
		known = &audit.Head{Seq: seq, Hash: hash}
	}
	log, err := c.Open(ctx, client.Request{Method: http.MethodGet, Path: "/audit/export"})
	if err != nil {
		return audit.Head{}, err
	}
	defer log.Close()
	return audit.VerifyExport(log, known)
}
