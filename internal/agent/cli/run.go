package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/agent/link"
	"github.com/demarc-sec/demarc/internal/agent/run"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

type runFlags struct {
	common

	cpu       share
	memory    size
	spool     size
	ungentle  bool
	logFormat string
	logLevel  string
	metadata  string
}

func newRun(errs io.Writer) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Watch this host, and tell the control plane",
		Long: `Runs until it is stopped, or until the control plane retires this host: then it
exits with 4, and is not to be started again. systemd starts it as
demarc-agent.service.`,
		Example: `  demarc-agent run
  demarc-agent run --cpu-limit 25% --spool-size 512MiB`,
		Args: cobra.NoArgs,
	}
	flags := cmd.Flags()
	f.bind(flags)
	flags.Var(&f.cpu, "cpu-limit", "share of one core that each part may use for a scan, like 25%; no limit otherwise")
	flags.Var(&f.memory, "memory-limit", "what memory is kept below where that is possible; 64MiB otherwise")
	flags.Var(&f.spool, "spool-size", "how much is kept on disk while the control plane cannot be reached; 128MiB otherwise")
	flags.BoolVar(&f.ungentle, "no-nice", false, "scans compete with other programs for processors and disks")
	flags.StringVar(&f.logFormat, "log-format", "text", "text or json")
	flags.StringVar(&f.logLevel, "log-level", "info", "debug, info, warn or error")
	flags.StringVar(&f.metadata, "metadata", "", "address of the metadata service, for tests")
	_ = flags.MarkHidden("metadata")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := f.read(cmd); err != nil {
			return err
		}
		log, err := f.logger(errs)
		if err != nil {
			return err
		}
		return f.run(cmd.Context(), log)
	}
	return cmd
}

func (f *runFlags) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.logLevel)); err != nil {
		return nil, fmt.Errorf("--log-level is debug, info, warn or error, not %q", f.logLevel)
	}
	o := &slog.HandlerOptions{Level: level}
	switch f.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, fmt.Errorf("--log-format is text or json, not %q", f.logFormat)
}

func (f *runFlags) run(ctx context.Context, log *slog.Logger) error {
	s, err := link.OpenState(f.state)
	if err != nil {
		return err
	}
	lock, err := s.Lock()
	if err != nil {
		return err
	}
	defer lock.Close()
	id, err := s.Identity()
	if errors.Is(err, link.ErrNone) {
		id, err = f.first(ctx, s, log)
	}
	if err != nil || id == nil {
		return err
	}
	log.Info("the agent runs", "version", version(), "agent", id.Agent, "server", id.Server)
	return run.Run(ctx, run.Options{
		State: s, Version: version(), Log: log, Modules: modules(s), Spool: int64(f.spool),
		Limits: run.Limits{CPU: float64(f.cpu), Memory: int64(f.memory), Ungentle: f.ungentle},
	})
}

// first enrols a host that was to be enrolled when it starts first, however long that
// takes: a network may come late, and a token be mended. nil says that it was stopped
// before.
func (f *runFlags) first(ctx context.Context, s link.State, log *slog.Logger) (*link.Identity, error) {
	e, err := s.Deferred()
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, fmt.Errorf("%w; run demarc-agent enrol first", link.ErrNone)
	}
	for wait := 2 * time.Second; ; wait = min(2*wait, 5*time.Minute) {
		id, err := enrolNow(ctx, s, e, f.metadata)
		if err == nil {
			return id, nil
		}
		if ctx.Err() != nil {
			return nil, nil //nolint:nilerr // asked to stop: there is no identity, and nothing is wrong
		}
		var no *link.Refused
		if errors.As(err, &no) && no.Code != wire.CodeBusy {
			wait = 5 * time.Minute
		}
		pause := rand.N(wait) + time.Second
		if no != nil {
			pause += no.After
		}
		log.Error("this host is not enrolled yet", "server", e.Server, "error", err, "again_in", pause.Round(time.Second).String())
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(pause):
		}
	}
}
