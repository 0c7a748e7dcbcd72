package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/agent/fim"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

func newFIMWatch(out, errs io.Writer) *cobra.Command {
	var f fimFlags
	var every time.Duration
	var backend string
	c := &cobra.Command{
		Use:   "watch",
		Short: "Say what changes as it happens, and who does it",
		Long: `Says what changes as it happens, and who does it, until it is interrupted. Begins
with a check of what changed since the baseline, which it makes if there is none.
It tells how much of the time it saw all: what it missed is said, and looked at again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.watch(cmd.Context(), every, backend, out, errs) },
	}
	f.common(c)
	c.Flags().StringVar(&f.cpuLimit, "cpu-limit", "", "how much of one core scans may use, as 20% or 0.2 (default 25%)")
	c.Flags().DurationVar(&every, "coverage", 5*time.Minute, "how often to state what was seen")
	c.Flags().StringVar(&backend, "live", "", "what watches: fanotify, inotify (does not tell who changed a file), or none, for scans alone (default: the best there is)")
	return c
}

func (f *fimFlags) watch(ctx context.Context, every time.Duration, backend string, out, errs io.Writer) error {
	s, err := f.scan(nil)
	if err != nil {
		return err
	}
	m, err := fim.New(fim.Options{Baseline: s.Baseline, Root: s.Root, Policy: s.Policy, CPULimit: s.CPULimit, CoverageEvery: every, Backend: backend, Version: version()})
	if err != nil {
		return err
	}
	return m.Run(ctx, func(kind wire.EventKind, body any) {
		if f.json {
			_ = printJSON(out, struct {
				Kind wire.EventKind `json:"kind"`
				Body any            `json:"body"`
			}{kind, body})
			return
		}
		switch b := body.(type) {
		case *fim.Change:
			_, _ = fmt.Fprint(out, b.At.Local().Format("15:04:05.000"))
			printChange(out, b)
		case *fim.Coverage:
			_, _ = fmt.Fprintf(errs, "%s to %s, %s %s: ", b.From.Local().Format("15:04:05"), b.To.Local().Format("15:04:05"), b.Source, b.Backend)
			printCoverage(errs, b, nil)
		}
	})
}
