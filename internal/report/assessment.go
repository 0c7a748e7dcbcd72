// Package report holds the published shape of an assessment: what every format
// writes and what `demarc diff` reads back. Each format is a package below it.
//
// The JSON tags here are the contract of docs/assessment.schema.json; adding a
// field is a minor change of SchemaVersion, anything else a major one.
package report

import (
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
)

// SchemaVersion is the version of the JSON contract.
const SchemaVersion = "1.1"

// Format writes an assessment to w in one pass. Bulk parts are iterators, so
// that a format need not hold a large estate in memory; each may be ranged
// over more than once.
type Format interface {
	Write(w io.Writer, a *Assessment) error
}

// Assessment is everything one run found out.
type Assessment struct {
	Tool        Tool
	AssessedAt  string // RFC 3339 date and time, UTC
	Sources     []Source
	Rows        []Row // the rows of the matrix, top to bottom, then "across"
	Assets      iter.Seq[Asset]
	Duties      iter.Seq[Duty]    // grouped by asset, in the order of Assets
	Findings    iter.Seq[Finding] // sorted by severity, check, asset
	Weakest     []WeakestLink     // worst first
	Uncovered   []UncoveredType
	Checks      []Check // every check that gave a finding
	Summary     Summary
	Imports     []Import // what other scanners' findings came to
	Frameworks  []string
	Limitations []string // what this run by its nature could not look at
	Narrowed    []string // flags that left out checks, findings or assets on purpose
}

// Tool names the program that made the assessment.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Source is one thing that was read, and what of it could not be.
type Source struct {
	Kind      string `json:"kind"` // terraform, terraform-plan, terraform-state
	Path      string `json:"path"`
	Resources int    `json:"resources"`
	Gaps      []Gap  `json:"gaps,omitempty"`
}

// Import counts what became of one tool's findings.
type Import struct {
	Tool      string `json:"tool"`
	Findings  int    `json:"findings"`             // that something is wrong, or may be
	Passes    int    `json:"passes"`               // that a rule holds
	Customer  int    `json:"customer"`             // of the findings, on the customer's duties
	Provider  int    `json:"provider"`             // on the provider's
	Undecided int    `json:"undecided,omitempty"`  // on duties whose owner is unknown
	Unplaced  int    `json:"unplaced,omitempty"`   // that could be placed on no asset
	Folded    int    `json:"folded,omitempty"`     // that Demarc finds too
	Elsewhere int    `json:"elsewhere,omitempty"`  // on assets no source describes
	Waived    int    `json:"suppressed,omitempty"` // that were set aside in the tool
	LeftOut   int    `json:"left_out,omitempty"`   // of findings and passes, that the user's choice of checks or services leaves out; counted nowhere else

	Teams    []ImportTeam `json:"teams,omitempty"`    // whose the customer's are within, by name
	Unplaces []Unplaced   `json:"no_place,omitempty"` // why those not placed are not, most frequent first
}

// ImportTeam counts the findings on the duties of one team.
type ImportTeam struct {
	Team     string `json:"team"`
	Findings int    `json:"findings"`
}

// Unplaced is a reason for which findings are on no asset.
type Unplaced struct {
	Why      string   `json:"why"`
	Findings int      `json:"findings"`
	Rules    []string `json:"rules"` // the first few, most frequent first
}

// Team counts n findings on the duties of a team; those of none are not counted.
func (i *Import) Team(name string, n int) {
	if name == "" || n == 0 {
		return
	}
	at, found := slices.BinarySearchFunc(i.Teams, name, func(t ImportTeam, name string) int { return strings.Compare(t.Team, name) })
	if !found {
		i.Teams = slices.Insert(i.Teams, at, ImportTeam{Team: name})
	}
	i.Teams[at].Findings += n
}

// Gap is something the assessment could not see.
type Gap struct {
	Kind     string          `json:"kind"`
	What     string          `json:"what"`
	Mend     string          `json:"mend,omitempty"`
	Location estate.Location `json:"location,omitzero"`
	Error    bool            `json:"error,omitempty"` // broken input, as against merely incomplete
}

// Row is a row of the matrix with its responsibilities in order.
type Row struct {
	ID               string           `json:"id"`    // "operating-system"
	Title            string           `json:"title"` // "Operating system and local networking"
	Responsibilities []Responsibility `json:"responsibilities"`
}

