package fim

import (
	"cmp"
	"slices"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/fim/walk"
)

// Format of a Report; another number for what old readers would misread.
const Format = "demarc-integrity/1"

// maxChanges is how many a report holds; the rest is counted.
const maxChanges = 50000

// Report is the result of Check and Compare.
type Report struct {
	Format   string         `json:"format"`
	Root     string         `json:"root"`
	Against  string         `json:"against,omitempty"` // the second baseline, of Compare
	Baseline ReportBaseline `json:"baseline"`
	Policy   string         `json:"policy"`
	// Warnings are what makes the result less than it looks.
	Warnings []string          `json:"warnings,omitempty"`
	Coverage Coverage          `json:"coverage"`
	Skipped  map[string]string `json:"skipped,omitempty"`
	Summary  Summary           `json:"summary"`
	Groups   []Group           `json:"groups"`
	Changes  []Change          `json:"changes"`
	// Dropped changes did not fit.
	Dropped int `json:"dropped,omitempty"`
}

// ReportBaseline is what was compared with.
type ReportBaseline struct {
	Created time.Time `json:"created"`
	Host    string    `json:"host"`
	Source  string    `json:"source"`
	Entries uint64    `json:"entries"`
	SHA256  string    `json:"sha256"`
	Signed  bool      `json:"signed"`
}

// Summary counts changes.
type Summary struct {
	Added       int            `json:"added"`
	Removed     int            `json:"removed"`
	Changed     int            `json:"changed"`
	Explained   int            `json:"explained"`
	Unexplained int            `json:"unexplained"`
	Severity    map[string]int `json:"severity,omitempty"` // of the unexplained
}

// Group is what has one cause.
type Group struct {
	Cause   cause.Cause `json:"cause"`
	Changes []int       `json:"changes"` // indexes into Report.Changes
}

func newReport(old *baseline.Reader, p *policy.Policy, root string) *Report {
	r := &Report{
		Format: Format, Root: root, Policy: p.Name, Groups: []Group{}, Changes: []Change{},
		Baseline: ReportBaseline{Created: old.Header.Created, Host: old.Header.Host, Source: old.Header.Source, Entries: old.Footer.Entries, SHA256: old.Footer.Hash, Signed: len(old.Footer.Signature) > 0},
	}
	if old.Header.PolicyHash != p.Hash() {
		r.Warnings = append(r.Warnings, "the baseline was made with another policy ("+old.Header.Policy+"): what only one of them looks at is added, removed or not compared")
	}
	if old.Footer.Gaps > 0 {
		r.Warnings = append(r.Warnings, "when the baseline was made, some places could not be read")
	}
	return r
}

// add takes changes in, the gravest first, and groups them by cause: what nobody
// explains stands before all.
func (r *Report) add(changes []Change) {
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(rank(b.Severity), rank(a.Severity)), cmp.Compare(a.Path, b.Path))
	})
	r.Changes = append(r.Changes, changes...)
	groups := map[string]int{}
	for i := range r.Changes {
		c := &r.Changes[i]
		r.count(c)
		reason := cause.Cause{}
		if c.Cause != nil {
			reason = cause.Cause{Kind: c.Cause.Kind, Group: c.Cause.Group, At: c.Cause.At, Explains: c.Cause.Explains}
		}
		key := string(reason.Kind) + "\x00" + reason.Group
		if reason.Explains {
			key += "\x00yes"
		}
		at, ok := groups[key]
		if !ok {
			at = len(r.Groups)
			groups[key] = at
			r.Groups = append(r.Groups, Group{Cause: reason})
		}
		r.Groups[at].Changes = append(r.Groups[at].Changes, i)
	}
	slices.SortStableFunc(r.Groups, func(a, b Group) int {
		order := func(g Group) int {
			switch {
			case g.Cause.Kind == "":
				return 0
			case !g.Cause.Explains:
				return 1
			}
			return 2
		}
		return cmp.Or(cmp.Compare(order(a), order(b)), a.Cause.At.Compare(b.Cause.At), cmp.Compare(a.Cause.Group, b.Cause.Group))
	})
	r.Coverage.Counts.Changes = uint64(len(r.Changes) + r.Dropped)
}

func (r *Report) count(c *Change) {
	switch c.What {
	case Added:
		r.Summary.Added++
	case Removed:
		r.Summary.Removed++
	default:
		r.Summary.Changed++
	}
	if c.Explained() {
		r.Summary.Explained++
		return
	}
	r.Summary.Unexplained++
	if r.Summary.Severity == nil {
		r.Summary.Severity = map[string]int{}
	}
	r.Summary.Severity[c.Severity]++
}

var severities = []string{policy.Info, policy.Low, policy.Medium, policy.High, policy.Critical}

func rank(severity string) int { return slices.Index(severities, severity) }

// changeOf puts a difference in the words of a Change.
func changeOf(d *walk.Difference, now time.Time, source string) Change {
	c := Change{What: Changed, Before: d.Old, After: d.New, Seen: now.UTC(), At: now.UTC(), Source: source, Rule: d.Rule.ID, Severity: d.Rule.Severity}
	c.Path, c.Raw = escaped(d.Path)
	switch {
	case d.Old == nil:
		c.What = Added
	case d.New == nil:
		c.What = Removed
	default:
		c.Attributes = d.Attributes.Names()
	}
	if d.New != nil {
		c.At = d.New.Changed()
		if d.Old == nil || !d.Old.Privileged() {
			if d.New.Privileged() {
				c.Details = append(c.Details, "gives rights to whoever runs it: "+rights(d.New))
				if rank(c.Severity) < rank(policy.High) {
					c.Severity = policy.High
				}
			}
		}
	}
	return c
}

func rights(e *entry.Entry) string {
	switch {
	case e.Mode&entry.SetUID != 0:
		return "set-user-id"
	case e.Mode&entry.SetGID != 0:
		return "set-group-id"
	}
	return "capabilities"
}

// because gives a change its cause. What is explained is no alert.
func (c *Change) because(why *cause.Cause) {
	c.Cause = why
	if c.Explained() {
		c.Severity = policy.Info
	}
}
