package inventory

import (
	"time"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
)

// Page is a part of a list. Next is the cursor of the part that follows, and
// empty at the end.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// Asset is one thing of the estate, as lists show it.
type Asset struct {
	ID          int64     `json:"id"`
	Source      int64     `json:"source"`
	Group       int64     `json:"group"`
	UID         string    `json:"uid"` // its id in the assessments of its source
	Address     string    `json:"address"`
	Name        string    `json:"name"`
	Kind        string    `json:"kind"`
	Provider    string    `json:"provider"`
	Service     string    `json:"service"`
	Model       string    `json:"model"`
	NativeType  string    `json:"native_type"`
	Account     string    `json:"account,omitempty"`
	Region      string    `json:"region,omitempty"`
	Environment string    `json:"environment,omitempty"`
	Team        string    `json:"team,omitempty"`
	Path        string    `json:"path,omitempty"`
	Exposed     string    `json:"exposed"`            // yes, no, unknown
	Status      string    `json:"status,omitempty"`   // the worst of the customer's duties
	Severity    string    `json:"severity,omitempty"` // of the worst failing finding
	Failing     int       `json:"failing"`            // duties
	Unverified  int       `json:"unverified"`
	Duties      int       `json:"duties"`
	FirstSeen   time.Time `json:"first_seen"`
	Changed     time.Time `json:"changed"`
	Unseen      time.Time `json:"unseen,omitzero"` // since when its source could not read where it was
	Silent      time.Time `json:"silent,omitzero"` // since when its agent does not report, so that nothing of it is verified
	Gone        time.Time `json:"gone,omitzero"`
}

// AssetDetail is an asset with everything that is known of it.
type AssetDetail struct {
	Asset
	Body      report.Asset `json:"body"` // with its facts, tags and places
	Layers    []Layer      `json:"layers"`
	Relations []Relation   `json:"relations"`
	Findings  []Finding    `json:"findings"` // failing first
	History   []Change     `json:"history"`  // newest first, the last hundred
	LastSeen  time.Time    `json:"last_seen"`
}

// Layer is a row of the matrix with the asset's duties in it.
type Layer struct {
	Row    string `json:"row"`
	Title  string `json:"title"`
	Duties []Duty `json:"duties"`
}

// Relation is an edge of the graph, seen from one asset.
type Relation struct {
	Name    string `json:"name"`
	Inward  bool   `json:"inward,omitempty"`  // the other end points here
	Asset   int64  `json:"asset,omitempty"`   // the other end, when it is in the ledger and in reach
	Address string `json:"address,omitempty"` // its address
	Kind    string `json:"kind,omitempty"`
	Ref     string `json:"ref,omitempty"` // as the source wrote it
}

// Duty is one responsibility of one asset.
type Duty struct {
	Asset          int64         `json:"asset"`
	Address        string        `json:"address"`
	Responsibility string        `json:"responsibility"`
	Title          string        `json:"title"`
	Row            string        `json:"row"`
	Owner          string        `json:"owner"`
	Party          string        `json:"party,omitempty"`
	Possible       []string      `json:"possible,omitempty"`
	Status         string        `json:"status"`
	Since          time.Time     `json:"since"`           // when it took the status
	Known          string        `json:"known,omitempty"` // the status that was known last, where its asset is silent
	ChangesOn      string        `json:"changes_on,omitempty"`
	ChangesTo      string        `json:"changes_to,omitempty"`
	Team           string        `json:"team,omitempty"`
	Source         int64         `json:"source"`
	Group          int64         `json:"group"`
	Kind           string        `json:"kind"`
	Provider       string        `json:"provider"`
	Service        string        `json:"service"`
	Model          string        `json:"model"`
	Account        string        `json:"account,omitempty"`
	Region         string        `json:"region,omitempty"`
	Environment    string        `json:"environment,omitempty"`
	Basis          *report.Basis `json:"basis,omitempty"` // with an asset only
}

// States of a finding over time.
const (
	Open       = "open"       // it fails
	Waived     = "waived"     // it fails and is accepted
	Unverified = "unverified" // whether it fails is not known
	Resolved   = "resolved"   // it failed once
	Passing    = "passing"    // it never failed
)

// States are all of them, in the order in which people are shown them.
var States = []string{Open, Unverified, Waived, Resolved, Passing}

// Finding is the result of one check on one asset, over time.
type Finding struct {
	ID             int64           `json:"id"`
	Asset          int64           `json:"asset"`
	Address        string          `json:"address"`
	Fingerprint    string          `json:"fingerprint"`
	Check          string          `json:"check"`
	Title          string          `json:"title"`
	Severity       string          `json:"severity"`
	Result         string          `json:"result"` // of the latest snapshot that had it
	State          string          `json:"state"`
	Responsibility string          `json:"responsibility"`
	Row            string          `json:"row"`
	Owner          string          `json:"owner"`
	Message        string          `json:"message"`
	Attribute      string          `json:"attribute,omitempty"`
	Location       estate.Location `json:"location,omitzero"`
	Waiver         *report.Waiver  `json:"waiver,omitempty"`
	Tool           string          `json:"tool,omitempty"`
	FirstSeen      time.Time       `json:"first_seen"`
	FailingSince   time.Time       `json:"failing_since,omitzero"` // its latest failure
	Resolved       time.Time       `json:"resolved,omitzero"`
	Regressed      time.Time       `json:"regressed,omitzero"` // set while it fails again after having been resolved
	Regressions    int             `json:"regressions,omitempty"`
	Gone           time.Time       `json:"gone,omitzero"` // no snapshot has it since
	Team           string          `json:"team,omitempty"`
	Source         int64           `json:"source"`
	Group          int64           `json:"group"`
	Kind           string          `json:"kind"`
	Provider       string          `json:"provider"`
	Service        string          `json:"service"`
	Model          string          `json:"model"`
	Account        string          `json:"account,omitempty"`
	Region         string          `json:"region,omitempty"`
	Environment    string          `json:"environment,omitempty"`
}

// FindingDetail is a finding with its evidence.
type FindingDetail struct {
	Finding
	Text    Text     `json:"text"`
	Duty    *Duty    `json:"duty,omitempty"` // the one it bears on, with its basis
	Facts   Facts    `json:"facts"`          // of the asset, those that decide its duty
	On      Asset    `json:"on"`
	History []Change `json:"history"`
}

// Facts by name.
type Facts = report.Facts

// Text is what a finding says beside its message.
type Text struct {
	Title          string   `json:"title"`
	Why            string   `json:"why,omitempty"`
	Remediation    string   `json:"remediation,omitempty"`
	References     []string `json:"references,omitempty"`
	Controls       []string `json:"controls,omitempty"`
	Aliases        []string `json:"aliases,omitempty"`
	AlsoReportedBy []string `json:"also_reported_by,omitempty"`
	Count          int      `json:"count,omitempty"`
}