// Responsibility is one indivisible aspect of security.
type Responsibility struct {
	ID    string `json:"id"` // "guest-os.deploy"
	Title string `json:"title"`
}

// Fact is one fact of an asset. Value is absent when it is unknown.
type Fact struct {
	Value     any             `json:"value,omitempty"`
	Unknown   string          `json:"unknown,omitempty"` // the reason
	How       string          `json:"how,omitempty"`     // set, default, constant, derived
	Attribute string          `json:"attribute,omitempty"`
	Address   string          `json:"address,omitempty"` // of the native resource, when not the asset's own
	Location  estate.Location `json:"location,omitzero"`
}

// Relation is an edge of the estate's graph.
type Relation struct {
	Name  string `json:"name"`
	Asset string `json:"asset,omitempty"` // id of the other end, when it is in the estate
	Ref   string `json:"ref,omitempty"`   // as the source wrote it
}

// Asset is one thing of the estate.
type Asset struct {
	ID          string            `json:"id"`
	Address     string            `json:"address"`
	Addresses   []string          `json:"addresses"` // everything folded in, its own first
	Kind        string            `json:"kind"`
	KindTitle   string            `json:"kind_title"`
	Provider    string            `json:"provider"`
	Service     string            `json:"service"`
	ServiceName string            `json:"service_name"`
	Model       string            `json:"model"` // iaas, caas, paas, faas, saas, on-premises
	NativeType  string            `json:"native_type"`
	Name        string            `json:"name"`
	Account     string            `json:"account,omitempty"`
	Region      string            `json:"region,omitempty"`
	Instance    string            `json:"instance,omitempty"` // what the provider calls a machine
	Environment string            `json:"environment,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
	Team        string            `json:"team,omitempty"`
	Location    estate.Location   `json:"location"`
	Calls       []estate.Location `json:"calls,omitempty"`
	Elsewhere   bool              `json:"elsewhere,omitempty"`
	Reported    bool              `json:"reported,omitempty"` // only another scanner's report names it
	Facts       Facts             `json:"facts"`
	Relations   []Relation        `json:"relations,omitempty"`
}

// Owners of a duty.
const (
	Provider = "provider"
	Customer = "customer"
	Unknown  = "unknown"
)

// Statuses of a duty. The first four are the customer's, the next three the
// provider's; a duty whose owner is unknown is unverified.
const (
	Failing    = "failing"
	Unverified = "unverified"
	Waived     = "waived"
	Verified   = "verified"
	Assured    = "assured"
	Lapsed     = "lapsed"
	Unassured  = "unassured"
)

// Duty is one responsibility of one asset, with its one owner.
type Duty struct {
	Asset          string   `json:"asset"`
	Responsibility string   `json:"responsibility"`
	Row            string   `json:"row"`
	Owner          string   `json:"owner"`           // provider, customer or unknown
	Party          string   `json:"party,omitempty"` // "aws", "customer", "redhat"; empty when unknown
	Possible       []string `json:"possible,omitempty"`
	Team           string   `json:"team,omitempty"`
	Status         string   `json:"status"`
	Basis          Basis    `json:"basis"`
	ChangesOn      string   `json:"changes_on,omitempty"` // date on which the line moves
	ChangesTo      string   `json:"changes_to,omitempty"`
}

// Basis is why a duty has its owner, and what its status rests on.
type Basis struct {
	Rule       string     `json:"rule"` // "aws/rds#custom", "models#paas", "demarc.yaml#teams[0]"
	Note       string     `json:"note,omitempty"`
	Facts      []string   `json:"facts,omitempty"`    // facts the rule read; their origin stands with the asset
	Document   *Document  `json:"document,omitempty"` // nil when inferred
	Inferred   bool       `json:"inferred,omitempty"`
	VerifiedOn string     `json:"verified_on,omitempty"`
	Evidence   []Evidence `json:"evidence,omitempty"` // results of the checks that bear on the duty
	Inside     string     `json:"inside,omitempty"`   // of a machine in the control plane: whether an agent reports from inside it
}

// Document is a page that states an ownership.
type Document struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// Evidence is one check's result on a duty.
type Evidence struct {
	Check  string `json:"check"`
	Result string `json:"result"`
	From   string `json:"from,omitempty"` // the server as its agent reports it, where the result is the agent's
}

// Results of a check.
const (
	Pass          = "pass"
	Fail          = "fail"
	ResultUnknown = "unknown"
	ResultWaived  = "waived"
	NotApplicable = "not_applicable"
	ProviderOwned = "provider"
)

// Severities, worst first.
var Severities = []string{"critical", "high", "medium", "low"}

// Finding is the result of one check on one asset.
type Finding struct {
	Fingerprint    string          `json:"fingerprint"`
	Check          string          `json:"check"`
	Aliases        []string        `json:"aliases,omitempty"` // catalogue rows this finding stands for, such as aws-rds-encrypted
	Title          string          `json:"title"`
	Severity       string          `json:"severity"`
	Result         string          `json:"result"`
	Asset          string          `json:"asset"`
	Address        string          `json:"address"`
	Responsibility string          `json:"responsibility"`
	Row            string          `json:"row"`
	Owner          string          `json:"owner"`
	Team           string          `json:"team,omitempty"`
	Location       estate.Location `json:"location"`
	Attribute      string          `json:"attribute,omitempty"`
	Message        string          `json:"message"`
	Why            string          `json:"why,omitempty"`
	Remediation    string          `json:"remediation,omitempty"`
	References     []string        `json:"references,omitempty"`
	Controls       []string        `json:"controls,omitempty"` // "cis-aws-7.0.0 3.1.4"
	Waiver         *Waiver         `json:"waiver,omitempty"`
	Baseline       bool            `json:"baseline,omitempty"`         // known before: does not fail the run
	Tool           string          `json:"tool,omitempty"`             // the other scanner that found it; empty for Demarc's own
	Count          int             `json:"count,omitempty"`            // how often that tool reported it on the asset
	AlsoReportedBy []string        `json:"also_reported_by,omitempty"` // other scanners that found the same
}

// Waiver is an accepted risk.
type Waiver struct {
	By      string `json:"by,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Until   string `json:"until,omitempty"`
	Source  string `json:"source"` // "demarc.yaml", "comment demarc:waive", "comment checkov:skip"
	Expired bool   `json:"expired,omitempty"`
}

