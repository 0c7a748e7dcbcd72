package sources

import (
	"errors"
	"maps"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/outbound"
)

// gitServer serves a repository by Git's own server program, to whoever knows
// the password.
func gitServer(t *testing.T, repo string) *httptest.Server {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	h := &cgi.Handler{Path: git, Args: []string{"http-backend"}, Env: []string{"GIT_PROJECT_ROOT=" + filepath.Dir(repo), "GIT_HTTP_EXPORT_ALL=1"}}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pw, _ := r.BasicAuth(); pw != "token" {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

func repository(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "estate")
	run := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "infra", "modules"), 0o700); err != nil {
		t.Fatal(err)
	}
	run("init", "-q")
	for name, text := range map[string]string{"infra/main.tf": "# one", "infra/modules/x.tf": "# two", "README.md": "# three"} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"infra/in.tf": "modules/x.tf", "infra/out.tf": "../../../etc/passwd", "infra/abs.tf": "/etc/passwd"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	run("add", ".")
	run("commit", "-q", "-m", "one")
	run("tag", "v1")
	return dir
}

func TestClone(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	server := gitServer(t, repository(t))
	policy := outbound.Policy{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	c := policy.Client(time.Minute)
	c.Transport.(*http.Transport).TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
	use(c)
	s := &Sources{Outbound: policy}
	source := func(ref, path string) Source {
		return Source{Kind: Git, Config: Config{URL: server.URL + "/estate/.git", Ref: ref, Path: path}}
	}
	for _, ref := range []string{"", "main", "v1", "refs/heads/main"} {
		got, err := s.Clone(t.Context(), source(ref, "infra"), "token", t.TempDir())
		if err != nil {
			t.Fatalf("%q: %v", ref, err)
		}
		want := map[string]string{"main.tf": "# one", "modules/x.tf": "# two", "in.tf": "# two"}
		if files := found(t, got.Dir); !maps.Equal(files, want) || got.Skipped != 2 || len(got.Revision) != 40 {
			t.Errorf("%q: %+v with %v", ref, got, files)
		}
	}
	for name, c := range map[string]struct {
		src        Source
		credential string
	}{
		"wrong credential": {source("", ""), "wrong"},
		"no credential":    {source("", ""), ""},
		"no such branch":   {source("nope", ""), "token"},
		"no such path":     {source("", "nowhere"), "token"},
		"no repository":    {Source{Kind: Git, Config: Config{URL: server.URL + "/other/.git"}}, "token"},
		"refused":          {Source{Kind: Git, Config: Config{URL: "https://10.0.0.1/x.git"}}, ""},
	} {
		_, err := s.Clone(t.Context(), c.src, c.credential, t.TempDir())
		if !errors.Is(err, ErrInvalid) || strings.Contains(err.Error(), "wrong") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
