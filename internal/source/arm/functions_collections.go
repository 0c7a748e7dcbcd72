package arm

import (
	"maps"
	"slices"
	"strings"
)

func empty(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case nil:
		return true
	case string:
		return x == ""
	case []any:
		return len(x) == 0
	case map[string]any:
		return len(x) == 0
	case *unknown:
		if literalPart(x.text) {
			return false
		}
		return truth(derived(callLabel(name, args), x))
	}
	return e.badArgument(v, name)
}

func contains(e *evaluator, v env, name string, args []any) any {
	key, keyOpen := args[1].(*unknown)
	switch in := args[0].(type) {
	case []any:
		open := false
		for _, x := range in {
			same, known := e.equal(x, args[1])
			if known && same {
				return true
			}
			open = open || !known
		}
		if !open {
			return false
		}
	case map[string]any:
		if !keyOpen {
			_, ok := e.fold(in, textOf(args[1]))
			return ok
		}
		if len(in) == 0 {
			return false
		}
	case string:
		if !keyOpen {
			e.step(len(in) / 64)
			return strings.Contains(in, textOf(args[1]))
		}
	case *unknown:
		if s, ok := args[1].(string); ok && s != "" && in.text != "" {
			found := false
			outside(in.text, func(part string) string {
				found = found || strings.Contains(part, s)
				return part
			})
			if found {
				return true
			}
		}
	default:
		return e.badArgument(v, name)
	}
	_ = key
	return truth(derived(callLabel(name, args), args...))
}

func array(_ *evaluator, _ env, _ string, args []any) any {
	if l, ok := args[0].([]any); ok {
		return l
	}
	return args
}

func createObject(e *evaluator, v env, name string, args []any) any {
	if len(args)%2 != 0 {
		return e.wrong(v, "createObject is given a name without a value")
	}
	m := make(map[string]any, len(args)/2)
	e.grow(24 * len(args))
	for i := 0; i < len(args); i += 2 {
		switch k := args[i].(type) {
		case string:
			m[k] = args[i+1]
		case *unknown:
			m[shown(textOf(k))] = args[i+1]
		default:
			return e.badArgument(v, name)
		}
	}
	return m
}

func length(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case string:
		return float64(len([]rune(x)))
	case []any:
		return float64(len(x))
	case map[string]any:
		return float64(len(x))
	}
	return e.badArgument(v, name)
}

// end is first and last.
func end(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case string:
		r := []rune(x)
		e.step(len(r))
		if len(r) == 0 {
			return ""
		}
		if name == "first" {
			return string(r[:1])
		}
		return string(r[len(r)-1:])
	case []any:
		if len(x) == 0 {
			return nil
		}
		if name == "first" {
			return x[0]
		}
		return x[len(x)-1]
	}
	return e.badArgument(v, name)
}

func indexFromEnd(e *evaluator, v env, name string, args []any) any {
	l, ok1 := args[0].([]any)
	n, ok2 := args[1].(float64)
	if ok1 && ok2 {
		if i := len(l) - int(n); i >= 0 && i < len(l) {
			return l[i]
		}
		if strings.HasPrefix(name, "try") {
			return nil
		}
	}
	return e.badArgument(v, name)
}

func takeSkip(e *evaluator, v env, name string, args []any) any {
	f, ok := args[1].(float64)
	if !ok {
		return e.badArgument(v, name)
	}
	switch x := args[0].(type) {
	case string:
		r := []rune(x)
		n := int(max(0, min(f, float64(len(r)))))
		if name == "take" {
			return e.built(v, string(r[:n]))
		}
		return e.built(v, string(r[n:]))
	case []any:
		n := int(max(0, min(f, float64(len(x)))))
		if name == "take" {
			return x[:n:n]
		}
		return x[n:]
	}
	return e.badArgument(v, name)
}

// union joins arrays without repetition, or objects, later ones winning.
func union(e *evaluator, v env, name string, args []any) any {
	if _, ok := args[0].([]any); ok {
		var out []any
		for _, a := range args {
			l, ok := a.([]any)
			if !ok {
				return e.badArgument(v, name)
			}
			for _, x := range l {
				if !e.has(out, x) {
					out = append(out, x)
				}
			}
		}
		return e.list(v, out)
	}
	merged := map[string]any{}
	for _, a := range args {
		m, ok := a.(map[string]any)
		if !ok {
			return e.badArgument(v, name)
		}
		merged = e.merge(merged, m, true)
	}
	return merged
}

func (e *evaluator) has(l []any, x any) bool {
	return slices.ContainsFunc(l, func(y any) bool {
		same, known := e.equal(x, y)
		return same && known
	})
}

// merge lays b over a; deep also merges objects within.
func (e *evaluator) merge(a, b map[string]any, deep bool) map[string]any {
	e.step(len(a) + len(b))
	e.grow(48 * (len(a) + len(b)))
	out := maps.Clone(a)
	if out == nil {
		out = map[string]any{}
	}
	for k, y := range b {
		x, isObject := out[k].(map[string]any)
		if z, ok := y.(map[string]any); ok && isObject && deep {
			out[k] = e.merge(x, z, true)
			continue
		}
		out[k] = y
	}
	return out
}

func shallowMerge(e *evaluator, v env, name string, args []any) any {
	l, ok := args[0].([]any)
	if !ok {
		return e.badArgument(v, name)
	}
	out := map[string]any{}
	for _, x := range l {
		switch m := x.(type) {
		case map[string]any:
			out = e.merge(out, m, false)
		case *unknown:
			return derived(callLabel(name, args), args...)
		case nil:
		default:
			return e.badArgument(v, name)
		}
	}
	return out
}

