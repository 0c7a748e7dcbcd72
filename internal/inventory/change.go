package inventory

import (
	"time"

	"github.com/demarc-sec/demarc/internal/report"
)

// Kinds of changes.
const (
	SourceAdded = "source-added" // its first snapshot, of which nothing else is listed
	SourceGone  = "source-gone"

	AssetAdded = "asset-added" // or back again
	AssetGone  = "asset-gone"

	LineMoved     = "line-moved"     // another party owns the duty
	StatusChanged = "status-changed" // the same party does
	DutyAdded     = "duty-added"     // on an asset that was there
	DutyGone      = "duty-gone"

	FindingNew       = "finding-new"
	FindingResolved  = "finding-resolved"
	FindingRegressed = "finding-regressed"
	FindingWaived    = "finding-waived"
	FindingReopened  = "finding-reopened" // its waiver ended, or it fails again after not having been known
	FindingBlinded   = "finding-blinded"  // decided before, not known now
	FindingSettled   = "finding-settled"  // not known before, passes now
)

// ChangeKinds are all of them.
var ChangeKinds = []string{
	SourceAdded, SourceGone, AssetAdded, AssetGone, LineMoved, StatusChanged, DutyAdded, DutyGone,
	FindingNew, FindingResolved, FindingRegressed, FindingWaived, FindingReopened, FindingBlinded, FindingSettled,
}

// Change is one thing that differs from the snapshot before.
type Change struct {
	ID       int64     `json:"id"`
	Source   int64     `json:"source"`
	Snapshot int64     `json:"snapshot,omitempty"` // zero where no snapshot made it: a waiver, for instance
	Group    int64     `json:"group"`
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"`
	Asset    int64     `json:"asset,omitempty"`
	Address  string    `json:"address,omitempty"`
	Subject  string    `json:"subject,omitempty"` // the responsibility, or the finding's fingerprint
	Title    string    `json:"title,omitempty"`   // of the responsibility or check
	Was      State     `json:"was,omitzero"`
	Now      State     `json:"now,omitzero"`
}

// State is a thing on one side of a change. The zero value is not being there.
type State struct {
	There bool `json:"there,omitempty"`

	// Of a duty.
	Owner  string `json:"owner,omitempty"`
	Party  string `json:"party,omitempty"`
	Status string `json:"status,omitempty"`
	Row    string `json:"row,omitempty"`
	Rule   string `json:"rule,omitempty"` // of its basis
	Note   string `json:"note,omitempty"`

	// Of a finding.
	Check    string `json:"check,omitempty"`
	Severity string `json:"severity,omitempty"`
	State    string `json:"state,omitempty"`
	Message  string `json:"message,omitempty"`

	// Of an asset or a source.
	Kind    string `json:"kind,omitempty"`
	Service string `json:"service,omitempty"`
	Assets  int    `json:"assets,omitempty"`
	Duties  int    `json:"duties,omitempty"`
	Failing int    `json:"failing,omitempty"`
}

// Difference is what differs between two moments: first before against last
// after. Each list is bounded by MaxDifference; Counts are not.
type Difference struct {
	From   time.Time           `json:"from"`
	To     time.Time           `json:"to"`
	Counts map[string]int      `json:"counts"` // by kind of change
	Lists  map[string][]Change `json:"lists"`  // by kind of change
	// Bounded is set when more changed than one difference looks at: the
	// counts are then of the latest changes alone.
	Bounded bool `json:"bounded,omitempty"`
}

// MaxDifference bounds each list of a difference.
const MaxDifference = 1000

// ChangeQuery asks for changes, newest first.
type ChangeQuery struct {
	Paging
	Group    int64
	Sources  []int64
	Snapshot int64
	Asset    int64
	Kinds    []string
	Since    time.Time
	Until    time.Time
}

// Snapshot is one assessment of a source.
type Snapshot struct {
	ID       int64     `json:"id"`
	Source   int64     `json:"source"`
	Assessed time.Time `json:"assessed"`
	Posted   time.Time `json:"posted"`
	Tool     string    `json:"tool"`
	Version  string    `json:"version"`
	Revision string    `json:"revision,omitempty"`
	Branch   string    `json:"branch,omitempty"`
	Origin   string    `json:"origin,omitempty"`
	Counts   Counts    `json:"counts"`
}

// Details of a snapshot: what the assessment could not see, and the like.
type Details struct {
	Sources     []report.Source        `json:"sources"`
	Uncovered   []report.UncoveredType `json:"uncovered,omitempty"`
	Imports     []report.Import        `json:"imports,omitempty"`
	Limitations []string               `json:"limitations,omitempty"`
}
