// Package diff compares two assessments of an estate and says which lines
// moved: who gained a duty, who handed one over, by which setting; and which
// findings are new or gone.
package diff

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
)

// Diff is what changed from an old assessment to a new one. Every list is
// sorted, worst or first first.
type Diff struct {
	Moved     []Moved          `json:"moved"`            // lines that moved on assets of both
	Added     []Asset          `json:"assets_added"`     // with the duties they bring
	Removed   []Asset          `json:"assets_removed"`   // with the duties they took along
	New       []report.Finding `json:"findings_new"`     // failing now, not before
	Gone      []report.Finding `json:"findings_gone"`    // failing before, not now
	Blinded   []report.Finding `json:"findings_blind"`   // decided before, unknown now
	Settled   []report.Finding `json:"findings_settled"` // unknown before, passing now
	Old       report.Summary   `json:"old"`
	Now       report.Summary   `json:"new"`
	Unchanged int              `json:"duties_unchanged"`
}

// Moved is a duty whose owner changed.
type Moved struct {
	Asset          string           `json:"asset"`
	Address        string           `json:"address"`
	Kind           string           `json:"kind"`
	Responsibility string           `json:"responsibility"`
	Title          string           `json:"title"`
	Row            string           `json:"row"`
	From           string           `json:"from"` // party, or "unknown"
	To             string           `json:"to"`
	Possible       []string         `json:"possible,omitempty"` // when To is unknown
	Because        []FactChange     `json:"because,omitempty"`
	Rule           string           `json:"rule"`
	Note           string           `json:"note,omitempty"`
	Document       *report.Document `json:"document,omitempty"`
	Status         string           `json:"status"`
}

// ToCustomer tells whether the customer has the duty now and had it not.
func (m Moved) ToCustomer() bool { return m.To == report.Customer }

// FactChange is a fact that decides an owner and differs.
type FactChange struct {
	Fact      string          `json:"fact"`
	Attribute string          `json:"attribute,omitempty"`
	Old       any             `json:"old"` // nil: unknown or not there
	New       any             `json:"new"`
	Location  estate.Location `json:"location,omitzero"`
}

// Asset is an asset that came or went, with its duties by owner.
type Asset struct {
	ID      string         `json:"id"`
	Address string         `json:"address"`
	Kind    string         `json:"kind"`
	Service string         `json:"service"`
	Owners  map[string]int `json:"owners"`
	Failing int            `json:"failing"`
}

// side is one assessment, indexed.
type side struct {
	assets   map[string]report.Asset // by key
	duties   map[string][]report.Duty
	findings map[string]report.Finding // by key and check
	titles   map[string]string
	byID     map[string]string // asset id -> key
}

// Compare compares two assessments. Assets are matched by address; where a
// side has several root modules, by root and address. Time and memory are
// linear in both sides.
func Compare(old, now *report.Assessment) *Diff {
	single := oneRoot(old) && oneRoot(now)
	a, b := index(old, single), index(now, single)
	d := &Diff{Old: old.Summary, Now: now.Summary}
	for key, asset := range b.assets {
		before, ok := a.assets[key]
		if !ok {
			d.Added = append(d.Added, summarise(asset, b.duties[key]))
			continue
		}
		d.moved(before, asset, a.duties[key], b)
	}
	for key, asset := range a.assets {
		if _, ok := b.assets[key]; !ok {
			d.Removed = append(d.Removed, summarise(asset, a.duties[key]))
		}
	}
	d.findings(a, b)
	d.sort()
	return d
}

func (d *Diff) moved(before, after report.Asset, old []report.Duty, b *side) {
	was := make(map[string]report.Duty, len(old))
	for _, x := range old {
		was[x.Responsibility] = x
	}
	for _, x := range b.duties[b.byID[after.ID]] {
		y, ok := was[x.Responsibility]
		if !ok || owner(y) == owner(x) {
			d.Unchanged++
			continue
		}
		d.Moved = append(d.Moved, Moved{
			Asset: after.ID, Address: after.Address, Kind: after.KindTitle, Responsibility: x.Responsibility,
			Title: b.titles[x.Responsibility], Row: x.Row, From: owner(y), To: owner(x), Possible: x.Possible,
			Because: factChanges(before, after, append(slices.Clone(x.Basis.Facts), y.Basis.Facts...)),
			Rule:    x.Basis.Rule, Note: x.Basis.Note, Document: x.Basis.Document, Status: x.Status,
		})
	}
}

