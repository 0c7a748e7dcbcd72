package iampolicy

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

// DeniesPlaintext tells whether the policies refuse every request that does
// not use TLS: a Deny for everybody and everything when aws:SecureTransport is
// false. With objects, the thing has parts of its own below its ARN (a bucket
// its objects), and both must be covered.
func (ps Policies) DeniesPlaintext(objects bool) tri.Bool {
	_, deny, ok := ps.split()
	if !ok {
		return errTooMany
	}
	whole, parts := tri.False, tri.False
	for _, s := range deny {
		if s.Unknown != "" {
			whole, parts = tri.Or(whole, tri.Unknown(s.Unknown)), tri.Or(parts, tri.Unknown(s.Unknown))
			continue
		}
		b := tri.And(s.refusesEveryone(), s.onlyPlaintext(), s.everyAction())
		if b.IsFalse() {
			continue
		}
		if !objects || s.Resources == nil && s.NotResources == nil {
			whole, parts = tri.Or(whole, b), tri.Or(parts, b)
			continue
		}
		for _, r := range s.Resources {
			w, p := reach(r)
			whole, parts = tri.Or(whole, tri.And(b, w)), tri.Or(parts, tri.And(b, p))
		}
	}
	out := tri.And(whole, parts)
	if out.IsFalse() {
		return ps.rest()
	}
	return out
}

// reach tells whether a resource pattern takes in the bucket, and its objects.
func reach(r Pattern) (whole, parts tri.Bool) {
	if r.star() {
		return tri.True, tri.True
	}
	text := string(r.text)
	if r.hole() {
		if r.fixed() { // somebucket.arn
			return tri.True, tri.False
		}
		return tri.Unknown(r.why()), tri.Unknown(r.why())
	}
	if _, ok := strings.CutSuffix(text, "/*"); ok {
		return tri.False, tri.True
	}
	if strings.HasSuffix(text, "*") && !strings.Contains(text, "/") {
		return tri.True, tri.True
	}
	return tri.Of(!strings.Contains(text, "/")), tri.False
}

// onlyPlaintext: the Deny holds for every request without TLS. A further
// condition would let some of them through.
func (s *Statement) onlyPlaintext() tri.Bool {
	if len(s.Conditions) == 0 {
		return tri.True // refuses everything, plaintext too
	}
	out := tri.True
	for _, c := range s.Conditions {
		out = tri.And(out, c.isPlaintext())
	}
	return out
}

func (c Condition) isPlaintext() tri.Bool {
	switch {
	case c.Malformed != "":
		return tri.Unknown(c.Malformed)
	case c.Key.Unknown():
		return tri.Unknown(c.Key.why())
	case string(c.Key.text) != "aws:securetransport" || c.ForAny:
		return tri.False
	case c.Operator != "bool" && c.Operator != "stringequals":
		return tri.False
	}
	out := tri.False
	for _, v := range c.Values {
		if v.Unknown() {
			out = tri.Or(out, tri.Unknown(v.why()))
			continue
		}
		out = tri.Or(out, tri.Of(strings.EqualFold(v.Text(), "false")))
	}
	return out
}

// everyAction: the statement is about all actions, or all of one service.
func (s *Statement) everyAction() tri.Bool {
	if s.NotActions != nil {
		return tri.False
	}
	out := tri.False
	for _, a := range s.Actions {
		switch {
		case a.Unknown():
			out = tri.Or(out, tri.Unknown(a.why()))
		case a.star() || strings.HasSuffix(string(a.text), ":*"):
			return tri.True
		}
	}
	return out
}
