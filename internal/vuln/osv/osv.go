// Package osv reads records of the Open Source Vulnerability schema, as much of
// them as matching packages of distributions needs. Records come from outside:
// their size, depth and counts are bounded.
package osv

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// MaxRecord bounds one record; the largest of a distribution have a few
// megabytes, with hundreds of products and packages.
const MaxRecord = 16 << 20

// Bounds of what a record may have.
const (
	maxAffected = 50_000
	maxEvents   = 1_000
	maxText     = 1 << 10 // bytes of a summary
	maxNames    = 2_000   // aliases and the like
)

// Record is one advisory or vulnerability.
type Record struct {
	ID        string     `json:"id"`
	Modified  time.Time  `json:"modified"`
	Published time.Time  `json:"published"`
	Withdrawn time.Time  `json:"withdrawn"`
	Aliases   []string   `json:"aliases"`
	Upstream  []string   `json:"upstream"`
	Related   []string   `json:"related"`
	Summary   string     `json:"summary"`
	Details   string     `json:"details"`
	Severity  []Severity `json:"severity"`
	Affected  []Affected `json:"affected"`
	Refs      []struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	} `json:"references"`
	Specific struct {
		Severity text `json:"severity"`
	} `json:"database_specific"`
}

// Severity is a CVSS vector (CVSS_V2, CVSS_V3, CVSS_V4), or a word of the
// distribution's own (Ubuntu).
type Severity struct {
	Type  string `json:"type"`
	Score string `json:"score"`
}

// Affected is a package of one release that the record is about.
type Affected struct {
	Package struct {
		Ecosystem string `json:"ecosystem"` // Debian:12, Rocky Linux:9, …
		Name      string `json:"name"`
	} `json:"package"`
	Ranges []struct {
		Type   string  `json:"type"`
		Events []Event `json:"events"`
	} `json:"ranges"`
	Versions []string   `json:"versions"`
	Severity []Severity `json:"severity"`
	Specific struct {
		Urgency  text     `json:"urgency"`  // Debian
		Binaries binaries `json:"binaries"` // Ubuntu, SUSE
	} `json:"ecosystem_specific"`
}

// Event is a point on the line of versions. One of its fields is set.
type Event struct {
	Introduced   string `json:"introduced"`
	Fixed        string `json:"fixed"`
	LastAffected string `json:"last_affected"`
}

// text is a string where a database has one, and nothing where it has something
// else: what is specific to a database has no schema.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
	}
	return nil
}

// Binary is a binary package and the version of it that is fixed.
type Binary struct{ Name, Version string }

// binaries are written in two ways: {binary_name, binary_version}, or {name:
// version} for all of a product.
type binaries []Binary

func (b *binaries) UnmarshalJSON(raw []byte) error {
	var list []map[string]json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil //nolint:nilerr // of another shape: some ecosystems put other things there
	}
	for _, m := range list {
		if name, ok := m["binary_name"]; ok {
			v := Binary{Name: str(name), Version: str(m["binary_version"])}
			if v.Name != "" && len(*b) < maxAffected {
				*b = append(*b, v)
			}
			continue
		}
		for name, version := range m {
			if v := str(version); v != "" && len(*b) < maxAffected {
				*b = append(*b, Binary{name, v})
			}
		}
	}
	slices.SortFunc(*b, func(x, y Binary) int { return strings.Compare(x.Name, y.Name) })
	return nil
}

func str(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// ErrRecord is a record that is not one.
var ErrRecord = errors.New("not an OSV record")

// Parse reads a record. Empty dates are zero.
func Parse(b []byte) (*Record, error) {
	if len(b) > MaxRecord {
		return nil, fmt.Errorf("%w: %d bytes", ErrRecord, len(b))
	}
	var r Record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	switch {
	case r.ID == "" || len(r.ID) > 200 || strings.ContainsAny(r.ID, "\x00\n/ "):
		return nil, fmt.Errorf("%w: its id is %.60q", ErrRecord, r.ID)
	case r.Modified.IsZero():
		return nil, fmt.Errorf("%w: %s has no date of modification", ErrRecord, r.ID)
	case len(r.Affected) > maxAffected:
		return nil, fmt.Errorf("%w: %s has %d affected packages", ErrRecord, r.ID, len(r.Affected))
	}
	for i := range r.Affected {
		for _, g := range r.Affected[i].Ranges {
			if len(g.Events) > maxEvents {
				return nil, fmt.Errorf("%w: %s has a range of %d events", ErrRecord, r.ID, len(g.Events))
			}
		}
	}
	for _, names := range []*[]string{&r.Aliases, &r.Upstream, &r.Related} {
		*names = (*names)[:min(len(*names), maxNames)]
	}
	if r.Summary == "" {
		r.Summary, _, _ = strings.Cut(strings.TrimSpace(r.Details), "\n")
	}
	r.Details = ""
	if len(r.Summary) > maxText {
		r.Summary = strings.ToValidUTF8(r.Summary[:maxText], "") + "…"
	}
	return &r, nil
}

var cve = regexp.MustCompile(`^CVE-\d{4}-\d{4,12}$`)

// IsCVE tells whether a name is a CVE's.
func IsCVE(s string) bool { return len(s) < 30 && cve.MatchString(s) }

// Own returns the CVE that the record is the distribution's own statement about
// (DEBIAN-CVE-2024-6387, UBUNTU-CVE-…, or the CVE itself), or nothing for an
// advisory, which is about as many as its fix mends.
func (r *Record) Own() string {
	if i := strings.Index(r.ID, "CVE-"); i == 0 || i > 0 && r.ID[i-1] == '-' {
		if IsCVE(r.ID[i:]) {
			return r.ID[i:]
		}
	}
	return ""
}

// CVEs are those that the record is about.
func (r *Record) CVEs() []string {
	if own := r.Own(); own != "" {
		return []string{own}
	}
	var all []string
	for _, names := range [][]string{r.Aliases, r.Upstream, r.Related} {
		for _, n := range names {
			if IsCVE(n) {
				all = append(all, n)
			} else if i := strings.LastIndex(n, "-CVE-"); i >= 0 && IsCVE(n[i+1:]) {
				all = append(all, n[i+1:])
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
