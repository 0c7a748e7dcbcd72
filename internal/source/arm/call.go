package arm

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// function is one of the language's functions. It gets its arguments
// evaluated; unless it is open, none of them is unknown itself, though
// something within an array or object may be. whole wants that neither.
type function struct {
	min, max int // arguments; max < 0 is any number
	open     bool
	whole    bool
	call     func(e *evaluator, v env, name string, args []any) any
}

// call evaluates a function call.
func (e *evaluator) call(v env, c *call) any {
	name := strings.ToLower(c.name)
	if c.namespace != "" && !strings.EqualFold(c.namespace, "sys") {
		return e.define(v, c)
	}
	if special, ok := specials[name]; ok {
		return special(e, v, c)
	}
	f, ok := functions[name]
	switch {
	case ok:
	case strings.HasPrefix(name, "list"):
		f, name = function{min: 1, max: -1, open: true, call: listSecrets}, c.name
	default:
		return e.unknownFunction(v, c)
	}
	if len(c.args) < f.min || f.max >= 0 && len(c.args) > f.max {
		return e.wrong(v, fmt.Sprintf("%s is called with %d arguments", clip(c.name, 40), len(c.args)))
	}
	args := e.args(v, c)
	if !f.open {
		for _, a := range args {
			if _, is := a.(*unknown); is || f.whole && !e.wholeArg(a) {
				return derived(callLabel(name, args), args...)
			}
		}
	}
	return f.call(e, v, name, args)
}

func (e *evaluator) wholeArg(a any) bool {
	if _, ok := a.(*lambda); ok {
		return true
	}
	return e.whole(a)
}

func (e *evaluator) args(v env, c *call) []any {
	args := make([]any, len(c.args))
	for i, a := range c.args {
		args[i] = e.eval(v, a)
	}
	return args
}

// unknownFunction is met when the language has grown.
func (e *evaluator) unknownFunction(v env, c *call) any {
	name := clip(c.name, 60)
	if !e.strange[name] {
		e.strange[name] = true
		e.gap("expression", v.at, "function "+name+" is not known; values made with it are unknown", "")
	}
	args := e.args(v, c)
	u := derived(callLabel(name, args), args...)
	u.reason = "function " + name + " is not known"
	return u
}

// badArgument is what a function gives for arguments of the wrong kind.
func (e *evaluator) badArgument(v env, name string) any {
	return e.wrong(v, name+" is given a value of the wrong type")
}

// specials see their arguments before they are evaluated.
var specials map[string]func(*evaluator, env, *call) any

func init() { // the table refers to what refers to it
	specials = map[string]func(*evaluator, env, *call) any{
		"if":              conditionalCall,
		"and":             func(e *evaluator, v env, c *call) any { return shortCircuit(e, v, c, false) },
		"or":              func(e *evaluator, v env, c *call) any { return shortCircuit(e, v, c, true) },
		"coalesce":        coalesceCall,
		"parameters":      named((*evaluator).parameter),
		"variables":       named((*evaluator).variable),
		"lambda":          lambdaCall,
		"lambdavariables": named((*evaluator).lambdaVariable),
		"tryget":          tryGetCall,
		"copyindex":       copyIndexCall,
	}
}

// named calls f with the one text that names a parameter or variable.
func named(f func(*evaluator, env, string) any) func(*evaluator, env, *call) any {
	return func(e *evaluator, v env, c *call) any {
		if len(c.args) != 1 {
			return e.wrong(v, c.name+" takes one name")
		}
		switch name := e.eval(v, c.args[0]).(type) {
		case string:
			return f(e, v, name)
		case *unknown:
			return derived(callLabel(c.name, []any{name}), name)
		}
		return e.wrong(v, c.name+" takes a name")
	}
}

func conditionalCall(e *evaluator, v env, c *call) any {
	if len(c.args) != 3 {
		return e.wrong(v, "if takes three arguments")
	}
	switch cond := e.eval(v, c.args[0]).(type) {
	case bool:
		if cond {
			return e.eval(v, c.args[1])
		}
		return e.eval(v, c.args[2])
	case *unknown:
		v.quiet = true
		yes, no := e.eval(v, c.args[1]), e.eval(v, c.args[2])
		if same, known := e.equal(yes, no); same && known {
			return yes
		}
		u := derived(callLabel("if", []any{cond, yes, no}), yes, no)
		u.reason, u.notNull = cond.reason, notNull(yes) && notNull(no)
		return u
	}
	return e.wrong(v, "the condition of if is neither true nor false")
}

