// Command demarc tells, for every asset of an estate, whose job each layer of
// its security is, and whether the customer's share is done.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/demarc-sec/demarc/internal/cli"
	"github.com/demarc-sec/demarc/internal/memory"
)

func main() {
	memory.Tune()
	log.SetOutput(io.Discard) // Helm's library warns there; what matters of it becomes a gap
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], cli.System()))
}
