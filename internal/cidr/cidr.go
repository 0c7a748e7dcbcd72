// Package cidr answers what security rules ask about address ranges: do these
// ranges, taken together, cover the whole internet?
package cidr

import (
	"net/netip"
	"slices"
	"strings"
)

// Parse reads a range, or a single address as a range of one.
func Parse(s string) (netip.Prefix, bool) {
	s = strings.TrimSpace(s)
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	return netip.Prefix{}, false
}

// Range reads a range, a single address, or a first and a last address joined
// by a dash, as the few prefixes that make it up. What is none gives nothing.
func Range(s string) []netip.Prefix {
	if p, ok := Parse(s); ok {
		return []netip.Prefix{p}
	}
	low, high, _ := strings.Cut(s, "-")
	first, err1 := netip.ParseAddr(strings.TrimSpace(low))
	last, err2 := netip.ParseAddr(strings.TrimSpace(high))
	if err1 != nil || err2 != nil || first.BitLen() != last.BitLen() {
		return nil
	}
	var out []netip.Prefix
	for first.IsValid() && first.Compare(last) <= 0 {
		p := widest(first, last)
		out = append(out, p)
		first = highest(p).Next() // not valid behind the last address there is
	}
	return out
}

// widest is the largest range that begins with first and does not pass last.
func widest(first, last netip.Addr) netip.Prefix {
	for bits := range first.BitLen() {
		p := netip.PrefixFrom(first, bits)
		if p.Masked().Addr() == first && highest(p).Compare(last) <= 0 {
			return p
		}
	}
	return netip.PrefixFrom(first, first.BitLen())
}

// World reports whether the ranges cover every public IPv4 address, or all of
// IPv6. Private and reserved ranges may be missing: a list that leaves out
// 10.0.0.0/8 still admits the world.
func World(ps []netip.Prefix) bool {
	if len(ps) == 0 {
		return false
	}
	var v4, v6 []netip.Prefix
	for _, p := range ps {
		if !p.IsValid() {
			continue
		}
		if p.Bits() == 0 {
			return true
		}
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	// Splitting the internet takes at least two ranges; most rules end here.
	if len(v4) > 1 && covers(append(v4, reserved4...), netip.MustParseAddr("255.255.255.255")) {
		return true
	}
	return len(v6) > 0 && covers(append(v6, reserved6...), netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))
}

// reserved4 are addresses no stranger can come from.
var reserved4 = parse("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
	"172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/3")

// reserved6 is all but global unicast, 2000::/3.
var reserved6 = parse("::/3", "4000::/2", "8000::/1")

// covers sweeps from the lowest address up to last.
func covers(ps []netip.Prefix, last netip.Addr) bool {
	slices.SortFunc(ps, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
	next := netip.IPv4Unspecified()
	if last.Is6() {
		next = netip.IPv6Unspecified()
	}
	for _, p := range ps {
		if p.Addr().Compare(next) > 0 {
			return false
		}
		end := highest(p)
		if end.Compare(last) >= 0 {
			return true
		}
		if end.Compare(next) >= 0 {
			next = end.Next()
		}
	}
	return false
}

// highest is the last address of the range.
func highest(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := range b {
		switch left := p.Bits() - 8*i; {
		case left <= 0:
			b[i] = 0xff
		case left < 8:
			b[i] |= 0xff >> left
		}
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func parse(ss ...string) []netip.Prefix {
	out := make([]netip.Prefix, 0, len(ss))
	for _, s := range ss {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}