// Check describes a check for formats that list rules.
type Check struct {
	ID             string   `json:"id"`
	Title          string   `json:"title"`
	Severity       string   `json:"severity"`
	Responsibility string   `json:"responsibility"`
	Why            string   `json:"why"`
	Remediation    string   `json:"remediation"`
	References     []string `json:"references,omitempty"`
	Controls       []string `json:"controls,omitempty"`
}

// WeakestLink is a failing or unverified duty ranked by what it puts at risk:
// severity × exposure × reach.
type WeakestLink struct {
	Rank           int      `json:"rank"`
	Score          float64  `json:"score"`
	Asset          string   `json:"asset"`
	Address        string   `json:"address"`
	Responsibility string   `json:"responsibility"`
	Findings       []string `json:"findings"` // fingerprints
	Title          string   `json:"title"`
	Severity       string   `json:"severity"`
	Exposed        string   `json:"exposed"`           // yes, no, unknown
	Reaches        int      `json:"reaches"`           // assets reachable from it
	Through        []string `json:"through,omitempty"` // a path of asset ids, from it to the most valuable thing it reaches
	Why            string   `json:"why"`               // one sentence
	Do             string   `json:"do"`                // what to do first
}

// UncoveredType is a resource type no catalogue file covers.
type UncoveredType struct {
	Type      string   `json:"type"`
	Count     int      `json:"count"`
	Addresses []string `json:"addresses"` // the first few
}

// Summary counts.
type Summary struct {
	Resources  int                       `json:"resources"`
	Assets     int                       `json:"assets"`
	Duties     int                       `json:"duties"`
	Owners     map[string]int            `json:"owners"`     // provider, customer, unknown
	Statuses   map[string]int            `json:"statuses"`   // see the Duty statuses
	Results    map[string]int            `json:"results"`    // of findings
	Severities map[string]int            `json:"severities"` // of failing findings
	Uncovered  int                       `json:"uncovered"`  // resources of uncovered types
	Ignored    int                       `json:"ignored"`    // resources of types the catalogue deliberately gives no asset
	Gaps       int                       `json:"gaps"`
	Matrix     map[string]map[string]int `json:"matrix"` // row -> status -> duties
}
