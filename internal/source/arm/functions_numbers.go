package arm

import (
	"math"
	"strconv"
	"strings"
)

func toInt(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case float64:
		if name == "int" {
			return math.Trunc(x)
		}
		return x
	case string:
		if f, err := strconv.ParseFloat(strings.TrimSpace(x), 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
	}
	return e.badArgument(v, name)
}

func arithmetic(f func(a, b float64) (float64, bool)) function {
	return function{min: 2, max: 2, call: func(e *evaluator, v env, name string, args []any) any {
		a, ok1 := args[0].(float64)
		b, ok2 := args[1].(float64)
		if !ok1 || !ok2 {
			return e.badArgument(v, name)
		}
		out, ok := f(a, b)
		if !ok || math.IsInf(out, 0) || math.IsNaN(out) {
			return e.wrong(v, name+" has no result")
		}
		return out
	}}
}

func extreme(e *evaluator, v env, name string, args []any) any {
	if l, ok := args[0].([]any); ok && len(args) == 1 {
		args = l
	}
	e.step(len(args))
	if len(args) == 0 {
		return e.badArgument(v, name)
	}
	best := math.NaN()
	for _, a := range args {
		n, ok := a.(float64)
		if !ok {
			return e.badArgument(v, name)
		}
		if math.IsNaN(best) || (n > best) == (name == "max") {
			best = n
		}
	}
	return best
}

func rangeOf(e *evaluator, v env, name string, args []any) any {
	from, ok1 := args[0].(float64)
	n, ok2 := args[1].(float64)
	if !ok1 || !ok2 || n < 0 {
		return e.badArgument(v, name)
	}
	if n > 10_000 { // what Azure allows
		return e.wrong(v, "range makes more than 10,000 numbers, which Azure refuses")
	}
	out := make([]any, int(n))
	for i := range out {
		out[i] = from + float64(i)
	}
	return e.list(v, out)
}

func not(e *evaluator, v env, name string, args []any) any {
	if b, ok := args[0].(bool); ok {
		return !b
	}
	return e.badArgument(v, name)
}

func toBool(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case bool:
		return x
	case float64:
		return x != 0
	case string:
		switch strings.ToLower(x) {
		case "true", "1":
			return true
		case "false", "0":
			return false
		}
	}
	return e.badArgument(v, name)
}

func equals(e *evaluator, _ env, name string, args []any) any {
	same, known := e.equal(args[0], args[1])
	if !known {
		return truth(derived(callLabel(name, args), args...))
	}
	return same
}

func comparison(f func(int) bool) function {
	return function{min: 2, max: 2, call: func(e *evaluator, v env, name string, args []any) any {
		switch a := args[0].(type) {
		case float64:
			if b, ok := args[1].(float64); ok {
				switch {
				case a < b:
					return f(-1)
				case a > b:
					return f(1)
				}
				return f(0)
			}
		case string:
			if b, ok := args[1].(string); ok {
				e.step(len(a)/64 + 1)
				return f(strings.Compare(a, b))
			}
		}
		return e.badArgument(v, name)
	}}
}
