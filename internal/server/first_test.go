package server

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/jobs"
)

// A new server makes an organisation and a link into it, at each start until
// there is an administrator, and one organisation only.
func TestFirst(t *testing.T) {
	s := start(t, Config{})
	first, err := s.First(t.Context(), "Shop")
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.First(t.Context(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != 1 || len(again) != 1 || first[0] == again[0] || !strings.HasPrefix(first[0], s.URL+"/first?code=") {
		t.Errorf("links %q and %q", first, again)
	}
	orgs, err := s.Directory.Organisations(t.Context())
	if err != nil || len(orgs) != 1 || orgs[0].Name != "Shop" {
		t.Errorf("organisations %v, %v", orgs, err)
	}
}

// Whoever has the machine gets somebody in again who cannot get in any more.
func TestRescued(t *testing.T) {
	s := start(t, Config{})
	_, ada := s.organisation(t, "shop", "Shop")
	enrol(t, ada)
	link, err := s.Rescue(t.Context(), "ada@shop.test")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(link, s.URL+"/password?code=") {
		t.Fatalf("the link is %q, %v", link, err)
	}
	b := s.browser(t)
	b.want("the link", b.get(u.RequestURI()), http.StatusOK, "A new password")
	b.post("/password", url.Values{"code": {u.Query().Get("code")}, "password": {"seventeen orchids by a lamp"}})
	if a := b.post("/sign-in", url.Values{"email": {"ada@shop.test"}, "password": {"seventeen orchids by a lamp"}, "next": {"/account"}}); a.at != "/account" {
		t.Errorf("signing in with the new password and without the app: at %s", a.at)
	}
	if _, err := s.Rescue(t.Context(), "nobody@shop.test"); err == nil || !strings.Contains(err.Error(), "nobody here has the address") {
		t.Errorf("rescuing somebody who is not there: %v", err)
	}
}

func TestDemo(t *testing.T) {
	s := start(t, Config{Version: "test"})
	if _, err := s.First(t.Context(), "Shop"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(`resource "aws_sqs_queue" "q" {}`), 0o600); err != nil {
		t.Fatal(err)
	}
	wait, err := s.Demo(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if job, err := wait(t.Context()); err != nil || job.State != jobs.Done || job.Snapshot == 0 {
		t.Errorf("the demonstration's job is %s: %s, %v", job.State, job.Problem, err)
	}
	if _, err := s.Demo(t.Context(), filepath.Join(dir, "missing")); err == nil {
		t.Error("a demonstration of a directory that is not there")
	}
}