func notNull(v any) bool {
	u, ok := v.(*unknown)
	return !ok && v != nil || ok && u.notNull
}

// shortCircuit is and, which false decides, or or, which true decides.
func shortCircuit(e *evaluator, v env, c *call, decides bool) any {
	var open []any
	for _, a := range c.args {
		switch x := e.eval(v, a).(type) {
		case bool:
			if x == decides {
				return decides
			}
		case *unknown:
			open = append(open, x)
		default:
			return e.badArgument(v, c.name)
		}
	}
	if open != nil {
		return truth(derived(callLabel(strings.ToLower(c.name), open), open...))
	}
	return !decides
}

// truth is an unknown that certainly is true or false.
func truth(u *unknown) *unknown {
	u.notNull = true
	return u
}

func coalesceCall(e *evaluator, v env, c *call) any {
	var open []any
	for _, a := range c.args {
		x := e.eval(v, a)
		u, isUnknown := x.(*unknown)
		switch {
		case x == nil:
		case isUnknown && !u.notNull:
			open = append(open, x)
		case open == nil:
			return x
		default:
			open = append(open, x)
			out := derived(callLabel("coalesce", open), open...)
			out.notNull = true
			return out
		}
	}
	if open != nil {
		return derived(callLabel("coalesce", open), open...)
	}
	return nil
}

func tryGetCall(e *evaluator, v env, c *call) any {
	if len(c.args) < 2 {
		return e.wrong(v, "tryGet takes a value and a name")
	}
	of := e.eval(v, c.args[0])
	for _, a := range c.args[1:] {
		key := e.eval(v, a)
		switch o := of.(type) {
		case map[string]any:
			if k, ok := key.(string); ok {
				of, _ = e.fold(o, k)
				continue
			}
		case []any:
			if k, ok := key.(float64); ok {
				of = nil
				if int(k) >= 0 && int(k) < len(o) {
					of = o[int(k)]
				}
				continue
			}
		case nil:
			return nil
		case *unknown:
			of = e.below(o, key)
			continue
		}
		if u, ok := key.(*unknown); ok {
			return derived(callLabel("tryGet", []any{of, key}), u)
		}
		return nil
	}
	return of
}

func copyIndexCall(e *evaluator, v env, c *call) any {
	args := e.args(v, c)
	name, offset := "", 0.0
	for _, a := range args {
		switch x := a.(type) {
		case string:
			name = x
		case float64:
			offset = x
		case *unknown:
			return derived(callLabel("copyIndex", args), args...)
		}
	}
	for _, l := range slices.Backward(v.copies) {
		if name == "" || strings.EqualFold(l.name, name) {
			switch x := l.index.(type) {
			case float64:
				return x + offset
			case *unknown:
				return x
			}
		}
	}
	return e.wrong(v, "copyIndex stands outside of a copy loop of that name")
}

func lambdaCall(e *evaluator, v env, c *call) any {
	if len(c.args) < 1 {
		return e.wrong(v, "lambda has no body")
	}
	l := &lambda{env: v, body: c.args[len(c.args)-1]}
	for _, a := range c.args[:len(c.args)-1] {
		name, ok := e.eval(v, a).(string)
		if !ok {
			return e.wrong(v, "a parameter of lambda has no name")
		}
		l.params = append(l.params, strings.ToLower(name))
	}
	return l
}

// apply calls a lambda.
func (e *evaluator) apply(l *lambda, args ...any) any {
	inner := l.env
	inner.vars = make(map[string]any, len(l.env.vars)+len(args))
	e.step(len(l.env.vars) + 1)
	maps.Copy(inner.vars, l.env.vars)
	for i, p := range l.params {
		if i < len(args) {
			inner.vars[p] = args[i]
		}
	}
	return e.eval(inner, l.body)
}

func (e *evaluator) lambdaVariable(v env, name string) any {
	if x, ok := v.vars[strings.ToLower(name)]; ok {
		return x
	}
	return e.wrong(v, fmt.Sprintf("there is no lambda variable %q", clip(name, 60)))
}
