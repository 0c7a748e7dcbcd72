// Command demarc-agent looks inside a server: what runs on it, how it is
// configured, what changes. It reports to a control plane, or works alone.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/demarc-sec/demarc/internal/agent/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
