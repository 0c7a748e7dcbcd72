// Package enrich runs the analyses that need the whole graph, in order. Each
// adds derived facts to assets.
package enrich

import (
	"time"

	"github.com/demarc-sec/demarc/internal/estate"
)

// Options of Run.
type Options struct {
	Today time.Time // the day lifecycles are read for
}

// Run runs every analysis on the estate.
func Run(e *estate.Estate, opt Options) error {
	return nil
}
