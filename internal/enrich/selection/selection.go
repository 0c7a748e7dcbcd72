// Package selection tells which assets a backup plan or patch target selects:
// by name, by tag, or all of a type.
package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Selector is one plan or target, made ready for many assets.
type Selector struct {
	asset *estate.Asset
	named map[*estate.Asset]bool
	open  string // something it selects is not known
	parts []part
}

// part is one element of the fact selections.
type part struct {
	resources, except []string
	anyTags, allTags  []tag
	hasResources      bool
	hasAny, hasAll    bool
	open              string
}

type tag struct {
	key    string
	values []string // none: any value
	not    bool
}

// New reads what an asset selects.
func New(a *estate.Asset) *Selector {
	s := &Selector{asset: a, named: make(map[*estate.Asset]bool)}
	for _, r := range a.Linked("selects") {
		switch {
		case r.To != nil:
			s.named[r.To] = true
		case r.Unknown != "":
			s.open = r.Unknown
		}
	}
	f, ok := a.Fact("selections")
	if !ok {
		return s
	}
	if !f.Known() {
		s.open = f.Unknown
		return s
	}
	switch v := f.Value.(type) {
	case []any:
		for _, e := range v {
			s.parts = append(s.parts, read(e))
		}
	default:
		s.parts = append(s.parts, read(v))
	}
	return s
}

func read(v any) part {
	var p part
	m, ok := v.(map[string]any)
	if !ok {
		p.open = why(v)
		return p
	}
	texts := func(key string) (out []string) {
		each(m[key], func(e any) {
			if s, ok := e.(string); ok {
				out = append(out, s)
			} else {
				p.open = why(e)
			}
		})
		return out
	}
	tags := func(key string) (out []tag) {
		each(m[key], func(e any) {
			tm, ok := e.(map[string]any)
			if !ok {
				p.open = why(e)
				return
			}
			t := tag{}
			if t.key, ok = tm["key"].(string); !ok {
				p.open = why(tm["key"])
				return
			}
			t.key = strings.TrimPrefix(strings.TrimPrefix(t.key, "aws:ResourceTag/"), "tag:")
			t.not, _ = tm["not"].(bool)
			for _, name := range []string{"values", "value"} {
				each(tm[name], func(e any) {
					if s, ok := e.(string); ok {
						t.values = append(t.values, s)
					} else {
						p.open = why(e)
					}
				})
			}
			out = append(out, t)
		})
		return out
	}
	p.resources, p.except = texts("resources"), texts("not_resources")
	p.anyTags, p.allTags = tags("any_tags"), tags("all_tags")
	p.hasResources, p.hasAny, p.hasAll = !empty(m["resources"]), !empty(m["any_tags"]), !empty(m["all_tags"])
	return p
}

// Selects tells whether the asset is selected.
func (s *Selector) Selects(a *estate.Asset) tri.Bool {
	if s.named[a] {
		return tri.True
	}
	out := tri.False
	for _, p := range s.parts {
		if out = tri.Or(out, p.selects(a)); out.IsTrue() {
			return out
		}
	}
	if s.open != "" {
		out = tri.Or(out, tri.Unknown(s.open))
	}
	return out
}

func (p part) selects(a *estate.Asset) tri.Bool {
	for _, r := range p.except {
		if b := matches(r, a); !b.IsFalse() {
			return b.Not()
		}
	}
	byName, byTag, all := tri.False, tri.False, tri.True
	for _, r := range p.resources {
		byName = tri.Or(byName, matches(r, a))
	}
	for _, t := range p.anyTags {
		byTag = tri.Or(byTag, tri.Of(t.on(a)))
	}
	for _, t := range p.allTags {
		all = tri.And(all, tri.Of(t.on(a)))
	}
	var out tri.Bool
	switch {
	case p.hasResources && p.hasAny:
		out = tri.And(byName, byTag)
		if out.IsFalse() && tri.Or(byName, byTag).IsTrue() {
			out = tri.Unknown("whether names and tags of a selection add up or narrow is not told")
		}
	case p.hasResources:
		out = byName
	case p.hasAny:
		out = byTag
	default:
		out = tri.Of(p.hasAll)
	}
	out = tri.And(out, all)
	if p.open != "" && out.IsFalse() {
		return tri.Unknown(p.open)
	}
	return out
}

