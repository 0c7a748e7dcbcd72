package normalise

import (
	"maps"
	"slices"

	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// notCarried is what an argument gives that an export does not hold.
var notCarried = &source.Unknown{Reason: "the export does not carry it"}

// untold is what an argument gives that the partial resource does not hold.
func untold(r *source.Resource) *source.Unknown {
	if r.PartialWhy == "" {
		return notCarried
	}
	return &source.Unknown{Reason: r.PartialWhy}
}

// isWritten tells whether anything is written at the path.
func isWritten(r *source.Resource, path string) bool {
	return slices.ContainsFunc(expr.Values(r.Body, path), func(v any) bool { return !isAbsent(v) })
}

// completed is the resource's body. Of a partial resource it is one in which
// the paths that are not written hold an unknown, so that an expression over
// them is only as certain as it can be.
func completed(r *source.Resource, paths []string) map[string]any {
	if !r.Partial {
		return r.Body
	}
	body, missing := r.Body, untold(r)
	for _, p := range paths {
		body, _ = withUnknown(body, expr.Split(p), missing).(map[string]any)
	}
	return body
}

// withUnknown returns v with what is missing where nothing is written at the path.
// It copies what it changes.
func withUnknown(v any, path []string, missing *source.Unknown) any {
	switch x := v.(type) {
	case nil:
		return missing
	case map[string]any:
		if len(path) == 0 {
			return v
		}
		inner := withUnknown(x[path[0]], path[1:], missing)
		out := maps.Clone(x)
		if out == nil {
			out = map[string]any{}
		}
		out[path[0]] = inner
		return out
	case []any:
		if len(path) == 0 {
			return v
		}
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = withUnknown(e, path, missing)
		}
		return out
	}
	return v
}
