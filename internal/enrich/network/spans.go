package network

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

// span is a run of ports of one protocol.
type span struct {
	protocol string
	from, to int
}

func (s span) String() string {
	if s.protocol == "all" {
		return "all"
	}
	return fmt.Sprintf("%s/%d-%d", s.protocol, s.from, s.to)
}

// worldSpans lists what is open to any address, and why there may be more.
func (rs ruleSet) worldSpans() (out []span, why string) {
	why = rs.missing
	if !rs.ordered {
		for _, r := range rs.rules {
			if strings.HasPrefix(r.protocol, "icmp") {
				continue // no ports
			}
			switch b := tri.And(r.allow, tri.Or(r.v4, r.v6)); {
			case b.IsFalse():
			case !b.Known():
				why = cmp.Or(why, b.Why())
			case r.doubt != "":
				why = cmp.Or(why, r.doubt)
			case r.protocol == "all":
				return []span{{"all", 0, lastPort}}, ""
			default:
				out = append(out, span{r.protocol, r.from, r.to})
			}
		}
		return merge(out), why
	}
	// An ACL: ask for each stretch between the edges of its rules.
	if rs.admits("\x00", 0).IsTrue() { // a protocol no rule names is admitted by all-rules only
		everything := true
		for _, p := range []string{"tcp", "udp"} {
			for _, e := range rs.edges(p) {
				everything = everything && rs.admits(p, e).IsTrue()
			}
		}
		if everything {
			return []span{{"all", 0, lastPort}}, ""
		}
	}
	for _, p := range []string{"tcp", "udp"} {
		edges := rs.edges(p)
		for i, e := range edges {
			end := lastPort
			if i+1 < len(edges) {
				end = edges[i+1] - 1
			}
			switch b := rs.admits(p, e); {
			case b.IsTrue():
				out = append(out, span{p, e, end})
			case !b.Known():
				why = cmp.Or(why, b.Why())
			}
		}
	}
	return merge(out), why
}

// edges are the ports at which what an ACL says of the protocol may change.
func (rs ruleSet) edges(proto string) []int {
	out := []int{0}
	for _, r := range rs.rules {
		if r.protocol == proto {
			out = append(out, r.from)
			if r.to < lastPort {
				out = append(out, r.to+1)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.protocol, b.protocol), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && out[n-1].protocol == s.protocol && s.from <= out[n-1].to+1 {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}
