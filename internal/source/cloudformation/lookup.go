package cloudformation

import (
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// findInMap reads a mapping. Of keys that are not known, what all candidates
// agree on is known all the same.
func (s scope) findInMap(arg *node, line int) any {
	items, ok := args(arg, 3, 4)
	if !ok {
		return s.bad(line, "Fn::FindInMap takes a mapping and two keys")
	}
	var fallback *node
	if len(items) == 4 {
		fallback = items[3].get("DefaultValue")
	}
	keys := make([]any, 3)
	for i := range keys {
		keys[i] = s.eval(items[i])
	}
	name, ok := textual(keys[0])
	if !ok {
		return s.notFound(keys, nil)
	}
	m := s.st.doc.root.get("Mappings").get(name)
	if m == nil {
		if fallback != nil {
			return s.eval(fallback)
		}
		return s.bad(line, "the mapping %s is not declared", clip(name))
	}
	var found []any
	for _, top := range candidates(m, keys[1]) {
		if keys[1] != nil && top.val == nil || len(found) > maxOptions {
			break
		}
		for _, e := range candidates(top.val, keys[2]) {
			if e.val != nil && len(found) <= maxOptions {
				found = append(found, s.eval(e.val))
			}
		}
	}
	_, open1 := keys[1].(*open)
	_, open2 := keys[2].(*open)
	switch {
	case len(found) == 0 && fallback != nil:
		return s.eval(fallback)
	case len(found) == 0:
		top, _ := textual(keys[1])
		second, _ := textual(keys[2])
		return s.bad(line, "the mapping %s has no %s under %s", clip(name), clip(second), clip(top))
	case !open1 && !open2:
		return found[0]
	case len(found) > maxOptions:
		return s.notFound(keys, nil)
	}
	return s.notFound(keys, found)
}

// notFound is the value of a lookup by an unknown key.
func (s scope) notFound(keys, found []any) any {
	why, text := "the key of a mapping is not known", "Fn::FindInMap"
	out := &open{}
	for _, k := range keys {
		if o, ok := k.(*open); ok {
			why = o.reason
			out.refs = joinRefs(out.refs, o.refs)
		}
	}
	if len(found) > 0 {
		v := found[0]
		for _, w := range found[1:] {
			v = s.st.rd.either(v, w, why)
		}
		return v
	}
	out.reason, out.text, out.notNull = why, hole(text), true
	return out
}

// candidates are the members of a mapping that a key may mean.
func candidates(m *node, key any) []member {
	o, isOpen := key.(*open)
	if !isOpen {
		k, ok := textual(key)
		if v := m.get(k); ok && v != nil {
			return []member{{k, v.line, v}}
		}
		return nil
	}
	var out []member
	for _, e := range m.entries() {
		if o.options == nil || slices.Contains(o.options, e.name) {
			out = append(out, e)
		}
	}
	return out
}

// maxSubnets is how many ranges Fn::Cidr gives at most.
const maxSubnets = 256

func (s scope) cidr(arg *node, line int) any {
	items, ok := args(arg, 2, 3)
	if !ok {
		return s.bad(line, "Fn::Cidr takes a range, a count and a number of bits")
	}
	vals := []any{"", "", "8"}
	for i, x := range items {
		vals[i] = s.eval(x)
		if o, ok := vals[i].(*open); ok {
			return &open{reason: o.reason, refs: o.refs, notNull: true, text: hole("Fn::Cidr")}
		}
	}
	text := make([]string, 3)
	for i, v := range vals {
		text[i], _ = textual(v)
	}
	prefix, err := netip.ParsePrefix(strings.TrimSpace(text[0]))
	count, err2 := strconv.Atoi(text[1])
	bits, err3 := strconv.Atoi(text[2])
	if err != nil || err2 != nil || err3 != nil || count < 1 || count > maxSubnets {
		return s.bad(line, "Fn::Cidr cannot divide %s into %s ranges", clip(text[0]), clip(text[1]))
	}
	out, ok := subnets(prefix.Masked(), count, bits)
	if !ok {
		return s.bad(line, "Fn::Cidr cannot divide %s into %d ranges with %d bits of their own", prefix, count, bits)
	}
	return out
}

// subnets divides a range into the first count ranges that leave bits for hosts.
func subnets(p netip.Prefix, count, bits int) ([]any, bool) {
	width := p.Addr().BitLen()
	length := width - bits
	if bits < 1 || length < p.Bits() || length-p.Bits() < 16 && count > 1<<(length-p.Bits()) {
		return nil, false
	}
	at := new(big.Int).SetBytes(p.Addr().AsSlice())
	step := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	out := make([]any, 0, count)
	for range count {
		buf := make([]byte, width/8)
		if at.BitLen() > width {
			return nil, false
		}
		addr, _ := netip.AddrFromSlice(at.FillBytes(buf))
		out = append(out, netip.PrefixFrom(addr, length).String())
		at = new(big.Int).Add(at, step)
	}
	return out, true
}
