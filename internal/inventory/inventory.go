// Package inventory keeps the ledger of an organisation's estate over time: it
// takes the assessments of sources as snapshots, writes down only what differs
// from the one before, and answers what there is, how it is doing, and how it
// came to be so.
package inventory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
)

// ErrInvalid is wrapped by errors about what was asked for or posted; their
// text is for the person who did it.
var ErrInvalid = errors.New("not valid")

// ErrOlder says that the source has a later snapshot already.
var ErrOlder = fmt.Errorf("%w: the source has a later snapshot already", store.ErrConflict)

// Inventory is the ledger of a control plane. It is safe for concurrent use, and
// not to be copied.
type Inventory struct {
	DB  *store.DB
	Now func() time.Time

	// Accepted, when set, returns the test by which the control plane's own
	// waivers accept failing findings of a source.
	Accepted func(ctx context.Context, tx bun.IDB, org, source int64) (Accept, error)

	// Silent, when set, returns the files of a source about whose assets nobody
	// speaks now: their agent does not report. What was verified of them, or
	// found, holds no more; see Silence.
	Silent func(ctx context.Context, tx bun.Tx, org, source int64) (map[string]bool, error)

	// Home, when set, returns the group in which all assets of a source lie
	// whatever the groups' scopes say; 0 leaves it to those.
	Home func(ctx context.Context, tx bun.Tx, org, source int64) (int64, error)

	// Keep is for how long Tend keeps history; 0 for ever.
	Keep time.Duration

	// AtOnce is how many assets Replace places while somebody waits; 0 is 20,000.
	AtOnce int

	// Groups is what Tend asks about organisations, and what says whether the
	// tree by which a post places assets is still the one there is. Without it,
	// the tree of who posts counts.
	Groups Groups

	cache cache // of cells
}

// Accept returns the waiver of a failing finding on an asset that lies in the
// group, or nil.
type Accept func(f *report.Finding, group int64) *report.Waiver

// Meta is what a post says of an assessment that the assessment does not.
type Meta struct {
	Revision string // the commit that was assessed
	Branch   string
	Origin   string // how it came: job, push, upload

	// Within, when set, runs in the transaction of the post after everything
	// is written, so that a job can hold its attempt, and an event be written,
	// together with the result. An error from it undoes the post.
	Within func(ctx context.Context, tx bun.Tx, p *Posted) error
}

// Posted tells what a post did.
type Posted struct {
	Snapshot int64
	Org      int64
	Source   int64
	First    bool // the source's first snapshot: nothing counts as changed
	Counts   Counts
}

// Counts tell how a snapshot differs from the one before.
type Counts struct {
	Assets    int `json:"assets"` // there are now
	Duties    int `json:"duties"`
	Findings  int `json:"findings"`         // failing ones
	New       int `json:"new"`              // assets
	Gone      int `json:"gone"`             // assets
	Changed   int `json:"changed"`          // assets
	Unseen    int `json:"unseen,omitempty"` // assets missing where something could not be read
	Moved     int `json:"moved"`            // lines: duties whose owner differs
	Statuses  int `json:"statuses"`         // duties whose status alone differs
	Failing   int `json:"failing"`          // findings that fail for the first time
	Resolved  int `json:"resolved"`
	Regressed int `json:"regressed"`
	Gaps      int `json:"gaps"` // what could not be read
	Uncovered int `json:"uncovered"`
}

// Nothing reports that the snapshot is as the one before.
func (c Counts) Nothing() bool {
	return c.New+c.Gone+c.Changed+c.Moved+c.Statuses+c.Failing+c.Resolved+c.Regressed == 0
}