// on tells whether the asset carries the tag.
func (t tag) on(a *estate.Asset) bool {
	v, ok := a.Tags[t.key]
	if ok && len(t.values) > 0 {
		ok = slices.ContainsFunc(t.values, func(want string) bool { return glob(want, v) })
	}
	return ok != t.not
}

// shapes are the ARNs of assets that plans select: service, and what stands
// before the name or id. Byid marks those whose id only the provider knows.
var shapes = map[string]struct {
	service, prefix string
	byID            bool
}{
	"aws_instance":                {"ec2", "instance/", true},
	"aws_spot_instance_request":   {"ec2", "instance/", true},
	"aws_ebs_volume":              {"ec2", "volume/", true},
	"aws_db_instance":             {"rds", "db:", false},
	"aws_rds_cluster":             {"rds", "cluster:", false},
	"aws_docdb_cluster":           {"rds", "cluster:", false},
	"aws_neptune_cluster":         {"rds", "cluster:", false},
	"aws_dynamodb_table":          {"dynamodb", "table/", false},
	"aws_s3_bucket":               {"s3", "", false},
	"aws_efs_file_system":         {"elasticfilesystem", "file-system/", true},
	"aws_fsx_lustre_file_system":  {"fsx", "file-system/", true},
	"aws_fsx_windows_file_system": {"fsx", "file-system/", true},
	"aws_fsx_ontap_file_system":   {"fsx", "file-system/", true},
	"aws_fsx_openzfs_file_system": {"fsx", "file-system/", true},
	"aws_redshift_cluster":        {"redshift", "cluster:", false},
	"aws_timestreamwrite_table":   {"timestream", "database/", false},
}

// matches compares a resource pattern, an ARN or an id, with an asset.
func matches(pattern string, a *estate.Asset) tri.Bool {
	if pattern == "*" || pattern == a.Name && a.Name != "" || slices.Contains(a.Addresses, pattern) {
		return tri.True
	}
	fields := strings.SplitN(pattern, ":", 6)
	if len(fields) < 6 || fields[0] != "arn" && fields[0] != "*" {
		return tri.False
	}
	shape, ok := shapes[a.Means]
	if !ok {
		if fields[2] != "*" {
			return tri.Unknown(fmt.Sprintf("whether %s names %s is not known", pattern, a.Address))
		}
		return tri.Of(fields[5] == "*")
	}
	if !glob(fields[2], shape.service) {
		return tri.False
	}
	for i, have := range []string{3: a.Region, 4: a.Account} {
		if i < 3 || fields[i] == "" || have == "" {
			continue
		}
		if !glob(fields[i], have) {
			return tri.False
		}
	}
	rest, ok := strings.CutPrefix(fields[5], shape.prefix)
	switch {
	case fields[5] == "*" || ok && rest == "*":
		return tri.True
	case !ok:
		return tri.False
	case shape.byID || a.Name == "":
		return tri.Unknown("the id of " + a.Address + " is not known")
	default:
		return tri.Of(glob(rest, a.Name))
	}
}

// glob matches with * only.
func glob(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return strings.HasSuffix(s, last)
}

func each(v any, f func(any)) {
	switch v := v.(type) {
	case nil:
	case []any:
		for _, e := range v {
			each(e, f)
		}
	case []string:
		for _, e := range v {
			f(e)
		}
	default:
		f(v)
	}
}

func empty(v any) bool {
	none := true
	each(v, func(any) { none = false })
	return none
}

func why(v any) string {
	if u, ok := v.(*source.Unknown); ok && u.Reason != "" {
		return u.Reason
	}
	return "a part of a selection is not known"
}

// SameAccount reports whether two assets live in one account, as far as known.
func SameAccount(a, b *estate.Asset) bool {
	x, y := derive.Account(a), derive.Account(b)
	return x == y || x == nil || y == nil
}
