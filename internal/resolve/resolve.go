// Package resolve decides who owns each responsibility of an asset: exactly
// one party, or unknown with the possible ones when a deciding fact is not
// known. Two owners cannot be expressed.
package resolve

import (
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
)

// Owner says on which side of the line a duty lies.
type Owner uint8

// The owners. The zero value is Unknown.
const (
	Unknown Owner = iota
	Provider
	Customer
)

// String returns "unknown", "provider" or "customer".
func (o Owner) String() string { return [...]string{"unknown", "provider", "customer"}[o] }

// Decision is the owner of one responsibility and why. It is shared between
// assets on which the same rules held, and must not be changed.
type Decision struct {
	Responsibility *catalogue.Responsibility
	Owner          Owner
	Party          string   // id of parties.yaml; empty when unknown
	Possible       []string // parties, when unknown
	Rule           string   // "aws/rds#custom", "models#paas"
	Note           string
	Facts          []string // the facts the deciding rules read
	Document       *catalogue.Document
	Inferred       bool
	ChangesOn      string // date fact of the asset after which the line moves
	ChangesTo      string
}

// Override is an organisation's own rule: a contract, a managed-service
// provider, a team. It is asked before the catalogue.
type Override struct {
	Name   string
	For    []string // responsibilities; "guest-os.*" and "*" are allowed
	Match  func(*estate.Asset) bool
	Owner  Owner
	Party  string // empty: the asset's own provider
	Note   string
	Source string // "demarc.yaml#contracts[0]"
}

// Resolver decides for the assets of one run. It is not safe for concurrent
// use; use one per goroutine over the same catalogue.
type Resolver struct {
	cat       *catalogue.Catalogue
	overrides []Override
	today     time.Time
	profiles  map[string][]*Decision
	key       []byte
	truths    map[*catalogue.Rule]verdict // of the asset at hand
}

// New returns a resolver for the day.
func New(cat *catalogue.Catalogue, overrides []Override, today time.Time) *Resolver {
	return &Resolver{cat: cat, overrides: overrides, today: today, profiles: map[string][]*Decision{}, truths: map[*catalogue.Rule]verdict{}}
}

// Duties returns one decision for each responsibility of the asset, top of
// the stack first. The slice is shared and must not be changed.
func (r *Resolver) Duties(a *estate.Asset) []*Decision {
	t := r.cat.Asset(a.NativeType)
	if t == nil {
		return nil
	}
	// The decisions follow from the truth of the type's conditions, so assets
	// with the same pattern of truths share them.
	r.key = append(append(r.key[:0], a.NativeType...), 0)
	clear(r.truths)
	for _, rule := range t.Service.Owners {
		if len(rule.Assets) > 0 && !slices.Contains(rule.Assets, t.Means) {
			continue
		}
		v := r.judge(rule, a)
		r.truths[rule] = v
		r.key = append(r.key, byte(v.truth)<<2|byte(v.moved))
	}
	for i := range r.overrides {
		matched := byte(0)
		if r.overrides[i].Match(a) {
			matched = 1
		}
		r.key = append(r.key, matched)
	}
	if found, ok := r.profiles[string(r.key)]; ok {
		return found
	}
	out := make([]*Decision, len(t.Responsibilities))
	for i, resp := range t.Responsibilities {
		out[i] = r.decide(a, t, i, resp)
	}
	r.profiles[string(r.key)] = out
	return out
}

// verdict is whether a rule holds and whether its day of change has passed.
type verdict struct {
	truth expr.Tri
	moved expr.Tri
}

