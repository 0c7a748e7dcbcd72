package expr

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/demarc-sec/demarc/internal/estate"
)

// FactEnv compiles expressions over the facts of an asset. Every fact of the
// vocabulary is a variable of its own name and type, so a misspelt fact or a
// comparison of the wrong types fails when the catalogue is loaded. Besides,
// there are kind, service, provider, native_type, name, region, account,
// environment, team, tags and today, and two functions: linked("relation")
// lists the assets at the other ends of a relation, and
// has_fact("name") tells whether this asset has such a fact, known or not.
type FactEnv struct {
	env   *cel.Env
	types map[string]Type
	today time.Time

	mu       sync.Mutex
	compiled map[string]*Predicate // by source: the same conditions come often
}

// assetVariables are what an expression can read of an asset besides facts.
var assetVariables = map[string]*cel.Type{
	"kind": cel.StringType, "service": cel.StringType, "provider": cel.StringType, "native_type": cel.StringType,
	"name": cel.StringType, "region": cel.StringType, "account": cel.StringType, "environment": cel.StringType,
	"team": cel.StringType, "tags": cel.MapType(cel.StringType, cel.StringType), "elsewhere": cel.BoolType,
}

func assetVariable(a *estate.Asset, name string) (ref.Val, bool) {
	var s string
	switch name {
	case "kind":
		s = a.Kind
	case "service":
		s = a.Service
	case "provider":
		s = a.Provider
	case "native_type":
		s = a.Means // a condition holds for every dialect
	case "name":
		s = a.Name
	case "region":
		s = a.Region
	case "account":
		s = a.Account
	case "environment":
		s = a.Environment
	case "team":
		s = a.Team
	case "elsewhere":
		return types.Bool(a.Elsewhere), true
	case "tags":
		return types.NewStringStringMap(adapter{}, a.Tags), true
	default:
		return nil, false
	}
	return types.String(s), true
}

// NewFactEnv returns an environment for the vocabulary. Today is what the
// variable today holds.
func NewFactEnv(vocabulary map[string]Type, today time.Time) (*FactEnv, error) {
	opts := baseOptions()
	for name, t := range vocabulary {
		if _, taken := assetVariables[name]; taken || name == "today" || name == "self" {
			return nil, fmt.Errorf("fact %q: the name is taken by a variable of every asset", name)
		}
		opts = append(opts, cel.Variable(name, t.cel()))
	}
	for name, t := range assetVariables {
		opts = append(opts, cel.Variable(name, t))
	}
	opts = append(opts,
		cel.Variable("today", cel.TimestampType),
		cel.Variable("self", cel.DynType),
		cel.Macros(
			cel.GlobalMacro("linked", 1, selfCall("linked@")),
			cel.GlobalMacro("has_fact", 1, selfCall("has_fact@")),
		),
		cel.Function("linked@", cel.Overload("linked_self", []*cel.Type{cel.DynType, cel.StringType},
			cel.ListType(cel.DynType), cel.BinaryBinding(linked))),
		cel.Function("has_fact@", cel.Overload("has_fact_self", []*cel.Type{cel.DynType, cel.StringType},
			cel.BoolType, cel.BinaryBinding(hasFact))),
	)
	env, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	return &FactEnv{env: env, types: vocabulary, today: today, compiled: map[string]*Predicate{}}, nil
}

func linked(self, name ref.Val) ref.Val {
	a, ok := self.(assetValue)
	if !ok {
		return types.NewErr("linked: not an asset")
	}
	out := []ref.Val{}
	for _, r := range a.asset.Linked(string(name.(types.String))) {
		if r.To == nil {
			out = append(out, unknown)
			continue
		}
		out = append(out, assetValue{r.To})
	}
	return types.NewRefValList(adapter{}, out)
}