func intersection(e *evaluator, v env, name string, args []any) any {
	if first, ok := args[0].([]any); ok {
		var out []any
		for _, x := range first {
			all := true
			for _, a := range args[1:] {
				l, ok := a.([]any)
				if !ok {
					return e.badArgument(v, name)
				}
				all = all && e.has(l, x)
			}
			if all && !e.has(out, x) {
				out = append(out, x)
			}
		}
		return e.list(v, out)
	}
	out, ok := args[0].(map[string]any)
	if !ok {
		return e.badArgument(v, name)
	}
	for _, a := range args[1:] {
		m, ok := a.(map[string]any)
		if !ok {
			return e.badArgument(v, name)
		}
		next := map[string]any{}
		for k, x := range out {
			if y, ok := m[k]; ok {
				if same, known := e.equal(x, y); same && known {
					next[k] = x
				}
			}
		}
		out = next
	}
	return out
}

func flatten(e *evaluator, v env, name string, args []any) any {
	l, ok := args[0].([]any)
	if !ok {
		return e.badArgument(v, name)
	}
	var out []any
	for _, x := range l {
		switch inner := x.(type) {
		case []any:
			out = append(out, inner...)
		case *unknown:
			return derived(callLabel(name, args), args...)
		default:
			return e.badArgument(v, name)
		}
		if len(out) > maxItems {
			break
		}
	}
	return e.list(v, out)
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

func items(e *evaluator, v env, name string, args []any) any {
	m, ok := args[0].(map[string]any)
	if !ok {
		return e.badArgument(v, name)
	}
	out := make([]any, 0, len(m))
	for _, k := range sortedKeys(m) {
		out = append(out, map[string]any{"key": k, "value": m[k]})
	}
	e.grow(100 * len(out))
	return e.list(v, out)
}

func objectKeys(e *evaluator, v env, name string, args []any) any {
	m, ok := args[0].(map[string]any)
	if !ok {
		return e.badArgument(v, name)
	}
	out := make([]any, 0, len(m))
	for _, k := range sortedKeys(m) {
		out = append(out, k)
	}
	return e.list(v, out)
}

// over takes the array and lambda that map and its like are given.
func over(args []any) ([]any, *lambda, bool) {
	l, ok1 := args[0].([]any)
	f, ok2 := args[1].(*lambda)
	return l, f, ok1 && ok2
}

// turn calls a lambda with an element and, if it wants it, its index.
func (e *evaluator) turn(f *lambda, x any, i int) any { return e.apply(f, x, float64(i)) }

func mapOver(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	out := make([]any, len(l))
	for i, x := range l {
		out[i] = e.turn(f, x, i)
	}
	return e.list(v, out)
}

func mapValues(e *evaluator, v env, name string, args []any) any {
	m, ok1 := args[0].(map[string]any)
	f, ok2 := args[1].(*lambda)
	if !ok1 || !ok2 {
		return e.badArgument(v, name)
	}
	out := make(map[string]any, len(m))
	e.grow(48 * len(m))
	for _, k := range sortedKeys(m) {
		out[k] = e.apply(f, m[k])
	}
	return out
}

func filter(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	var out []any
	for i, x := range l {
		switch keep := e.turn(f, x, i).(type) {
		case bool:
			if keep {
				out = append(out, x)
			}
		case *unknown:
			return derived(callLabel(name, []any{args[0], keep}), keep)
		default:
			return e.badArgument(v, name)
		}
	}
	return e.list(v, out)
}

func reduce(e *evaluator, v env, name string, args []any) any {
	l, ok1 := args[0].([]any)
	f, ok2 := args[2].(*lambda)
	if u, open := args[0].(*unknown); open {
		return derived(callLabel(name, args), u)
	}
	if !ok1 || !ok2 {
		return e.badArgument(v, name)
	}
	sum := args[1]
	for i, x := range l {
		sum = e.apply(f, sum, x, float64(i))
	}
	return sum
}

func sortBy(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	out, odd := slices.Clone(l), false
	slices.SortStableFunc(out, func(a, b any) int {
		less, ok := e.apply(f, a, b).(bool)
		odd = odd || !ok
		if less {
			return -1
		}
		if more, ok := e.apply(f, b, a).(bool); ok && more {
			return 1
		}
		return 0
	})
	if odd {
		return derived(callLabel(name, args), args...)
	}
	return e.list(v, out)
}

func toObject(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	out := make(map[string]any, len(l))
	e.grow(48 * len(l))
	for _, x := range l {
		k, ok := e.apply(f, x).(string)
		if !ok {
			return derived(callLabel(name, args), args...)
		}
		out[k] = x
		if len(args) == 3 {
			g, ok := args[2].(*lambda)
			if !ok {
				return e.badArgument(v, name)
			}
			out[k] = e.apply(g, x)
		}
	}
	return out
}

func groupBy(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	groups := map[string][]any{}
	for i, x := range l {
		k, ok := e.turn(f, x, i).(string)
		if !ok {
			return derived(callLabel(name, args), args...)
		}
		groups[k] = append(groups[k], x)
	}
	out := make(map[string]any, len(groups))
	for k, g := range groups {
		out[k] = g
	}
	e.grow(64 * len(l))
	return out
}
