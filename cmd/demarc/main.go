// Command demarc tells, for every asset of an estate, whose job each layer of
// its security is, and whether the customer's share is done.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/demarc-sec/demarc/internal/cli"
)

func main() {
	tuneCollector()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], cli.System()))
}
