// Package vuln says which installed packages have known vulnerabilities, from
// the records of their distribution. It has three answers, for a package and for
// a host: clean, vulnerable, and not evaluated, because there is no data, it is
// too old, or nobody knows what the host is. What was not evaluated is never
// clean.
package vuln

import (
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// Result is one of three.
type Result string

// The three results.
const (
	Clean        Result = "clean"
	Vulnerable   Result = "vulnerable"
	NotEvaluated Result = "not_evaluated"
)

// Report is what is known of a host. Its JSON is stable.
type Report struct {
	Made   time.Time       `json:"made"`
	Distro packages.Distro `json:"distro"`
	Result Result          `json:"result"`
	// Why are the reasons for which the host, or a part of it, was not evaluated.
	Why      []string    `json:"why,omitempty"`
	Data     *store.Meta `json:"data,omitempty"` // of the distribution's family
	Releases []string    `json:"releases,omitempty"`
	OS       Support     `json:"os"`
	Kernel   Kernel      `json:"kernel"`
	Counts   Counts      `json:"counts"`

	Vulnerabilities []Vulnerability `json:"vulnerabilities"` // worst first
	// NotEvaluated are packages of which nothing is known; PassedOver those that
	// share a source with something vulnerable and have none of its code.
	NotEvaluated []Unknown `json:"not_evaluated"`
	PassedOver   []Unknown `json:"passed_over,omitempty"`
}

// Counts are of packages, and of vulnerabilities.
type Counts struct {
	Packages     int `json:"packages"`
	Clean        int `json:"clean"`
	Vulnerable   int `json:"vulnerable"`
	NotEvaluated int `json:"not_evaluated"`
	// Distribution counts the packages of the distribution's own that were not evaluated.
	Distribution    int            `json:"distribution_not_evaluated"`
	Vulnerabilities int            `json:"vulnerabilities"`
	Fixable         int            `json:"fixable"`
	Overdue         int            `json:"overdue"` // fixable for longer than the policy allows
	BySeverity      map[string]int `json:"by_severity"`
}

// Unknown is a package, and why nothing is said of it.
type Unknown struct {
	Package string `json:"package"`
	Version string `json:"version"`
	Manager string `json:"manager"`
	Why     string `json:"why"`
	// Foreign says that it is not a package of the distribution's own.
	Foreign bool `json:"foreign,omitempty"`
}

// Vulnerability is one CVE, or one advisory without any, in the packages of one
// source.
type Vulnerability struct {
	ID         string    `json:"id"`
	Advisories []string  `json:"advisories"` // the records that say so
	Source     string    `json:"source"`
	Packages   []Package `json:"packages"`
	// Fixed is the distribution's version without it; empty while there is none.
	Fixed string `json:"fixed,omitempty"`
	// Paid says that only subscribers get that version.
	Paid     bool    `json:"fix_for_subscribers,omitempty"`
	Severity string  `json:"severity"` // critical, high, medium, low, negligible, unknown
	Word     string  `json:"distribution_severity,omitempty"`
	Score    float64 `json:"score,omitempty"` // CVSS
	Vector   string  `json:"vector,omitempty"`
	store.Exploit
	Published time.Time `json:"published,omitzero"` // of the fix, where there is one
	// Days is how long the fix, or without one the vulnerability, has been known.
	Days      int      `json:"days,omitempty"`
	Overdue   bool     `json:"overdue,omitempty"`
	Use       string   `json:"use"` // listening, loaded, installed, unknown
	Loaded    []string `json:"loaded,omitempty"`
	Listening []string `json:"listening,omitempty"`
	// NotRunning says that all of its packages are kernels that do not run.
	NotRunning bool   `json:"kernel_not_running,omitempty"`
	Summary    string `json:"summary,omitempty"`
	URL        string `json:"url,omitempty"`
}

// Package is one that has a vulnerability.
type Package struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Arch    string `json:"arch,omitempty"`
	Held    bool   `json:"held,omitempty"` // it is kept from being updated
}

// Support is whether the operating system still gets fixes.
type Support struct {
	State string `json:"state"` // supported, extended (paid or long-term), ended, unknown
	Ends  string `json:"ends,omitempty"`
	Why   string `json:"why,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Kernel is whether the newest installed kernel runs.
type Kernel struct {
	State   string `json:"state"` // current, restart_pending, unknown
	Running string `json:"running,omitempty"`
	Newest  string `json:"newest,omitempty"`
	Why     string `json:"why,omitempty"`
}

// Policy is what an organisation asks for.
type Policy struct {
	// MaxAge is how old data may be. Beyond it nothing is evaluated by it.
	MaxAge time.Duration
	// Grace is how long a fix may be out before it is overdue.
	Grace time.Duration
	// Quiet is how long a family may go without a new or changed record before its
	// data is taken for dead, however lately it was fetched.
	Quiet time.Duration
}

// DefaultPolicy is a week for data, thirty days for fixes, and a season of quiet.
var DefaultPolicy = Policy{MaxAge: 7 * 24 * time.Hour, Grace: 30 * 24 * time.Hour, Quiet: 90 * 24 * time.Hour}
