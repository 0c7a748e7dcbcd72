package vuln

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// Matcher holds the software of host documents against the data.
type Matcher struct {
	// DB returns the data as it is now; nil, or a nil database, is none.
	DB        func() (*store.DB, error)
	Calendars fs.FS
	Policy    Policy
	Now       time.Time
}

// maxTold bounds how many packages or vulnerabilities one fact names.
const maxTold = 100

// Describe lays what is known of a document's packages beside them, as its
// member software: overdue and exploited vulnerabilities, and packages that
// nobody here has records of. What was not evaluated is unknown.
func (m *Matcher) Describe(body map[string]any) {
	body["software"] = m.software(body["packages"])
}

func (m *Matcher) software(in any) any {
	switch in := in.(type) {
	case *source.Unknown:
		return in
	case nil:
		return &source.Unknown{Reason: "the document has no packages"}
	}
	if m == nil || m.DB == nil {
		return &source.Unknown{Reason: "no database of vulnerabilities is given"}
	}
	b, err := json.Marshal(in)
	if err != nil {
		return &source.Unknown{Reason: "the packages cannot be read: " + err.Error()}
	}
	var inv packages.Inventory
	if err := json.Unmarshal(b, &inv); err != nil {
		return &source.Unknown{Reason: "the packages cannot be read: " + err.Error()}
	}
	db, err := m.DB()
	if err != nil {
		return &source.Unknown{Reason: "the database of vulnerabilities cannot be read: " + err.Error()}
	}
	r, err := Assess(&inv, db, m.Calendars, m.Now, m.Policy)
	if err != nil {
		return &source.Unknown{Reason: "the packages could not be evaluated: " + err.Error()}
	}
	return r.facts(!db.Signals.KEV.IsZero())
}

// facts are lists in three values: one that has something in it is known,
// an empty one only when all was evaluated that could be in it.
func (r *Report) facts(kev bool) map[string]any {
	var overdue, exploited, foreign []string
	for _, v := range r.Vulnerabilities {
		if v.Overdue {
			overdue = append(overdue, v.line())
		}
		if v.KEV != nil && !v.NotRunning {
			exploited = append(exploited, v.line())
		}
	}
	for _, u := range r.NotEvaluated {
		if u.Foreign {
			foreign = append(foreign, u.Package+" "+u.Version)
		}
	}
	why := r.gap()
	known := why
	if known == "" && !kev {
		known = "the database does not say which vulnerabilities are exploited"
	}
	out := map[string]any{"overdue": told(overdue, why), "exploited": told(exploited, known)}
	if r.Counts.Distribution == r.Counts.Packages && why != "" { // nobody could tell
		out["foreign"] = told(nil, why)
	} else {
		out["foreign"] = told(foreign, "")
	}
	return out
}

// gap is why the distribution's own packages were not all evaluated.
func (r *Report) gap() string {
	for _, u := range r.NotEvaluated {
		if !u.Foreign {
			return u.Why
		}
	}
	for _, why := range r.Why {
		if strings.HasPrefix(why, "the inventory is not complete") || strings.HasPrefix(why, "no package database") {
			return why
		}
	}
	return ""
}

func told(all []string, why string) any {
	if len(all) == 0 && why != "" {
		return &source.Unknown{Reason: why}
	}
	list := []any{}
	for _, s := range all[:min(len(all), maxTold)] {
		list = append(list, s)
	}
	if n := len(all) - maxTold; n > 0 {
		list = append(list, fmt.Sprintf("and %d more", n))
	}
	return list
}

// line names a vulnerability in one line.
func (v *Vulnerability) line() string {
	s := v.ID + " in " + v.Packages[0].Name
	if n := len(v.Packages) - 1; n > 0 {
		s += fmt.Sprintf(" and %d more", n)
	}
	if v.Fixed == "" {
		return s + " (" + v.Severity + ", no fix)"
	}
	if v.Published.IsZero() {
		return fmt.Sprintf("%s (%s, fixed in %s)", s, v.Severity, v.Fixed)
	}
	return fmt.Sprintf("%s (%s, fixed in %s, out since %s)", s, v.Severity, v.Fixed, v.Published.Format(time.DateOnly))
}
