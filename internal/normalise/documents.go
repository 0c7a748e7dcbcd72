package normalise

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

func readPolicies(r *source.Resource, paths []string) reading {
	rd := reading{how: estate.Default, path: paths[0]}
	docs := []any{}
	var open *source.Unknown
	for _, path := range paths {
		for _, v := range expr.Values(r.Body, path) {
			if isAbsent(v) {
				continue
			}
			rd.how, rd.path = estate.Set, path
			switch x := v.(type) {
			case string:
				docs = append(docs, x)
			case *source.Unknown:
				if x.Text != "" {
					docs = append(docs, x.Text)
				} else {
					docs, open = append(docs, nil), x
				}
			case []any:
				for _, e := range x {
					if s, ok := e.(string); ok {
						docs = append(docs, s)
					} else {
						docs = append(docs, nil)
					}
				}
			default:
				docs = append(docs, nil)
			}
		}
	}
	if open != nil && len(docs) == 1 {
		rd.unknown = reason(open)
		return rd
	}
	rd.value = docs
	return rd
}

func readSecrets(r *source.Resource, paths []string, scan Scanner) reading {
	rd := reading{how: estate.Default, path: paths[0], value: []any{}}
	if scan == nil {
		rd.unknown = "secrets were not looked for"
		return rd
	}
	found := []any{}
	open := ""
	for _, path := range paths {
		for _, v := range expr.Values(r.Body, path) {
			if isAbsent(v) {
				continue
			}
			rd.how = estate.Set
			if len(found) == 0 {
				rd.path = path
			}
			before := len(found)
			open = scanValue(path, v, scan, &found, open, 0)
			if text, ok := v.(string); ok && len(found) == before && lastIsKey(path) {
				found = append(found, secureText(path, text, scan)...)
			}
		}
		for _, s := range scanRefs(r, path, scan) {
			within, rule, _ := strings.Cut(s, ": ")
			if !slices.ContainsFunc(found, func(have any) bool { // the text said it, perhaps more exactly
				at, r, _ := strings.Cut(have.(string), ": ")
				return r == rule && (at == within || strings.HasPrefix(at, within+"."))
			}) {
				found = append(found, s)
			}
		}
	}
	if len(found) == 0 && open != "" {
		rd.unknown = open
		return rd
	}
	rd.value = found
	return rd
}

// lastIsKey tells whether an argument is called just that. The name says little;
// that a mapping looks for secrets there says that it is a secret one.
func lastIsKey(path string) bool {
	return strings.EqualFold(path[strings.LastIndexByte(path, '.')+1:], "key")
}

// scanRefs scans what the values at the path and under it were built from: a
// key that another resource makes is known after apply, and in clear then.
func scanRefs(r *source.Resource, path string, scan Scanner) []string {
	var out []string
	for _, p := range slices.Sorted(maps.Keys(r.Refs)) {
		if p != path && !strings.HasPrefix(p, path+".") {
			continue
		}
		for _, ref := range r.Refs[p] {
			out = append(out, scan(p, source.HoleOpen+ref.Address+"."+ref.Attribute+source.HoleClose)...)
		}
	}
	return out
}

// secureText finds what a SecureString holds where the property is called by no
// secret's name: its author says that it is one. What begins with @ is worked
// out when a pipeline runs.
func secureText(path, text string, scan Scanner) (found []any) {
	if text == "" || strings.HasPrefix(text, "@") {
		return nil
	}
	for _, s := range scan(path+".secret", text) {
		found = append(found, path+strings.TrimPrefix(s, path+".secret"))
	}
	return found
}

// scanValue scans text wherever it stands in v. What is not known is no
// secret in clear: it comes from elsewhere. Only a wholly unknown top-level
// value leaves the question open.
func scanValue(path string, v any, scan Scanner, found *[]any, open string, depth int) string {
	switch x := v.(type) {
	case string:
		for _, s := range scan(path, x) {
			*found = append(*found, s)
		}
	case map[string]any:
		if strings.EqualFold(textAt(x, "type"), "SecureString") { // Data Factory hides what stands here, the template does not
			before := len(*found)
			open = scanValue(path, x["value"], scan, found, open, depth+1)
			if len(*found) == before {
				*found = append(*found, secureText(path, textAt(x, "value"), scan)...)
			}
			return open
		}
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			scanValue(path+"."+k, x[k], scan, found, "", depth+1)
		}
		if name, value, ok := namedValue(x); ok {
			for _, s := range scan(path+"."+name, value) {
				*found = append(*found, s)
			}
		}
	case []any:
		for _, e := range x {
			scanValue(path, e, scan, found, "", depth+1)
		}
	case *source.Unknown:
		if x.Text != "" {
			for _, s := range scan(path, x.Text) {
				*found = append(*found, s)
			}
			return open
		}
		if depth == 0 {
			return path + " is " + reason(x)
		}
	}
	return open
}

func textAt(m map[string]any, key string) string { s, _ := m[key].(string); return s }

// namedValue reads {name: DB_PASSWORD, value: …}, as containers and builds write
// their variables; templates write both names large.
func namedValue(m map[string]any) (name, value string, ok bool) {
	for _, keys := range [][2]string{{"name", "value"}, {"Name", "Value"}, {"key", "value"}} {
		if name, ok = m[keys[0]].(string); !ok {
			continue
		}
		if value, ok = m[keys[1]].(string); ok {
			return name, value, true
		}
	}
	return "", "", false
}
