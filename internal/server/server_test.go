package server

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

// start runs a server with the configuration until the test ends.
func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	if cfg.DataDir == "" {
		cfg.DataDir = t.TempDir()
	}
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	s, err := New(t.Context(), cfg)
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
	deadline := time.Now().Add(10 * time.Second)
	for !s.ready.Load() && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	return s
}

func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestServe(t *testing.T) {
	s := start(t, Config{Metrics: "127.0.0.1:0"})
	for _, path := range []string{"/healthz", "/readyz"} {
		resp, body := get(t, http.DefaultClient, s.URL+path)
		if resp.StatusCode != http.StatusOK || body != "ok\n" {
			t.Errorf("%s: %s %q", path, resp.Status, body)
		}
		for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Request-Id", "Referrer-Policy"} {
			if resp.Header.Get(h) == "" {
				t.Errorf("%s has no %s", path, h)
			}
		}
	}
	s.ready.Store(false)
	if resp, _ := get(t, http.DefaultClient, s.URL+"/readyz"); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("not ready: %s", resp.Status)
	}
}

func TestServeSelfSigned(t *testing.T) {
	s := start(t, Config{TLS: TLS{SelfSigned: true}, PublicURL: "https://demarc.test"})
	url := "https://" + s.listener.Addr().String() + "/healthz"
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // the certificate is looked at below
	resp, _ := get(t, client, url)
	leaf := resp.TLS.PeerCertificates[0]
	if err := leaf.VerifyHostname("demarc.test"); err != nil {
		t.Error(err)
	}
	if resp.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no Strict-Transport-Security under TLS")
	}
	again, err := selfSigned(s.Config.DataDir+"/tls", []string{"localhost", "demarc.test"}, time.Now())
	if err != nil || !again.Leaf.Equal(leaf) {
		t.Errorf("made anew while it is good: %v", err)
	}
}

func TestOneServerForADirectory(t *testing.T) {
	s := start(t, Config{})
	_, err := New(t.Context(), Config{DataDir: s.Config.DataDir, Listen: "127.0.0.1:0"})
	if err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second server in the same directory: %v", err)
	}
}

func TestConfig(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no data directory": {},
		"key missing":       {DataDir: "x", TLS: TLS{CertFile: "a"}},
		"two ways":          {DataDir: "x", TLS: TLS{SelfSigned: true, ACME: []string{"a.example"}}},
		"public URL":        {DataDir: "x", PublicURL: "demarc.example.com"},
		"public path":       {DataDir: "x", PublicURL: "https://example.com/demarc"},
	} {
		if err := cfg.complete(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// A panic costs one request, not the server, and says nothing of its reason.
func TestRecovered(t *testing.T) {
	s := start(t, Config{})
	s.mux.HandleFunc("GET /sign-in/panics/now", func(http.ResponseWriter, *http.Request) { panic("hunter2") })
	resp, body := get(t, http.DefaultClient, s.URL+"/sign-in/panics/now")
	if resp.StatusCode != http.StatusInternalServerError || strings.Contains(body, "hunter2") {
		t.Errorf("%s %q", resp.Status, body)
	}
}

func TestFromProxies(t *testing.T) {
	for _, c := range []struct{ from, header, want string }{
		{"10.0.0.1:5", "203.0.113.9", "203.0.113.9:0"},
		{"10.0.0.1:5", "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9:0"},
		{"10.0.0.1:5", "", "10.0.0.1:5"},
		{"10.0.0.1:5", "nonsense", "10.0.0.1:5"},
		{"203.0.113.7:5", "198.51.100.1", "203.0.113.7:5"}, // no proxy of ours says so
	} {
		var got string
		h := fromProxies([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.from
		r.Header.Set("X-Forwarded-For", c.header)
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("from %s through %q: %s, want %s", c.from, c.header, got, c.want)
		}
	}
}

func TestLimiter(t *testing.T) {
	now := time.Unix(0, 0)
	l := newLimiter(rate.Limit(1), 2, func() time.Time { return now })
	l.most = 2
	for i, want := range []bool{true, true, false} {
		if l.allow("[2001:db8::1]:5") != want {
			t.Errorf("request %d: want %v", i, want)
		}
	}
	if l.allow("[2001:db8::2]:5") {
		t.Error("an address of the same /64 starts anew")
	}
	if !l.allow("192.0.2.1:5") {
		t.Error("another address has to wait")
	}
	now = now.Add(time.Second)
	if !l.allow("[2001:db8::1]:6") {
		t.Error("a second later it still has to wait")
	}
	if l.allow("192.0.2.2:1"); len(l.known) > 2 {
		t.Errorf("%d addresses are remembered, at most 2", len(l.known))
	}
}

// A request that a browser sends from another site changes nothing.
func TestCrossOrigin(t *testing.T) {
	s := start(t, Config{})
	s.mux.HandleFunc("POST /change", func(http.ResponseWriter, *http.Request) { t.Error("the change was made") })
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/change", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("%s, want 403", resp.Status)
	}
}

// Files are larger than forms, and only where one is uploaded.
func TestLargerBody(t *testing.T) {
	s := &Server{}
	for path, want := range map[string]bool{"/sources/7/upload": true, "/sources/7": false, "/sources/7/upload/more": false, "/sources": false} {
		if got := s.largerBody(httptest.NewRequest(http.MethodPost, path, nil)) > 1<<20; got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if s.largerBody(httptest.NewRequest(http.MethodGet, "/sources/7/upload", nil)) != 0 {
		t.Error("a GET carries no file")
	}
}
