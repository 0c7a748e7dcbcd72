package cidr

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

func TestWorld(t *testing.T) {
	for ranges, want := range map[string]bool{
		"":                      false,
		"0.0.0.0/0":             true,
		"::/0":                  true,
		"0.0.0.0/1 128.0.0.0/1": true,
		"128.0.0.0/1 0.0.0.0/1": true,
		"0.0.0.0/1":             false,
		"0.0.0.0/2 64.0.0.0/2 128.0.0.0/2 192.0.0.0/2": true,
		"0.0.0.0/2 64.0.0.0/2 128.0.0.0/2":             false,
		"10.0.0.0/8 192.168.0.0/16 172.16.0.0/12":      false,
		"2000::/3":                          true,
		"2000::/4 3000::/4":                 true,
		"2000::/4":                          false,
		"2001:db8::/32":                     false,
		"203.0.113.7":                       false,
		"0.0.0.0/1 128.0.0.0/2 192.0.0.0/3": true, // the rest is multicast and reserved
		"nonsense 1.2.3.0/24":               false,
	} {
		var ps []netip.Prefix
		for f := range strings.FieldsSeq(ranges) {
			if p, ok := Parse(f); ok {
				ps = append(ps, p)
			}
		}
		if got := World(ps); got != want {
			t.Errorf("World(%s) = %t, want %t", ranges, got, want)
		}
	}
}

func TestRange(t *testing.T) {
	for in, want := range map[string]string{
		"0.0.0.0-255.255.255.255":         "[0.0.0.0/0]",
		"0.0.0.0 - 0.0.0.0":               "[0.0.0.0/32]",
		"10.0.0.1-10.0.0.6":               "[10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32]",
		"192.0.2.0/24":                    "[192.0.2.0/24]",
		"192.0.2.9":                       "[192.0.2.9/32]",
		"10.0.0.9-10.0.0.1":               "[]",
		"255.255.255.254-255.255.255.255": "[255.255.255.254/31]",
		"2001:db8::-2001:db8::ff":         "[2001:db8::/120]",
		"10.0.0.1-2001:db8::1":            "[]",
		"a-b":                             "[]",
		"":                                "[]",
	} {
		if got := fmt.Sprint(Range(in)); got != want {
			t.Errorf("Range(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzRange(f *testing.F) {
	f.Add("0.0.0.1-255.255.255.254")
	f.Add("::1-ffff::")
	f.Fuzz(func(t *testing.T, s string) {
		ps := Range(s)
		if len(ps) > 256 {
			t.Errorf("Range(%q) takes %d prefixes", s, len(ps))
		}
		for i, p := range ps {
			if i > 0 && highest(ps[i-1]).Next() != p.Addr() {
				t.Errorf("Range(%q) leaves a hole before %s", s, p)
			}
		}
	})
}

func FuzzWorld(f *testing.F) {
	f.Add("0.0.0.0/1", "128.0.0.0/1")
	f.Add("::/1", "8000::/1")
	f.Fuzz(func(t *testing.T, a, b string) {
		var ps []netip.Prefix
		for _, s := range []string{a, b} {
			if p, ok := Parse(s); ok {
				ps = append(ps, p)
			}
		}
		World(ps)
	})
}