func hasFact(self, name ref.Val) ref.Val {
	a, ok := self.(assetValue)
	if !ok {
		return types.NewErr("has_fact: not an asset")
	}
	_, has := a.asset.Fact(string(name.(types.String)))
	return types.Bool(has)
}

// Predicate is a compiled condition over an asset.
type Predicate struct {
	Source string
	// Facts are the facts it reads directly, sorted, without those only
	// asked for by has_fact.
	Facts   []string
	program cel.Program
	today   ref.Val
	fact    string // the whole expression is this bool fact …
	negated bool   // … or its negation
}

// Predicate compiles a condition; it must give a bool. It may be called by
// several goroutines at a time.
func (e *FactEnv) Predicate(source string) (*Predicate, error) {
	e.mu.Lock()
	p := e.compiled[source]
	e.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := e.predicate(source)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	e.compiled[source] = p
	e.mu.Unlock()
	return p, nil
}

func (e *FactEnv) predicate(source string) (*Predicate, error) {
	p := &Predicate{Source: source, today: types.Timestamp{Time: e.today}}
	fact, negated := strings.CutPrefix(source, "!")
	if e.types[fact] == Bool {
		p.fact, p.negated, p.Facts = fact, negated, []string{fact}
		return p, nil
	}
	program, checked, err := compile(e.env, source, cel.BoolType)
	if err != nil {
		return nil, err
	}
	p.program = program
	for _, v := range variables(checked) {
		if _, ok := e.types[v]; ok {
			p.Facts = append(p.Facts, v)
		}
	}
	return p, nil
}

// Reads reports whether the predicate reads the fact.
func (p *Predicate) Reads(fact string) bool {
	_, ok := slices.BinarySearch(p.Facts, fact)
	return ok
}

// Applies reports whether the asset has every fact the predicate reads.
func (p *Predicate) Applies(a *estate.Asset) bool {
	for _, name := range p.Facts {
		if _, ok := a.Fact(name); !ok {
			return false
		}
	}
	return true
}

// Eval evaluates the predicate on an asset. When the result is Unknown the
// string says why, naming the facts that are not known.
func (p *Predicate) Eval(a *estate.Asset) (Tri, string) {
	if p.fact != "" { // most checks are a single fact: no need of a machine
		f, ok := a.Fact(p.fact)
		if b, isBool := f.Value.(bool); ok && f.Known() && isBool {
			return Of(b != p.negated), ""
		}
		return Unknown, p.Why(a)
	}
	act := activations.Get().(*activation)
	act.asset, act.today = a, p.today
	v, _, err := p.program.Eval(act)
	act.asset = nil
	activations.Put(act)
	result, reason := truth(v, err)
	if result == Unknown && reason == "" {
		reason = p.Why(a)
	}
	return result, reason
}

// Why names the facts of the asset that the predicate reads and that are not
// known, with their reasons.
func (p *Predicate) Why(a *estate.Asset) string {
	why := ""
	for _, name := range p.Facts {
		f, ok := a.Fact(name)
		reason := f.Unknown
		switch {
		case !ok:
			reason = "not read from this asset"
		case f.Known():
			continue
		}
		if why != "" {
			why += "; "
		}
		why += name + ": " + reason
	}
	if why == "" {
		return "a related asset, or a part of a list, is not known"
	}
	return why
}

var activations = sync.Pool{New: func() any { return new(activation) }}

// activation resolves the variables of a predicate from an asset.
type activation struct {
	asset *estate.Asset
	today ref.Val
}

func (*activation) Parent() cel.Activation { return nil }

func (a *activation) ResolveName(name string) (any, bool) {
	if f, ok := a.asset.Fact(name); ok {
		if !f.Known() {
			return unknown, true
		}
		return adapter{}.NativeToValue(f.Value), true
	}
	switch name {
	case "self":
		return assetValue{a.asset}, true
	case "today":
		return a.today, true
	}
	if v, ok := assetVariable(a.asset, name); ok {
		return v, true
	}
	return unknown, true
}
