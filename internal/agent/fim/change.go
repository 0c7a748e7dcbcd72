package fim

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

// What happened to a file.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// Change is one file that is not as it was, the body of wire.EventIntegrity.
type Change struct {
	Path string `json:"path"`
	// Raw is the path where it is not UTF-8; Path then has \x escapes.
	Raw        []byte       `json:"raw,omitempty"`
	What       string       `json:"what"`                 // Added, Removed or Changed
	Attributes []string     `json:"attributes,omitempty"` // of a changed one, by the names of entry.Set
	Before     *entry.Entry `json:"before,omitempty"`
	After      *entry.Entry `json:"after,omitempty"`
	// At is when it changed, as well as that can be told: by the kernel's event,
	// the file's ctime, or, of what is gone, the directory's.
	At       time.Time `json:"at"`
	Seen     time.Time `json:"seen"`
	Source   string    `json:"source"` // SourceLive or SourceScan
	Rule     string    `json:"rule"`
	Severity string    `json:"severity"` // by the rule; info where the cause explains it
	Details  []string  `json:"details,omitempty"`
	// Diff is how its text changed, unified and bounded, without credentials; where the rule has
	// it be read.
	Diff string `json:"diff,omitempty"`
	// Process is who did it, where the kernel told and it could still be read.
	Process *cause.Process `json:"process,omitempty"`
	// Cause is why. Nothing, or one that does not explain, is an alert.
	Cause *cause.Cause `json:"cause,omitempty"`
}

// Sources of what is seen.
const (
	SourceLive = "live"
	SourceScan = "scan"
)

// Explained tells whether there is a reason why the file should have changed.
func (c *Change) Explained() bool { return c.Cause != nil && c.Cause.Explains }

// Coverage says what was watched or looked at in a stretch of time, the body of
// wire.EventCoverage. It is complete, or has gaps; nothing else says that a
// server was looked at.
type Coverage struct {
	Source   string    `json:"source"`
	Backend  string    `json:"backend,omitempty"` // of live: fanotify, inotify
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Complete bool      `json:"complete"`
	Paths    []string  `json:"paths"` // that were to be covered
	Gaps     []Gap     `json:"gaps,omitempty"`
	Policy   string    `json:"policy"`             // name and SHA-256 of what was looked for
	Baseline string    `json:"baseline,omitempty"` // SHA-256 of what it was compared with
	Counts   Counts    `json:"counts"`
}

// Gap is what was not seen.
type Gap struct {
	Paths  []string  `json:"paths"`
	Reason string    `json:"reason"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	// Seconds that nobody looked.
	Seconds float64 `json:"seconds"`
	// Rescanned: what is there now was compared afterwards, so that what
	// changed and stayed changed is known; what came and went is not.
	Rescanned bool `json:"rescanned,omitempty"`
	// Count of paths, where not all are listed.
	Count int `json:"count,omitempty"`
}

// Counts of a scan, or of an interval of watching.
type Counts struct {
	Entries uint64  `json:"entries,omitempty"` // that a rule is for
	Hashed  uint64  `json:"hashed,omitempty"`
	Bytes   uint64  `json:"bytes,omitempty"` // that were read
	Events  uint64  `json:"events,omitempty"`
	Changes uint64  `json:"changes"`
	CPU     float64 `json:"cpu_seconds,omitempty"`
}

// escaped is a path as text, and its bytes where that is not the same.
func escaped(path string) (text string, raw []byte) {
	if utf8.ValidString(path) {
		return path, nil
	}
	var b strings.Builder
	for i, r := range path {
		if r == utf8.RuneError {
			const hexits = "0123456789abcdef"
			b.WriteString(`\x`)
			b.WriteByte(hexits[path[i]>>4])
			b.WriteByte(hexits[path[i]&15])
			continue
		}
		b.WriteRune(r)
	}
	return b.String(), []byte(path)
}