func (r *Resolver) judge(rule *catalogue.Rule, a *estate.Asset) verdict {
	v := verdict{truth: expr.True, moved: expr.False}
	if rule.Condition != nil {
		if !rule.Condition.Applies(a) {
			return verdict{truth: expr.False, moved: expr.False}
		}
		v.truth, _ = rule.Condition.Eval(a)
	}
	if rule.ChangesOn != "" {
		f, ok := a.Fact(rule.ChangesOn)
		day, isDate := f.Value.(time.Time)
		switch {
		case ok && isDate && !r.today.Before(day):
			v.moved = expr.True
		case ok && !f.Known():
			v.moved = expr.Unknown
		}
	}
	return v
}

// claim is an owner one rule gives.
type claim struct {
	owner Owner
	party string
}

func (r *Resolver) decide(a *estate.Asset, t *catalogue.AssetType, i int, resp *catalogue.Responsibility) *Decision {
	for _, o := range r.overrides {
		if o.Match(a) && Covers(o.For, resp.ID) {
			party := o.Party
			if party == "" {
				party = a.Provider
			}
			return &Decision{Responsibility: resp, Owner: o.Owner, Party: party, Rule: o.Source, Note: o.Note}
		}
	}
	d := &Decision{Responsibility: resp}
	var open []claim
	for _, rule := range t.Rules[i] {
		v := r.truths[rule]
		if v.truth == expr.False {
			continue
		}
		c := r.claim(rule.Owner, a.Provider)
		moved := r.claim(rule.ChangesTo, a.Provider)
		if v.moved == expr.True {
			c = moved
		}
		if rule.Condition != nil {
			d.Facts = union(d.Facts, rule.Condition.Facts)
		}
		if v.truth == expr.Unknown {
			open = append(open, c)
			if d.Rule == "" {
				describe(d, rule)
			}
			continue
		}
		if len(open) == 0 || d.Rule == "" {
			describe(d, rule)
			if v.moved != expr.True && rule.ChangesOn != "" {
				d.ChangesOn, d.ChangesTo = rule.ChangesOn, moved.party
			}
		}
		return settle(d, append(open, c))
	}
	c, doc := r.fromModel(t, resp.ID, a.Provider)
	if len(open) == 0 {
		d.Rule, d.Document, d.Inferred = "models#"+t.Model, doc, doc == nil
	}
	return settle(d, append(open, c))
}

// settle sets the owner when all claims agree; otherwise it stays unknown.
func settle(d *Decision, claims []claim) *Decision {
	last := claims[len(claims)-1]
	for _, c := range claims {
		if c != last {
			d.Owner, d.Party = Unknown, ""
			for _, c := range claims {
				d.Possible = union(d.Possible, []string{c.party})
			}
			return d
		}
	}
	d.Owner, d.Party = last.owner, last.party
	return d
}

func describe(d *Decision, rule *catalogue.Rule) {
	d.Rule, d.Note, d.Document, d.Inferred = rule.ID, rule.Note, rule.Doc, rule.Inferred
}

func (r *Resolver) claim(owner, provider string) claim {
	switch owner {
	case "customer":
		return claim{Customer, "customer"}
	case "provider":
		return claim{Provider, provider}
	}
	if p := r.cat.Parties[owner]; p != nil && p.Side == "customer" {
		return claim{Customer, owner}
	}
	return claim{Provider, owner}
}

func (r *Resolver) fromModel(t *catalogue.AssetType, resp, provider string) (claim, *catalogue.Document) {
	column := slices.Index(r.cat.Models.Columns, t.Model)
	doc := r.cat.EvidenceOf(provider).For(resp)
	if r.cat.Models.Owners[resp][column] == "c" {
		return claim{Customer, "customer"}, doc
	}
	return claim{Provider, provider}, doc
}

// Covers tells whether a list of responsibilities, in which "x.*" and "*"
// stand for many, names id.
func Covers(list []string, id string) bool {
	for _, pattern := range list {
		if pattern == id || pattern == "*" || strings.HasSuffix(pattern, ".*") && strings.HasPrefix(id, pattern[:len(pattern)-1]) {
			return true
		}
	}
	return false
}

// union appends what of b is not in a, keeping order.
func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