func owner(d report.Duty) string {
	if d.Owner == report.Unknown {
		return report.Unknown
	}
	return d.Party
}

// factChanges lists which of the deciding facts differ.
func factChanges(before, after report.Asset, names []string) []FactChange {
	var out []FactChange
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		x, _ := before.Facts.Get(name)
		y, _ := after.Facts.Get(name)
		if reflect.DeepEqual(x.Value, y.Value) && (x.Unknown == "") == (y.Unknown == "") {
			continue
		}
		out = append(out, FactChange{Fact: name, Attribute: cmp.Or(y.Attribute, x.Attribute), Old: x.Value, New: y.Value, Location: y.Location})
	}
	return out
}

func (d *Diff) findings(a, b *side) {
	for key, now := range b.findings {
		before, ok := a.findings[key]
		switch {
		case now.Result == report.Fail && (!ok || before.Result != report.Fail):
			d.New = append(d.New, now)
		case now.Result == report.ResultUnknown && ok && (before.Result == report.Pass || before.Result == report.Fail):
			d.Blinded = append(d.Blinded, now)
		case now.Result == report.Pass && ok && before.Result == report.ResultUnknown:
			d.Settled = append(d.Settled, now)
		}
	}
	for key, before := range a.findings {
		now, ok := b.findings[key]
		if before.Result == report.Fail && (!ok || now.Result != report.Fail && now.Result != report.ResultUnknown) {
			d.Gone = append(d.Gone, before)
		}
	}
}

func (d *Diff) sort() {
	slices.SortFunc(d.Moved, func(x, y Moved) int {
		toCustomer := func(m Moved) int {
			if m.ToCustomer() {
				return 0
			}
			return 1
		}
		return cmp.Or(toCustomer(x)-toCustomer(y), cmp.Compare(x.Asset, y.Asset), cmp.Compare(x.Responsibility, y.Responsibility))
	})
	byID := func(x, y Asset) int { return cmp.Compare(x.ID, y.ID) }
	slices.SortFunc(d.Added, byID)
	slices.SortFunc(d.Removed, byID)
	for _, list := range [][]report.Finding{d.New, d.Gone, d.Blinded, d.Settled} {
		slices.SortFunc(list, func(x, y report.Finding) int {
			rank := func(f report.Finding) int { return slices.Index(report.Severities, f.Severity) }
			return cmp.Or(rank(x)-rank(y), cmp.Compare(x.Asset, y.Asset), cmp.Compare(x.Check, y.Check))
		})
	}
}

func summarise(a report.Asset, duties []report.Duty) Asset {
	out := Asset{ID: a.ID, Address: a.Address, Kind: a.KindTitle, Service: a.Service, Owners: map[string]int{}}
	for _, d := range duties {
		out.Owners[d.Owner]++
		if d.Status == report.Failing {
			out.Failing++
		}
	}
	return out
}

// root is the part of an asset's id before its address.
func root(a report.Asset) string { return strings.TrimSuffix(strings.TrimSuffix(a.ID, a.Address), ":") }

func oneRoot(a *report.Assessment) bool {
	first, seen := "", false
	for x := range a.Assets {
		if x.Kind == "account" {
			continue
		}
		if r := root(x); !seen {
			first, seen = r, true
		} else if r != first {
			return false
		}
	}
	return true
}

func index(a *report.Assessment, single bool) *side {
	s := &side{
		assets: map[string]report.Asset{}, duties: map[string][]report.Duty{}, findings: map[string]report.Finding{},
		titles: map[string]string{}, byID: map[string]string{},
	}
	for _, row := range a.Rows {
		for _, r := range row.Responsibilities {
			s.titles[r.ID] = r.Title
		}
	}
	for x := range a.Assets {
		key := x.ID
		switch {
		case single && x.Kind == "account":
			key = "account of " + x.Provider
		case single:
			key = x.Address
		}
		s.assets[key] = x
		s.byID[x.ID] = key
	}
	for x := range a.Duties {
		key := s.byID[x.Asset]
		s.duties[key] = append(s.duties[key], x)
	}
	for x := range a.Findings {
		s.findings[s.byID[x.Asset]+"\x00"+x.Check] = x
	}
	return s
}
