package fim

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// What servers are compared by are the grave files whose content is looked at; secrets,
// and what is scanned alone, stay on the host. It is told when it changed.
func TestDigests(t *testing.T) {
	root := t.TempDir()
	for _, f := range []string{"bin/a", "bin/b", "secret/key", "low/x", "lib/y"} {
		write(t, root, f, f)
	}
	p, err := policy.Parse([]byte("name: test\nrules:\n"+
		"- {id: bin, paths: [/bin/**], look: [everything], tier: live, severity: high}\n- {id: secret, paths: [/secret/**], look: [everything], tier: live, severity: high, secret: true}\n"+
		"- {id: low, paths: [/low/**], look: [everything], tier: live, severity: low}\n- {id: lib, paths: [/lib/**], look: [everything], tier: scheduled, severity: high}\n"), "test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(Options{Root: root, Policy: p, State: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var told []*wire.Digests
	m.emit = func(kind wire.EventKind, body any) {
		if kind == wire.EventDigests {
			told = append(told, body.(*wire.Digests))
		}
	}
	if _, err := m.scan.Init(t.Context(), FromScan); err != nil {
		t.Fatal(err)
	}
	scan := func() {
		t.Helper()
		s := scanned{scan: *m.scan, digests: &digests{files: map[string]string{}}}
		s.scan.Seen = s.digests.see
		if s.found, s.result, s.err = s.scan.differences(t.Context()); s.err != nil {
			t.Fatal(s.err)
		}
		m.tellDigests(&s)
	}
	scan()
	scan() // nothing is new
	if len(told) != 1 || !told[0].Complete || !slices.Equal(slices.Sorted(maps.Keys(told[0].Files)), []string{"/bin/a", "/bin/b"}) || len(told[0].Files["/bin/a"]) != wire.DigestLength {
		t.Fatalf("told %d times: %+v", len(told), told[0])
	}
	write(t, root, "bin/a", "another")
	scan()
	if len(told) != 2 || told[1].Files["/bin/a"] == told[0].Files["/bin/a"] || told[1].Files["/bin/b"] != told[0].Files["/bin/b"] {
		t.Errorf("told %d times: %+v", len(told), told)
	}
	for i := range wire.MaxDigests {
		write(t, root, fmt.Sprint("bin/many", i), "x")
	}
	scan()
	if last := told[len(told)-1]; last.Complete || last.Why == "" || len(last.Files) != wire.MaxDigests {
		t.Errorf("more than fit: %v, %q, %d", last.Complete, last.Why, len(last.Files))
	}
}
