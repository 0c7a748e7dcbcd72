package inventory

import "time"

// MaxPage bounds a page of a list; DefaultPage is one that asks for none.
const (
	MaxPage     = 200
	DefaultPage = 50
)

// None as the value of a filter takes what has no value: no team, no account.
const None = ""

// Where narrows every list and count. Values of one field are alternatives,
// and fields narrow each other; an empty field takes everything.
type Where struct {
	Group        int64 // it and those below it
	Sources      []int64
	Providers    []string
	Services     []string
	Models       []string
	Kinds        []string
	Accounts     []string
	Regions      []string
	Environments []string
	Teams        []string
}

// Paging is which part of a list.
type Paging struct {
	Cursor string
	Limit  int
}

// AssetQuery asks for assets.
type AssetQuery struct {
	Where
	Paging
	Text       string // words of the address and name, by their beginnings
	Statuses   []string
	Severities []string
	Exposed    []string
	Gone       bool   // those that are gone instead of those that are there
	Sort       string // risk (default), address, newest
}

// DutyQuery asks for duties.
type DutyQuery struct {
	Where
	Paging
	Text             string
	Owners           []string // provider, customer, unknown
	Parties          []string
	Statuses         []string
	Rows             []string
	Responsibilities []string
	MovingBefore     time.Time // the line moves before this day
	Sort             string    // asset (default), moving
}

// FindingQuery asks for findings.
type FindingQuery struct {
	Where
	Paging
	Text             string
	Checks           []string
	Severities       []string
	Results          []string
	States           []string // Open where empty and no result is asked for
	Rows             []string
	Responsibilities []string
	Owners           []string
	Tools            []string // of other scanners; None takes Demarc's own
	Fingerprints     []string
	Regressed        bool      // that fail again after having been resolved
	NewSince         time.Time // failing since this moment or later
	ResolvedSince    time.Time
	Sort             string // severity (default), newest, resolved
}

// Facets are, for each dimension, the values there are and how many of each.
// Each dimension is counted under the filters of all others.
type Facets map[string][]Facet

// Facet is one value of a dimension.
type Facet struct {
	Value string `json:"value"`
	Title string `json:"title"`
	Count int    `json:"count"`
}
