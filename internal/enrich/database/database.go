// Package database derives what an engine's parameters mean for its clients
// and its logs.
package database

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives the facts that follow from parameter groups, for every
// database whose engine is in the table.
func Enrich(e *estate.Estate) {
	for _, a := range e.Assets {
		if a.Provider == "google" {
			continue // its flags stand on the instance, and TLS is a switch of its own
		}
		switch a.Kind {
		case "relational-database", "database-cluster", "document-database", "graph-database", "data-warehouse":
			enrich(a)
		}
	}
}

func enrich(a *estate.Asset) {
	s := settingsOf(a)
	name, version, why := s.engineOf(a)
	if name == "" {
		if why != "" && len(s.groups) > 0 {
			from := s.from(a)
			derive.SetBool(a, "tls_forced_by_parameters", tri.Unknown(why), from)
			derive.SetBool(a, "database_audit_parameters", tri.Unknown(why), from)
		}
		return
	}
	en := find(name)
	if en == nil {
		return
	}
	from := s.from(a)
	if en.tls.name != "" {
		derive.SetBool(a, "tls_forced_by_parameters", s.is(en.tls, version), from)
	}
	if en.audit != nil {
		out := tri.False
		for _, p := range en.audit {
			out = tri.Or(out, s.is(p, version))
		}
		derive.SetBool(a, "database_audit_parameters", out, from)
	}
}

// settings are the parameter groups in force on a database: its own, and those
// of its cluster.
type settings struct {
	groups []*estate.Asset
	open   string // a group, or a parameter's name, is not known
}

func settingsOf(a *estate.Asset) settings {
	var s settings
	take := func(a *estate.Asset) {
		for _, r := range a.Linked("parameter_group") {
			switch {
			case r.To != nil:
				s.groups = append(s.groups, r.To)
			case r.Unknown != "":
				s.open = cmp.Or(s.open, r.Unknown)
			case strings.HasPrefix(r.Ref, "default"): // the provider's own: its defaults hold
			default:
				s.open = cmp.Or(s.open, "the parameter group "+r.Ref+" is not in the sources")
			}
		}
	}
	take(a)
	for c := range derive.Linked(a, "cluster") {
		take(c)
	}
	return s
}

func (s settings) from(a *estate.Asset) estate.Origin {
	for _, g := range s.groups {
		return derive.FromFact(g, "parameters")
	}
	return derive.At(a)
}

// engineOf finds engine and version: the database's own, its cluster's, or
// those of the parameter group's family, such as postgres15.
func (s settings) engineOf(a *estate.Asset) (name, version, why string) {
	look := func(a *estate.Asset) {
		if f, ok := a.Fact("engine"); ok {
			if f.Known() {
				name = cmp.Or(name, strings.ToLower(derive.Text(a, "engine")))
			} else {
				why = cmp.Or(why, f.Unknown)
			}
		}
		version = cmp.Or(version, derive.Text(a, "engine_version"))
	}
	look(a)
	for c := range derive.Linked(a, "cluster") {
		look(c)
	}
	for _, g := range s.groups {
		family := strings.ToLower(derive.Text(g, "engine"))
		if i := strings.IndexAny(family, "0123456789"); i > 0 {
			name = cmp.Or(name, strings.TrimRight(family[:i], "-"))
			version = cmp.Or(version, family[i:])
		}
	}
	if name == "" {
		for _, by := range []string{"documentdb", "neptune", "redshift"} {
			if strings.HasSuffix(a.Service, "/"+by) {
				name = by
			}
		}
	}
	return name, version, why
}

// is tells whether the parameter has one of its values for on.
func (s settings) is(p parameter, version string) tri.Bool {
	open := s.open
	for _, g := range s.groups {
		f, ok := g.Fact("parameters")
		switch {
		case !ok:
			continue
		case !f.Known():
			open = cmp.Or(open, f.Unknown)
			continue
		}
		list, _ := f.Value.([]any)
		for _, e := range list {
			m, ok := e.(map[string]any)
			if !ok {
				open = cmp.Or(open, reason(e))
				continue
			}
			name, ok := m["name"].(string)
			if !ok {
				open = cmp.Or(open, reason(m["name"]))
				continue
			}
			if strings.EqualFold(name, p.name) {
				return p.on(m["value"])
			}
		}
	}
	if open != "" {
		return tri.Unknown(open)
	}
	if p.byDefault == nil {
		return tri.False
	}
	return p.byDefault(version)
}

func reason(v any) string {
	if u, ok := v.(*source.Unknown); ok && u.Reason != "" {
		return u.Reason
	}
	return "a parameter is not known"
}

// text renders a parameter's value the way groups are written.
func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return strings.ToLower(strings.TrimSpace(v)), true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case int64:
		return fmt.Sprint(v), true
	default:
		return "", false
	}
}
