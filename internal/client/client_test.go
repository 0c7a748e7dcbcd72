package client_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/client"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/server"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// controlPlane starts a real one and returns its address and a token of it.
func controlPlane(t *testing.T) (address, token string) {
	t.Helper()
	s, err := server.New(t.Context(), server.Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	org, err := s.Directory.Create(t.Context(), "shop", "Shop")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := s.Directory.Tree(t.Context(), org.ID)
	if err != nil {
		t.Fatal(err)
	}
	who := tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}
	account, err := s.Identity.AddService(t.Context(), who, "ci", []tenant.Grant{{Group: tree.Root(), Role: tenant.Contributor}})
	if err != nil {
		t.Fatal(err)
	}
	_, token, err = s.Identity.CreateToken(t.Context(), who, identity.NewToken{Name: "ci", Service: account, Permissions: tenant.Permissions, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return s.URL, token
}

// relay stands before a control plane. Fault may answer in its place, or let
// it answer and lose what it said.
type relay struct {
	t      *testing.T
	to     string
	mu     sync.Mutex
	asked  []*http.Request
	bodies []string
	fault  func(n int, w http.ResponseWriter, forward func() *http.Response) bool
}

func (p *relay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	p.mu.Lock()
	p.asked, p.bodies = append(p.asked, r), append(p.bodies, string(body))
	n := len(p.asked)
	p.mu.Unlock()
	forward := func() *http.Response {
		out, err := http.NewRequestWithContext(r.Context(), r.Method, p.to+r.URL.RequestURI(), strings.NewReader(string(body)))
		if err != nil {
			p.t.Error(err)
			return nil
		}
		out.Header = r.Header.Clone()
		resp, err := http.DefaultTransport.RoundTrip(out)
		if err != nil {
			p.t.Error(err)
		}
		return resp
	}
	if p.fault != nil && p.fault(n, w, forward) {
		return
	}
	resp := forward()
	if resp == nil {
		return
	}
	defer resp.Body.Close()
	maps.Copy(w.Header(), resp.Header)
	w.WriteHeader(resp.StatusCode)
	io.Copy(w, resp.Body) //nolint:errcheck // a test's server
}

// through returns a client that reaches a real control plane through a relay,
// and does not wait between attempts.
func through(t *testing.T, fault func(int, http.ResponseWriter, func() *http.Response) bool) (*client.Client, *relay, *[]time.Duration) {
	t.Helper()
	address, token := controlPlane(t)
	p := &relay{t: t, to: address, fault: fault}
	front := httptest.NewServer(p)
	t.Cleanup(front.Close)
	c, err := client.New(front.URL+"/some/page", token, "1.2")
	if err != nil {
		t.Fatal(err)
	}
	var waited []time.Duration
	c.Pause = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
	return c, p, &waited
}

// lost lets the control plane answer, and cuts the connection instead of
// passing that on, a number of times.
func lost(times int) func(int, http.ResponseWriter, func() *http.Response) bool {
	return func(n int, w http.ResponseWriter, forward func() *http.Response) bool {
		if n > times {
			return false
		}
		if resp := forward(); resp != nil {
			resp.Body.Close()
		}
		panic(http.ErrAbortHandler)
	}
}

// However often an answer is lost, a change is made once.
func TestAnswerLost(t *testing.T) {
	c, p, waited := through(t, lost(2)) //nolint:bodyclose // lost closes what it gets
	s, err := c.AddSource(t.Context(), client.Source{Kind: "push", Name: "estate"}, "")
	if err != nil {
		t.Fatal(err)
	}
	all, err := client.List[client.Source](t.Context(), c, "/sources", nil, 0)
	if err != nil || len(all) != 1 || all[0].ID != s.ID {
		t.Errorf("%v sources, %v, want the one %d", all, err, s.ID)
	}
	key := p.asked[0].Header.Get("Idempotency-Key")
	if key == "" || p.asked[1].Header.Get("Idempotency-Key") != key || p.asked[2].Header.Get("Idempotency-Key") != key {
		t.Error("the attempts have not one key")
	}
	if len(*waited) != 2 || (*waited)[0] < 500*time.Millisecond || (*waited)[1] < time.Second {
		t.Errorf("waited %v", *waited)
	}
	if got := p.asked[0].Header.Get("User-Agent"); got != "demarc/1.2" {
		t.Errorf("it calls itself %s", got)
	}
}

// Results are sent compressed and anew for each attempt, and taken once; what
// became of them is waited for.
func TestPush(t *testing.T) {
	c, p, _ := through(t, nil)
	s, err := c.AddSource(t.Context(), client.Source{Kind: "push", Name: "estate"}, "")
	if err != nil {
		t.Fatal(err)
	}
	before := len(p.asked)
	p.fault = func(n int, w http.ResponseWriter, forward func() *http.Response) bool {
		return lost(2)(n-before, w, forward) //nolint:bodyclose // as above
	}
	written := 0
	job, err := c.Push(t.Context(), s.ID, "abc", "main", func(w io.Writer) error {
		written++
		_, err := io.WriteString(w, `{"no":"assessment"}`)
		return err
	})
	if err != nil || written != 3 {
		t.Fatalf("%v, written %d times", err, written)
	}
	z, err := gzip.NewReader(strings.NewReader(p.bodies[before]))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != `{"no":"assessment"}` {
		t.Errorf("sent %s, %v", text, err)
	}
	jobs, err := client.List[client.Job](t.Context(), c, "/jobs", url.Values{"source": {fmt.Sprint(s.ID)}}, 0)
	if err != nil || len(jobs) != 1 || jobs[0].ID != job.ID {
		t.Errorf("%v, %v, want the one job %d", jobs, err, job.ID)
	}
	c.Pause = func(context.Context, time.Duration) error { time.Sleep(10 * time.Millisecond); return nil }
	ended, err := c.Wait(t.Context(), job.ID)
	if err != nil || ended.State == "done" || ended.Problem == "" || ended.Finished.IsZero() {
		t.Errorf("%+v, %v", ended, err)
	}
	// What cannot be written is no request.
	broken := errors.New("the disk is gone")
	c.Pause = func(context.Context, time.Duration) error { return nil }
	if _, err := c.Push(t.Context(), s.ID, "", "", func(io.Writer) error { return broken }); err == nil || !strings.Contains(err.Error(), broken.Error()) {
		t.Errorf("a body that breaks: %v", err)
	}
}

// Waiting ends with whoever waits.
func TestWaitEnds(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"id":7,"state":"running"}`) //nolint:errcheck // a test's server
	}))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, "t", "1.2")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	c.Pause = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	if job, err := c.Wait(ctx, 7); !errors.Is(err, context.Canceled) || job.State != "running" {
		t.Errorf("%+v, %v", job, err)
	}
}

// What may pass is tried again, for so long as is asked; what will not is told
// at once, in words.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		header   http.Header
		body     string
		attempts int
		says     []string
	}{
		"forbidden": {403, nil, `{"code":"forbidden","detail":"The token does not include this."}`, 1, []string{"The token does not include this."}},
		"invalid": {
			422, nil, `{"code":"invalid","detail":"Validation failed.","errors":[{"location":"body.until","message":"expected a date"}]}`, 1,
			[]string{"Validation failed.", "body.until: expected a date"},
		},
		"conflict":     {409, nil, `{"code":"conflict","detail":"It is there already."}`, 1, []string{"It is there already."}},
		"in progress":  {409, http.Header{"Retry-After": {"1"}}, `{"code":"in-progress","detail":"It is being worked on."}`, 5, []string{"It is being worked on."}},
		"rate":         {429, http.Header{"Retry-After": {"7"}}, `{"code":"rate-limited","detail":"Too many requests."}`, 5, []string{"Too many requests."}},
		"down":         {503, nil, "<html>", 5, []string{"503 Service Unavailable"}},
		"broken":       {500, http.Header{"X-Request-Id": {"ABC"}}, `{"code":"internal","detail":"Something went wrong."}`, 1, []string{"Something went wrong.", "request ABC"}},
		"elsewhere":    {302, http.Header{"Location": {"https://sso.example/"}}, "", 1, []string{"sends elsewhere (302)"}},
		"another site": {404, nil, "<html>not here</html>", 1, []string{"404 Not Found"}},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked++
				maps.Copy(w.Header(), c.header)
				w.WriteHeader(c.status)
				io.WriteString(w, c.body) //nolint:errcheck // a test's server
			}))
			t.Cleanup(server.Close)
			cl, err := client.New(server.URL, "dmc_secret", "1.2")
			if err != nil {
				t.Fatal(err)
			}
			var waited []time.Duration
			cl.Pause = func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }
			_, err = cl.Me(t.Context())
			if err == nil {
				t.Fatal("taken")
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("%q does not say %q", err, s)
				}
			}
			if asked != c.attempts || strings.Contains(err.Error(), "dmc_secret") {
				t.Errorf("asked %d times, want %d: %v", asked, c.attempts, err)
			}
			if name == "rate" && !slices.Equal(waited, slices.Repeat([]time.Duration{7 * time.Second}, 4)) {
				t.Errorf("waited %v", waited)
			}
			if e, ok := errors.AsType[*client.Error](err); !ok || e.Status != c.status {
				t.Errorf("%#v", err)
			}
		})
	}
	c, err := client.New("http://127.0.0.1:1", "dmc_secret", "1.2")
	if err != nil {
		t.Fatal(err)
	}
	c.Pause = func(context.Context, time.Duration) error { return nil }
	if _, err := c.Me(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "asking http://127.0.0.1:1: ") || strings.Contains(err.Error(), "/api/v1") {
		t.Errorf("nobody there: %v", err)
	}
}

// All pages are read, and no more than is wanted.
func TestList(t *testing.T) {
	c, p, _ := through(t, nil)
	for i := range 7 {
		if _, err := c.AddSource(t.Context(), client.Source{Kind: "push", Name: fmt.Sprintf("s%d", i)}, ""); err != nil {
			t.Fatal(err)
		}
	}
	// A control plane that gives two items a page, whatever is asked for.
	p.fault = func(_ int, w http.ResponseWriter, forward func() *http.Response) bool {
		asked := p.asked[len(p.asked)-1]
		q := asked.URL.Query()
		if q.Get("name") == "" {
			q.Set("limit", "2")
		}
		asked.URL.RawQuery = q.Encode()
		return false
	}
	all, err := client.List[client.Source](t.Context(), c, "/sources", nil, 0)
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	if err != nil || !slices.Equal(names, []string{"s0", "s1", "s2", "s3", "s4", "s5", "s6"}) {
		t.Errorf("%v, %v", names, err)
	}
	before := len(p.asked)
	if all, err := client.List[client.Source](t.Context(), c, "/sources", nil, 3); err != nil || len(all) != 3 || len(p.asked) != before+2 {
		t.Errorf("%d of 3, %v, in %d requests", len(all), err, len(p.asked)-before)
	}
	if s, err := c.SourceNamed(t.Context(), "s5"); err != nil || s.Name != "s5" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := c.SourceNamed(t.Context(), "nowhere"); err == nil || !strings.Contains(err.Error(), "demarc source add --kind push nowhere") {
		t.Errorf("%v", err)
	}
}

// A login is kept for its user alone, by control plane, and the environment
// stands above it.
func TestLogin(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"XDG_CONFIG_HOME", "HOME", "AppData"} {
		t.Setenv(name, dir)
	}
	t.Setenv(client.URLVariable, "")
	t.Setenv(client.TokenVariable, "")
	if _, err := client.Known("", "1.2"); !errors.Is(err, client.ErrNoLogin) {
		t.Errorf("nothing is known: %v", err)
	}
	remember := func(address, token string) string {
		t.Helper()
		c, err := client.New(address, token, "1.2")
		if err != nil {
			t.Fatal(err)
		}
		file, err := c.Remember()
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	file := remember("https://a.example/console", "dmc_a")
	remember("https://b.example", "dmc_b")
	known := func(address, wantURL, wantToken string) {
		t.Helper()
		c, err := client.Known(address, "1.2")
		if err != nil || c.URL != wantURL || c.Token != wantToken {
			t.Errorf("%q: %+v, %v", address, c, err)
		}
	}
	known("", "https://b.example", "dmc_b")
	known("https://a.example/", "https://a.example", "dmc_a")
	if _, err := client.Known("https://c.example", "1.2"); err == nil || !strings.Contains(err.Error(), "demarc login https://c.example") {
		t.Errorf("no token is known: %v", err)
	}
	t.Setenv(client.URLVariable, "https://c.example")
	t.Setenv(client.TokenVariable, " dmc_c\n")
	known("", "https://c.example", "dmc_c")
	t.Setenv(client.URLVariable, "")
	t.Setenv(client.TokenVariable, "")
	if runtime.GOOS != "windows" {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Known("", "1.2"); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("others may read it: %v", err)
		}
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Known("", "1.2"); err == nil || !strings.Contains(err.Error(), filepath.Base(file)) {
		t.Errorf("it is broken: %v", err)
	}
	for _, address := range []string{"demarc.example.com", "ftp://demarc.example.com", "https://", ""} {
		if _, err := client.New(address, "t", "1.2"); err == nil {
			t.Errorf("%q is taken for an address", address)
		}
	}
}
