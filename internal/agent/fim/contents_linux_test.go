package fim

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/live"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

const reading = `name: test
rules:
- {id: all, paths: [/**], look: [everything], tier: live, severity: medium}
- {id: accounts, paths: [/etc/passwd], look: [everything], tier: live, severity: high, read: accounts}
- {id: shadow, paths: [/etc/shadow], look: [everything], tier: live, severity: high, read: accounts, secret: true}
- {id: keys, paths: ["/root/.ssh/authorized_keys"], look: [everything], tier: live, severity: high, read: keys}
- {id: text, paths: [/etc/app.conf, /etc/empty], look: [everything], tier: live, severity: medium, read: text}
`

// host is a tree with what a policy reads.
func host(t *testing.T) (root string, p *policy.Policy) {
	t.Helper()
	root = t.TempDir()
	write(t, root, "etc/passwd", "root:x:0:0::/root:/bin/sh\n")
	write(t, root, "etc/shadow", "root:$6$abc$hunter22hunter22:1::::::\n")
	write(t, root, "etc/app.conf", "port 80\npassword hunter22\nlevel info\n")
	write(t, root, "etc/empty", "")
	write(t, root, "etc/other", "1")
	p, err := policy.Parse([]byte(reading), "test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return root, p
}

func byPath(t *testing.T, changes []Change, path string) Change {
	t.Helper()
	for i := range slices.Backward(changes) {
		if changes[i].Path == path {
			return changes[i]
		}
	}
	t.Fatalf("nothing is told of %s", path)
	return Change{}
}

// nothingIsShown of what must not be.
func nothingIsShown(t *testing.T, changes []Change) {
	t.Helper()
	for _, c := range changes {
		if s := c.Diff + strings.Join(c.Details, ""); strings.Contains(s, "hunter") || strings.Contains(s, "$6$") {
			t.Errorf("%s is shown", s)
		}
	}
}

// Changes are put in words by check, and by diff of two baselines, from what was kept.
func TestWordsOfCheck(t *testing.T) {
	root, p := host(t)
	dir := t.TempDir()
	s := Scan{Root: root, Baseline: filepath.Join(dir, "a"), Policy: p}
	if made, err := s.Init(t.Context(), FromScan); err != nil || len(made.Notes) > 0 {
		t.Fatal(made, err)
	}
	write(t, root, "etc/passwd", "root:x:0:0::/root:/bin/sh\nevil:x:0:0::/:/bin/sh\n")
	write(t, root, "etc/shadow", "root:$6$abc$hunter33hunter33:1::::::\n")
	write(t, root, "etc/app.conf", "port 8080\npassword hunter33\nlevel info\n")
	write(t, root, "etc/empty", "full\n")
	write(t, root, "root/.ssh/authorized_keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0dYo6mCk0l1fFZQ3jZbS0m1D0mV5kq0k9o7r6S8b1c me\n")
	later := Scan{Root: root, Baseline: filepath.Join(dir, "a"), Policy: p}
	first, err := later.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := later.Check(t.Context()) // which keeps nothing
	if err != nil {
		t.Fatal(err)
	}
	b := Scan{Root: root, Baseline: filepath.Join(dir, "b"), Policy: p}
	if _, err := b.Init(t.Context(), FromScan); err != nil {
		t.Fatal(err)
	}
	compared, err := Compare(s.Baseline, b.Baseline, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Report{first, again, compared} {
		if c := byPath(t, r.Changes, "/etc/passwd"); !slices.Equal(c.Details, []string{"user evil added with uid 0, home /, shell /bin/sh"}) || c.Severity != policy.Critical {
			t.Errorf("%+v", c)
		}
		if c := byPath(t, r.Changes, "/etc/shadow"); len(c.Details) != 1 || r != compared && c.Details[0] != "password of root changed" {
			t.Errorf("%q", c.Details)
		}
		if c := byPath(t, r.Changes, "/etc/app.conf"); c.Diff != "@@ -1,3 +1,3 @@\n-port 80\n+port 8080\n password [cut out]\n level info\n" {
			t.Errorf("%q", c.Diff)
		}
		if c := byPath(t, r.Changes, "/etc/empty"); c.Diff != "@@ -0,0 +1,1 @@\n+full\n" {
			t.Errorf("%q", c.Diff)
		}
		if c := byPath(t, r.Changes, "/root/.ssh/authorized_keys"); len(c.Details) != 1 || !strings.Contains(c.Details[0], "(ssh-ed25519) added for root, comment me") {
			t.Errorf("%q", c.Details)
		}
		nothingIsShown(t, r.Changes)
	}
}

// Watching keeps what it told, so that the next change is told from there, and follows what is approved.
func TestWordsOfWatching(t *testing.T) {
	root, p := host(t)
	state := t.TempDir()
	start := func(scans int) (m *Module, s *seen, stop func()) {
		t.Helper()
		m, err := New(Options{Root: root, Policy: p, State: state, Backend: live.Inotify, CPULimit: 4})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		s = &seen{}
		ended := make(chan error, 1)
		go func() { ended <- m.Run(ctx, s.emit) }()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			s.mu.Lock()
			n := 0
			for _, c := range s.coverage {
				if c.Source == SourceScan {
					n++
				}
			}
			s.mu.Unlock()
			if n == scans { // the last is after watching began
				break
			}
		}
		return m, s, func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	change := func(s *seen, text, want string) Change {
		t.Helper()
		write(t, root, "etc/app.conf", text)
		if !s.wait(t, 10*time.Second, func(c []Change) bool {
			return slices.ContainsFunc(c, func(c Change) bool { return c.Path == "/etc/app.conf" && c.Diff == want })
		}) {
			t.Fatalf("%q is not told, but %+v", want, s.changes)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		return byPath(t, s.changes, "/etc/app.conf")
	}
	m, s, stop := start(2)
	change(s, "port 81\npassword hunter22\nlevel info\n", "@@ -1,3 +1,3 @@\n-port 80\n+port 81\n password [cut out]\n level info\n")
	c := change(s, "port 82\npassword hunter22\nlevel info\n", "@@ -1,3 +1,3 @@\n-port 81\n+port 82\n password [cut out]\n level info\n")
	if err := m.Approve(t.Context(), []Approval{approved(t, c)}); err != nil {
		t.Fatal(err)
	}
	stop()
	if state, why := m.Health(); state != "ok" {
		t.Error(why)
	}
	// After a restart the baseline is where it begins again.
	_, s, stop = start(1)
	change(s, "port 83\npassword hunter22\nlevel info\n", "@@ -1,3 +1,3 @@\n-port 82\n+port 83\n password [cut out]\n level info\n")
	stop()
	// Of a baseline that was made before contents were kept, the next scan keeps them.
	if err := os.RemoveAll(filepath.Join(state, "baseline.contents")); err != nil {
		t.Fatal(err)
	}
	write(t, root, "etc/app.conf", "port 82\npassword hunter22\nlevel info\n")
	_, s, stop = start(1)
	change(s, "port 84\npassword hunter22\nlevel info\n", "@@ -1,3 +1,3 @@\n-port 82\n+port 84\n password [cut out]\n level info\n")
	stop()
	nothingIsShown(t, s.changes)
	list, err := os.ReadDir(filepath.Join(state, "baseline.contents"))
	if err != nil || len(list) < 4 {
		t.Errorf("%v, %v", list, err)
	}
}
