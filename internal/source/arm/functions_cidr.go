package arm

import (
	"math/big"
	"net/netip"
)

func prefixOf(v any) (netip.Prefix, bool) {
	s, ok := v.(string)
	p, err := netip.ParsePrefix(s)
	return p, ok && err == nil
}

// plus adds n times 2^shift to an address.
func plus(a netip.Addr, n float64, shift int) (netip.Addr, bool) {
	sum := new(big.Int).SetBytes(a.AsSlice())
	sum.Add(sum, new(big.Int).Lsh(big.NewInt(int64(n)), uint(shift)))
	if sum.BitLen() > a.BitLen() {
		return a, false
	}
	return netip.AddrFromSlice(sum.FillBytes(make([]byte, a.BitLen()/8)))
}

func cidrSubnet(e *evaluator, v env, name string, args []any) any {
	p, ok := prefixOf(args[0])
	size, ok1 := args[1].(float64)
	n, ok2 := args[2].(float64)
	if !ok || !ok1 || !ok2 || n < 0 || int(size) < p.Bits() || int(size) > p.Addr().BitLen() || n >= 1<<53 {
		return e.badArgument(v, name)
	}
	at, ok := plus(p.Masked().Addr(), n, p.Addr().BitLen()-int(size))
	if !ok || !p.Contains(at) {
		return e.wrong(v, "cidrSubnet leads outside the network")
	}
	return netip.PrefixFrom(at, int(size)).String()
}

func cidrHost(e *evaluator, v env, name string, args []any) any {
	p, ok := prefixOf(args[0])
	n, ok1 := args[1].(float64)
	if !ok || !ok1 || n < 0 || n >= 1<<53 {
		return e.badArgument(v, name)
	}
	if p.Addr().Is4() && p.Bits() < 31 {
		n++ // the network's own address is not counted
	}
	at, ok := plus(p.Masked().Addr(), n, 0)
	if !ok || !p.Contains(at) {
		return e.wrong(v, "cidrHost leads outside the network")
	}
	return at.String()
}

func parseCIDR(e *evaluator, v env, name string, args []any) any {
	p, ok := prefixOf(args[0])
	if !ok {
		return e.badArgument(v, name)
	}
	u := opaque("not computed", callLabel(name, args))
	return map[string]any{
		"network": p.Masked().Addr().String(), "cidr": float64(p.Bits()),
		"netmask": u, "broadcast": u, "firstUsable": u, "lastUsable": u,
	}
}
