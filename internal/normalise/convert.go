package normalise

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// convert brings a value into the fact's type. A non-empty second result says
// why that is not possible.
func convert(t expr.Type, v any) (any, string) {
	if u, ok := v.(*source.Unknown); ok {
		return nil, reason(u)
	}
	if v == nil {
		return nil, "not written"
	}
	switch t {
	case expr.Any:
		return v, ""
	case expr.Bool:
		switch x := v.(type) {
		case bool:
			return x, ""
		case string:
			if b, err := strconv.ParseBool(strings.ToLower(x)); err == nil {
				return b, ""
			}
			switch strings.ToLower(x) {
			case "enabled", "yes", "on":
				return true, ""
			case "disabled", "suspended", "no", "off":
				return false, ""
			}
		}
	case expr.Int:
		if n, ok := number(v); ok {
			return int64(n), ""
		}
	case expr.Float:
		if n, ok := number(v); ok {
			return n, ""
		}
	case expr.String:
		switch v.(type) {
		case string, bool, float64, int, int64, uint64:
			return scalar(v), ""
		}
	case expr.Strings:
		switch x := v.(type) {
		case []any:
			out := make([]string, 0, len(x))
			for _, e := range x {
				switch s := e.(type) {
				case nil:
				case *source.Unknown:
					return nil, reason(s)
				case map[string]any, []any:
					return nil, "holds something that is no text"
				default:
					out = append(out, scalar(s))
				}
			}
			return out, ""
		case []string: // a constant, converted when it was compiled
			return x, ""
		case string:
			return []string{x}, ""
		}
	case expr.Date:
		switch x := v.(type) {
		case time.Time:
			return x, ""
		case string:
			for _, layout := range []string{time.RFC3339, time.DateOnly} {
				if d, err := time.Parse(layout, x); err == nil {
					return d, ""
				}
			}
		}
	case expr.List, expr.Policies:
		switch x := v.(type) {
		case []any:
			return x, ""
		default:
			return []any{x}, ""
		}
	}
	return nil, fmt.Sprintf("%q is no %s", clip(scalar(v)), t)
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func number(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case int:
		return float64(x), true
	case int64:
		return float64(x), true
	case uint64:
		return float64(x), true
	case string:
		n, err := strconv.ParseFloat(x, 64)
		return n, err == nil
	}
	return 0, false
}

// same compares a value of a source with one of a data file.
func same(v, want any) bool {
	if a, ok := number(v); ok {
		if _, isString := v.(string); !isString {
			b, ok := number(want)
			return ok && a == b
		}
	}
	if b, ok := want.(bool); ok {
		got, why := convert(expr.Bool, v)
		return why == "" && got == b
	}
	return scalar(v) == scalar(want)
}
