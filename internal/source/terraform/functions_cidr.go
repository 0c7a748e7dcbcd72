package terraform

import (
	"math/big"
	"net/netip"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

var (
	errPrefix error = &functionHint{text: "the argument is not an address range in CIDR notation"}
	errFit    error = &functionHint{text: "the result does not fit the address range"}
)

func parsePrefix(v cty.Value) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(v.AsString())
	if err != nil {
		return p, errPrefix
	}
	return p.Masked(), nil
}

func addressNumber(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }

func addressOf(n *big.Int, like netip.Addr) (netip.Addr, error) {
	size := like.BitLen() / 8
	if n.Sign() < 0 || n.BitLen() > like.BitLen() {
		return like, errFit
	}
	a, _ := netip.AddrFromSlice(n.FillBytes(make([]byte, size)))
	return a, nil
}

// subnet is the num-th range of p made newbits longer.
func subnet(p netip.Prefix, newbits int, num *big.Int) (netip.Prefix, error) {
	bits, width := p.Bits()+newbits, p.Addr().BitLen()
	if newbits < 0 || bits > width || num.Sign() < 0 || num.BitLen() > newbits {
		return p, errFit
	}
	n := new(big.Int).Lsh(num, uint(width-bits))
	a, err := addressOf(n.Or(n, addressNumber(p.Addr())), p.Addr())
	return netip.PrefixFrom(a, bits), err
}

func wholeNumber(v cty.Value) (*big.Int, error) {
	f := v.AsBigFloat()
	if !f.IsInt() {
		return nil, &functionHint{text: "the argument is not a whole number"}
	}
	n, _ := f.Int(nil)
	if n.BitLen() > 129 {
		return nil, errFit
	}
	return n, nil
}

var cidrSubnetFunc = function.New(&function.Spec{
	Params: []function.Parameter{param("prefix", cty.String), param("newbits", cty.Number), param("netnum", cty.Number)},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		p, err := parsePrefix(args[0])
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		bits, err := wholeNumber(args[1])
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		num, err := wholeNumber(args[2])
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		if !bits.IsInt64() {
			return cty.UnknownVal(cty.String), errFit
		}
		s, err := subnet(p, int(bits.Int64()), num)
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		return cty.StringVal(s.String()), nil
	},
})

var cidrSubnetsFunc = function.New(&function.Spec{
	Params:   []function.Parameter{param("prefix", cty.String)},
	VarParam: &function.Parameter{Name: "newbits", Type: cty.Number},
	Type:     function.StaticReturnType(cty.List(cty.String)),
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		p, err := parsePrefix(args[0])
		if err != nil {
			return cty.UnknownVal(ty), err
		}
		next := addressNumber(p.Addr())
		width := p.Addr().BitLen()
		end := new(big.Int).Add(next, new(big.Int).Lsh(big.NewInt(1), uint(width-p.Bits())))
		var out []cty.Value
		for _, a := range args[1:] {
			n, err := wholeNumber(a)
			if err != nil {
				return cty.UnknownVal(ty), err
			}
			bits := p.Bits() + int(n.Int64())
			if !n.IsInt64() || n.Int64() < 1 || bits > width {
				return cty.UnknownVal(ty), errFit
			}
			size := new(big.Int).Lsh(big.NewInt(1), uint(width-bits))
			// The next range begins at the next multiple of its own size.
			next.Add(next, new(big.Int).Sub(size, big.NewInt(1)))
			next.Rsh(next, uint(width-bits)).Lsh(next, uint(width-bits))
			after := new(big.Int).Add(next, size)
			if after.Cmp(end) > 0 {
				return cty.UnknownVal(ty), errFit
			}
			addr, err := addressOf(next, p.Addr())
			if err != nil {
				return cty.UnknownVal(ty), err
			}
			out = append(out, cty.StringVal(netip.PrefixFrom(addr, bits).String()))
			next = after
		}
		if len(out) == 0 {
			return cty.ListValEmpty(cty.String), nil
		}
		return cty.ListVal(out), nil
	},
})

var cidrHostFunc = function.New(&function.Spec{
	Params: []function.Parameter{param("prefix", cty.String), param("hostnum", cty.Number)},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		p, err := parsePrefix(args[0])
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		n, err := wholeNumber(args[1])
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		size := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
		if n.Sign() < 0 {
			n.Add(n, size)
		}
		if n.Sign() < 0 || n.Cmp(size) >= 0 {
			return cty.UnknownVal(cty.String), errFit
		}
		a, err := addressOf(n.Add(n, addressNumber(p.Addr())), p.Addr())
		if err != nil {
			return cty.UnknownVal(cty.String), err
		}
		return cty.StringVal(a.String()), nil
	},
})

var cidrNetmaskFunc = stringFunc(func(s string) (string, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is4() {
		return "", errPrefix
	}
	mask := ^uint32(0) << (32 - p.Bits())
	if p.Bits() == 0 {
		mask = 0
	}
	return netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}).String(), nil
})

var cidrContainsFunc = function.New(&function.Spec{
	Params: []function.Parameter{param("containing", cty.String), param("contained", cty.String)},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		outer, err := parsePrefix(args[0])
		if err != nil {
			return cty.UnknownVal(cty.Bool), err
		}
		if a, err := netip.ParseAddr(args[1].AsString()); err == nil {
			return cty.BoolVal(outer.Contains(a)), nil
		}
		inner, err := parsePrefix(args[1])
		if err != nil {
			return cty.UnknownVal(cty.Bool), err
		}
		return cty.BoolVal(outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())), nil
	},
})
