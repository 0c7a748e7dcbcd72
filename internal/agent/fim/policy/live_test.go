package policy

import (
	"strings"
	"testing"
)

// Directories in which nothing is watched as it changes are not led to.
func TestLiveRoot(t *testing.T) {
	p, err := Parse([]byte(`name: x
rules:
- {id: live, paths: [/etc/**], look: [type], tier: live, severity: low}
- {id: scanned, paths: [/etc/big/**, /usr/**], look: [type], tier: scheduled, severity: low}
- {id: within, paths: [/usr/lib/a/*], look: [type], tier: live, severity: low}
`), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"etc": true, "usr": true, "usr/lib": true, "usr/lib/a": true, "usr/lib/b": false, "etc/big": false, "etc/ssh": true, "usr/bin": false} {
		for _, c := range []struct {
			root Scope
			want bool
		}{{p.LiveRoot(), want}, {p.Root(), true}} {
			s := c.root
			for name := range strings.SplitSeq(path, "/") {
				if s != nil {
					s = s.Enter(name)
				}
			}
			if got := s != nil; got != c.want {
				t.Errorf("%s is led to: %v (live %v)", path, got, c.root == p.LiveRoot())
			}
		}
	}
	p = New("aide", "", nil, func() Scope { return nil })
	if p.LiveRoot() != nil {
		t.Error("a policy without a scope has one")
	}
}
