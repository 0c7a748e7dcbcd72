package iampolicy

import (
	"net/netip"
	"strings"

	"github.com/demarc-sec/demarc/internal/cidr"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Condition is one key of one operator of a Condition element.
type Condition struct {
	Operator  string // lower case, without set prefix and IfExists: "stringlike"
	ForAll    bool   // ForAllValues: true also when the key is missing
	ForAny    bool
	IfExists  bool // true also when the key is missing
	Key       Pattern
	Values    []Pattern
	Malformed string // not a condition at all, with the reason
}

func (r *reader) conditions(v any) []Condition {
	m, ok := v.(map[string]any)
	if !ok {
		return []Condition{{Malformed: r.reason(v, "a condition is not an object")}}
	}
	var out []Condition
	for _, op := range keys(m) {
		of, ok := m[op].(map[string]any)
		if !ok || strings.ContainsRune(op, holeRune) {
			out = append(out, Condition{Malformed: r.reason(m[op], "a condition operator is not known")})
			continue
		}
		for _, k := range keys(of) {
			c := Condition{Key: r.pattern(strings.ToLower(k))}
			c.operator(op)
			values, bad := r.patterns(of[k])
			if bad != "" {
				c.Malformed = bad
			}
			c.Values = values
			out = append(out, c)
		}
	}
	return out
}

func (c *Condition) operator(op string) {
	op = strings.ToLower(op)
	if rest, ok := strings.CutPrefix(op, "forallvalues:"); ok {
		c.ForAll, op = true, rest
	} else if rest, ok := strings.CutPrefix(op, "foranyvalue:"); ok {
		c.ForAny, op = true, rest
	}
	op, c.IfExists = strings.CutSuffix(op, "ifexists")
	c.Operator = op
}

// shape is what the values of a condition key look like, which decides when
// such a value narrows the circle of callers.
type shape int

const (
	opaque   shape = iota + 1 // an id: narrows when it has no wildcard
	prefix                    // narrows when it begins with enough fixed text
	arnLike                   // narrows when account or a globally unique name is fixed
	address                   // narrows when the ranges are not the whole internet
	truth                     // narrows when true
	endpoint                  // a subscriber: narrows when its domain or ARN is fixed
)

// callerKeys are the condition keys by which a policy says who may come in.
var callerKeys = map[string]shape{
	"aws:sourceaccount":     opaque,
	"aws:sourceowner":       opaque, // what SNS used before aws:SourceAccount
	"aws:principalaccount":  opaque,
	"kms:calleraccount":     opaque,
	"aws:sourceorgid":       opaque,
	"aws:principalorgid":    opaque,
	"aws:vpceorgid":         opaque,
	"aws:vpceaccount":       opaque,
	"aws:sourcevpc":         opaque,
	"aws:sourcevpce":        opaque,
	"aws:sourceorgpaths":    prefix,
	"aws:principalorgpaths": prefix,
	"aws:vpceorgpaths":      prefix,
	"aws:userid":            prefix,
	"aws:sourcearn":         arnLike,
	"aws:principalarn":      arnLike,
	"aws:sourcevpcarn":      arnLike,
	"aws:sourceip":          address,
	"aws:vpcsourceip":       address,

	"s3:dataaccesspointaccount":                opaque,
	"s3:dataaccesspointarn":                    arnLike,
	"elasticfilesystem:accesspointarn":         arnLike,
	"elasticfilesystem:accessedviamounttarget": truth, // mount targets lie inside the network
	"aws:principalisawsservice":                truth,
	"aws:principalservicename":                 opaque,
	"lambda:sourcefunctionarn":                 arnLike,
	"sns:endpoint":                             endpoint, // nobody else gets the messages
}

// narrows tells whether a condition of an Allow statement keeps strangers out.
func (c Condition) narrows() tri.Bool {
	if c.Malformed != "" {
		return tri.Unknown(c.Malformed)
	}
	sh, ok := callerKeys[string(c.Key.text)]
	if !ok {
		if c.Key.Unknown() {
			return tri.Unknown(c.Key.why())
		}
		return tri.False
	}
	if c.IfExists || c.ForAll { // an anonymous caller lacks the key, and passes
		return tri.False
	}
	if !c.positive(sh) {
		return tri.False
	}
	if sh == address {
		return addressesNarrow(c.Values)
	}
	out := tri.True // no values at all match nobody
	for _, v := range c.Values {
		out = tri.And(out, c.valueNarrows(sh, v))
	}
	return out
}

// positive reports whether the operator admits what the values say, as against
// all else. An unknown operator (Null, dates, numbers) narrows nothing.
func (c Condition) positive(sh shape) bool {
	switch c.Operator {
	case "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike":
		return sh != address && sh != truth
	case "ipaddress":
		return sh == address
	case "bool":
		return sh == truth
	}
	return false
}

func (c Condition) valueNarrows(sh shape, v Pattern) tri.Bool {
	if variable, ok := policyVariable(v); ok {
		return variable
	}
	exact := c.Operator == "stringequals" || c.Operator == "stringequalsignorecase"
	if sh == truth {
		if v.Unknown() {
			return tri.Unknown(v.why())
		}
		return tri.Of(strings.EqualFold(v.Text(), "true"))
	}
	if exact { // no wildcards here: any value is one value, known or not
		return tri.True
	}
	if !v.wild() && v.fixed() {
		return tri.True
	}
	switch sh {
	case arnLike:
		return arnNarrows(v)
	case prefix:
		if fixedPrefix(v) >= 8 {
			return tri.True
		}
	case endpoint:
		text := v.Text()
		_, domain, mail := strings.Cut(text, "@")
		if mail && len(domain) > 3 && !strings.ContainsAny(domain, "*?") || strings.HasPrefix(text, "https://") && fixedPrefix(v) >= len("https://a.io/") {
			return tri.True
		}
		return arnNarrows(v)
	}
	if v.wild() {
		return tri.False
	}
	return tri.Unknown(v.why())
}

// policyVariable judges a value that AWS fills in: one that stands for the
// resource's own account or organisation narrows.
func policyVariable(v Pattern) (tri.Bool, bool) {
	s := strings.ToLower(string(v.text))
	if !strings.Contains(s, "${") {
		return tri.Bool{}, false
	}
	switch s {
	case "${aws:resourceaccount}", "${aws:resourceorgid}", "${aws:resourceorgpaths}":
		return tri.True, true
	}
	return tri.Unknown("the policy variable " + v.Text() + " is not understood"), true
}

// arnNarrows: the account of the ARN is fixed, or there is none (as for
// buckets) and the name begins with fixed text.
func arnNarrows(v Pattern) tri.Bool {
	fields := v.split(':', 6)
	if len(fields) < 6 {
		if v.Unknown() && !v.star() {
			return tri.Unknown(v.why())
		}
		return tri.False
	}
	account, name := fields[4], fields[5]
	switch {
	case len(account.text) == 0:
		if len(name.text) > 0 && name.text[0] == holeRune && !name.fixed() {
			return tri.Unknown(name.why())
		}
		return tri.Of(fixedPrefix(name) > 0)
	case account.wild():
		return tri.False
	case account.fixed():
		return tri.True
	default:
		return tri.Unknown(account.why())
	}
}

// split cuts the pattern at sep into at most n parts.
func (p Pattern) split(sep rune, n int) []Pattern {
	var out []Pattern
	cur, ref := Pattern{}, 0
	for _, c := range p.text {
		if c == sep && len(out) < n-1 {
			out, cur = append(out, cur), Pattern{}
			continue
		}
		cur.text = append(cur.text, c)
		if c == holeRune && ref < len(p.refs) {
			cur.refs = append(cur.refs, p.refs[ref])
			ref++
		}
	}
	return append(out, cur)
}

// fixedPrefix counts the runes before the first wildcard; a hole that is sure
// to be fixed counts as plenty, another ends the count.
func fixedPrefix(p Pattern) int {
	n, ref := 0, 0
	for _, c := range p.text {
		switch c {
		case '*', '?':
			return n
		case holeRune:
			if ref < len(p.refs) && !identityRef.MatchString(p.refs[ref]) {
				return n
			}
			ref++
			n += 16
		default:
			n++
		}
	}
	return n
}

// addressesNarrow: the ranges together leave some of the internet out.
func addressesNarrow(values []Pattern) tri.Bool {
	var known []netip.Prefix
	unknown := tri.True
	for _, v := range values {
		if v.Unknown() {
			if !v.fixed() {
				unknown = tri.Unknown(v.why())
			}
			continue
		}
		if p, ok := cidr.Parse(v.Text()); ok {
			known = append(known, p)
		}
	}
	if cidr.World(known) {
		return tri.False
	}
	return unknown
}

// narrowed tells whether the conditions of an Allow statement keep strangers
// out. All conditions must hold, so one that does is enough.
func (s Statement) narrowed() tri.Bool {
	out := tri.False
	for _, c := range s.Conditions {
		out = tri.Or(out, c.narrows())
	}
	return out
}

// hitsStrangers tells whether a Deny statement's conditions hold for any
// caller that is not among those it spares: no condition, or only conditions
// such as "not from our organisation".
func (s Statement) hitsStrangers() tri.Bool {
	out := tri.True
	for _, c := range s.Conditions {
		out = tri.And(out, c.excludes())
	}
	return out
}

// excludes tells whether a condition of a Deny statement holds for strangers.
func (c Condition) excludes() tri.Bool {
	if c.Malformed != "" {
		return tri.Unknown(c.Malformed)
	}
	key := string(c.Key.text)
	sh, ok := callerKeys[key]
	if !ok && key == "aws:viaawsservice" {
		sh, ok = truth, true
	}
	if !ok {
		if c.Key.Unknown() {
			return tri.Unknown(c.Key.why())
		}
		return tri.False // about something the caller chooses, or we do not know
	}
	if c.ForAny { // a caller without the key would not be hit
		return tri.False
	}
	switch {
	case sh == truth && c.Operator == "bool":
		if !c.IfExists { // anonymous requests lack the key
			return tri.False
		}
		out := tri.True
		for _, v := range c.Values {
			if v.Unknown() {
				return tri.Unknown(v.why())
			}
			out = tri.And(out, tri.Of(strings.EqualFold(v.Text(), "false")))
		}
		return out
	case sh == address && c.Operator == "notipaddress":
		return addressesNarrow(c.Values)
	case strings.HasPrefix(c.Operator, "stringnot") || strings.HasPrefix(c.Operator, "arnnot"):
		positive := c
		positive.Operator = strings.Replace(c.Operator, "not", "", 1)
		if positive.Operator == "stringequals" && len(c.Values) > 0 {
			return tri.True
		}
		out := tri.Of(len(c.Values) > 0)
		for _, v := range c.Values {
			out = tri.And(out, positive.valueNarrows(sh, v))
		}
		return out
	}
	return tri.False
}
