package version

import (
	"errors"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		s    Scheme
		a, b string
		want int
	}{
		// dpkg: a tilde is before the end, an epoch before all, letters before others
		{Dpkg, "1.0~rc1-1", "1.0-1", -1},
		{Dpkg, "1:1.0-1", "2.0-1", 1},
		{Dpkg, "3.0.11-1~deb12u2", "3.0.11-1", -1},
		{Dpkg, "3.0.11-1~deb12u2+b1", "3.0.11-1~deb12u2", 1},
		{Dpkg, "1:9.2p1-2+deb12u3", "1:9.2p1-2+deb12u2", 1},
		{Dpkg, "1.0-1ubuntu0.10", "1.0-1ubuntu0.9", 1},
		{Dpkg, "1.2.3-1+esm1", "1.2.3-1", 1},
		{Dpkg, "1.0", "1.0-0", 0},
		{Dpkg, "0:1.0-1", "1.0-1", 0},
		{Dpkg, "2024.05.10-1", "2024.5.10-1", 0},
		// rpm: a caret is after, a tilde before; digits are newer than letters
		{RPM, "1:3.0.7-28.el9_4", "1:3.0.7-27.el9", 1},
		{RPM, "3.0.7-28.el9", "1:3.0.1-1.el9", -1},
		{RPM, "1.0~rc1-1", "1.0-1", -1},
		{RPM, "1.0^git1-1", "1.0-1", 1},
		{RPM, "1.0-1.el9_4.2", "1.0-1.el9_4.10", -1},
		{RPM, "1.0.a-1", "1.0.1-1", -1},
		{RPM, "0:1.0-1", "1.0-1", 0},
		// apk: suffixes have an order of their own
		{Apk, "3.1.4-r5", "3.1.4-r10", -1},
		{Apk, "1.0_rc1-r0", "1.0-r0", -1},
		{Apk, "1.0_p1-r0", "1.0-r0", 1},
		{Apk, "1.0_alpha2-r0", "1.0_beta1-r0", -1},
		{Apk, "1.2.3a-r0", "1.2.3-r0", 1},
		{Apk, "1.9.5p2-r0", "1.9.5p1-r1", 1},
		{Apk, "1.0-r0", "1-r0", 1},
		{Apk, "1.10-r0", "1.9-r0", 1},
		{Apk, "1.09-r0", "1.1-r0", -1},
	} {
		got, err := Compare(c.s, c.a, c.b)
		if err != nil || got != c.want {
			t.Errorf("%s: %s against %s: %d, %v", c.s, c.a, c.b, got, err)
		}
		if back, err := Compare(c.s, c.b, c.a); err != nil || back != -c.want {
			t.Errorf("%s: %s against %s: %d, %v", c.s, c.b, c.a, back, err)
		}
	}
}

func TestNotAVersion(t *testing.T) {
	for _, c := range []struct {
		s Scheme
		v string
	}{{Dpkg, ""}, {Dpkg, "x:1"}, {Apk, "v1.0"}, {Apk, "1.0_next"}, {Apk, "1.0-5"}, {RPM, strings.Repeat("1", 1000)}, {"npm", "1.0.0"}} {
		if _, err := Compare(c.s, c.v, c.v); !errors.Is(err, ErrVersion) {
			t.Errorf("%s %.20q: %v", c.s, c.v, err)
		}
	}
}

// Order must hold whatever is compared: back to front, and with itself.
func FuzzCompare(f *testing.F) {
	f.Add("dpkg", "1:9.2p1-2+deb12u3", "1.0~rc1")
	f.Add("rpm", "1:3.0.7-28.el9_4", "1.0^git")
	f.Add("apk", "1.0_rc1-r0", "1.2.3a-r1")
	f.Fuzz(func(t *testing.T, s, a, b string) {
		x, err1 := Compare(Scheme(s), a, b)
		y, err2 := Compare(Scheme(s), b, a)
		if (err1 == nil) != (err2 == nil) {
			t.Errorf("%v, %v", err1, err2)
		}
		if err1 == nil && x != -y {
			t.Errorf("%q against %q: %d, and back %d", a, b, x, y)
		}
		if c, err := Compare(Scheme(s), a, a); err == nil && c != 0 {
			t.Errorf("%q is not itself: %d", a, c)
		}
	})
}
