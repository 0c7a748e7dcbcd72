package normalise

import (
	"reflect"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// unknownWithin returns an unknown that is v or an element of it.
func unknownWithin(v any) *source.Unknown {
	switch x := v.(type) {
	case *source.Unknown:
		return x
	case []any:
		for _, e := range x {
			if u, ok := e.(*source.Unknown); ok {
				return u
			}
		}
	}
	return nil
}

// fold makes one value of several.
func fold(m *catalogue.Mapping, vs []any) any {
	t := m.Fact.Type
	how := m.Fold
	if how == "" {
		how = "all"
		if t == expr.List || t == expr.Strings || t == expr.Policies {
			how = "list"
		}
	}
	switch how {
	case "count":
		n := 0
		for _, v := range vs {
			switch x := v.(type) {
			case *source.Unknown:
				if x == notStated {
					continue
				}
				return x
			case []any:
				n += len(x)
			case nil:
			default:
				n++
			}
		}
		return float64(n)
	case "list":
		out := []any{}
		for _, v := range vs {
			switch x := v.(type) {
			case nil:
			case []any:
				out = append(out, x...)
			case *source.Unknown:
				if x == notStated && len(vs) > 1 {
					continue
				}
				if t == expr.Strings || x == notStated {
					return x
				}
				out = append(out, x)
			default:
				out = append(out, x)
			}
		}
		return out
	case "first":
		return vs[0]
	case "all", "any":
		if t == expr.Bool {
			return foldBool(vs, how == "any")
		}
		return agree(vs)
	case "min", "max":
		return extreme(vs, how == "max")
	}
	return vs[0]
}

// foldBool is three-valued any or all.
func foldBool(vs []any, decides bool) any {
	var open *source.Unknown
	for _, v := range vs {
		if u, ok := v.(*source.Unknown); ok {
			open = u
			continue
		}
		b, why := convert(expr.Bool, v)
		if why != "" {
			open = &source.Unknown{Reason: why}
			continue
		}
		if b.(bool) == decides {
			return decides
		}
	}
	if open != nil {
		return open
	}
	return !decides
}

// agree returns the value all share; differing values are not one fact.
func agree(vs []any) any {
	for _, v := range vs[1:] {
		if !reflect.DeepEqual(v, vs[0]) {
			return &source.Unknown{Reason: "several blocks give different values"}
		}
	}
	return vs[0]
}

func extreme(vs []any, largest bool) any {
	var best any
	for _, v := range vs {
		if u, ok := v.(*source.Unknown); ok {
			return u
		}
		n, isNumber := number(v)
		b, bestIsNumber := number(best)
		switch {
		case best == nil:
			best = v
		case isNumber && bestIsNumber:
			if n > b == largest && n != b {
				best = v
			}
		case scalar(v) > scalar(best) == largest:
			best = v
		}
	}
	return best
}
