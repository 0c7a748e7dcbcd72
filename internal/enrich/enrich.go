// Package enrich runs the analyses that need the whole graph, in order. Each
// adds derived facts to assets; a derived fact whose inputs are not known is
// unknown too, with the reason.
package enrich

import (
	"time"

	"github.com/demarc-sec/demarc/internal/enrich/access"
	"github.com/demarc-sec/demarc/internal/enrich/network"
	"github.com/demarc-sec/demarc/internal/estate"
)

// Options of Run.
type Options struct {
	Today time.Time // the day lifecycles are read for
}

// Run runs every analysis on the estate.
func Run(e *estate.Estate, opt Options) error {
	access.Enrich(e)  // whom policies and ACLs admit, what identities may do
	network.Enrich(e) // what rules admit, what the internet reaches
	return nil
}
