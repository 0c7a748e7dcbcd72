//go:build proof

package proof

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/sources"
)

var (
	duration = flag.Duration("load", time.Minute, "how long TestLoad lasts")
	users    = flag.Int("users", 200, "how many people use the console in TestLoad")
)

const secret = "a long sentence that nobody else has said"

// visit is what somebody looks at, and what the page must show.
var visits = []struct{ path, shows string }{
	{"/", "</html>"}, {"/assets", "</html>"}, {"/findings", "</html>"}, {"/findings?severity=high", "</html>"},
}

// person is one browser, from an address of its own.
func person(t *testing.T, n int) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(1+n/250), byte(1+n%250))}}
	return &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{DialContext: from.DialContext, MaxIdleConnsPerHost: 2}}
}

func (in *installation) signIn(t *testing.T, c *http.Client, at string, form url.Values, path string) {
	resp, err := c.PostForm(at+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/" {
		t.Fatalf("%s: %s at %s, %v\n%.500s", path, resp.Status, resp.Request.URL, err, body)
	}
}

// firstLink finds the link that a replica printed last.
func (in *installation) firstLink(t *testing.T) string {
	var code string
	for n := range in.replicas {
		f, err := os.Open(filepath.Join(in.dir, fmt.Sprintf("replica-%d.log", n)))
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if m := regexp.MustCompile(`/first\?code=(\w+)`).FindStringSubmatch(lines.Text()); m != nil {
				code = m[1]
			}
		}
		f.Close()
	}
	return code
}

// memory is what the replicas hold, in MiB.
func (in *installation) memory(t *testing.T) (all []int) {
	for _, r := range in.replicas {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		var kb int
		for l := range strings.Lines(string(b)) {
			fmt.Sscanf(l, "VmRSS: %d", &kb) //nolint:errcheck // other lines
		}
		all = append(all, kb>>10)
	}
	return all
}

// TestLoad lets many people use the console while results are pushed, fifty a
// minute, and wants no error.
func TestLoad(t *testing.T) {
	in := install(t)
	w := prepare(t, in.binary)
	first := person(t, 0)
	in.signIn(t, first, in.url(0), url.Values{"code": {in.firstLink(t)}, "email": {"ann@example.test"}, "name": {"Ann"}, "password": {secret}}, "/first")
	c := in.client(t)
	c.adopt(t, 1)
	if _, err := c.ask(t.Context(), sources.Upload, "examples", "examples.zip", bytes.NewReader(w.archive)); err != nil {
		t.Fatal(err)
	}
	var people []*http.Client
	for n := range *users {
		p := person(t, n)
		in.signIn(t, p, in.url(n%replicas), url.Values{"email": {"ann@example.test"}, "password": {secret}}, "/sign-in")
		people = append(people, p)
	}
	before := in.memory(t)
	ctx, stop := context.WithTimeout(t.Context(), *duration)
	defer stop()
	var mu sync.Mutex
	var took []time.Duration
	errors := map[string]int{}
	var using sync.WaitGroup
	for n, p := range people {
		using.Go(func() {
			for ctx.Err() == nil {
				v := visits[rand.IntN(len(visits))]
				start := time.Now()
				err := visit(p, in.url(n%replicas)+v.path, v.shows)
				mu.Lock()
				took = append(took, time.Since(start))
				if err != nil {
					errors[err.Error()]++
				}
				mu.Unlock()
				select {
				case <-ctx.Done():
				case <-time.After(time.Second + rand.N(8*time.Second)):
				}
			}
		})
	}
	middle := time.AfterFunc(*duration/2, func() { t.Logf("memory half way, MiB: %v", in.memory(t)) })
	defer middle.Stop()
	acknowledged, refused := in.pushes(ctx, t, first, c.group, w)
	using.Wait()
	after := in.memory(t)
	last, _ := held(t, c, acknowledged, 10*time.Minute)
	slices.Sort(took)
	at := func(share float64) time.Duration {
		return took[int(share*float64(len(took)-1))].Round(time.Millisecond)
	}
	t.Logf("FIGURE %d people for %s: %d pages, median %s, 95th percentile %s, longest %s, errors %v; %d pushes acknowledged, %d refused, last done %s after the end; memory of the replicas %v MiB before, %v after",
		*users, *duration, len(took), at(0.5), at(0.95), at(1), errors, len(acknowledged), refused, time.Since(last).Round(time.Second), before, after)
	if len(errors) > 0 || refused > 0 {
		t.Error("there were errors")
	}
}

func visit(p *http.Client, at, shows string) error {
	resp, err := p.Get(at)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode != http.StatusOK || resp.Request.URL.Path == "/sign-in" || !bytes.Contains(body, []byte(shows)):
		return fmt.Errorf("%s at %s", resp.Status, resp.Request.URL.Path)
	}
	return nil
}

// pushes pushes fifty results a minute, as continuous integration does: over
// HTTP with a token, each to a source of its own.
func (in *installation) pushes(ctx context.Context, t *testing.T, admin *http.Client, group int64, w work) ([]int64, int) {
	var token struct {
		Secret string `json:"secret"`
	}
	ask := map[string]any{"name": "ci", "permissions": []string{"read", "contribute"}, "expires": time.Now().Add(24 * time.Hour)}
	if err := in.call(ctx, admin, "", "/tokens", ask, &token); err != nil {
		t.Fatal(err)
	}
	return feedOnly(ctx, t, time.Minute/50, func(ctx context.Context, n int) (int64, error) {
		// One address for each: what calls too often from one is refused.
		c := person(t, *users+n%250)
		defer c.CloseIdleConnections()
		var source, job struct {
			ID int64 `json:"id"`
		}
		if err := in.call(ctx, c, token.Secret, "/sources", map[string]any{"kind": "push", "name": fmt.Sprintf("pushed-%d", n), "group": group}, &source); err != nil {
			return 0, err
		}
		err := in.call(ctx, c, token.Secret, fmt.Sprintf("/sources/%d/results", source.ID), json.RawMessage(w.result), &job)
		return job.ID, err
	})
}

var calls atomic.Int64

// call asks the replicas in turn to do something by the API.
func (in *installation) call(ctx context.Context, c *http.Client, token, path string, body, out any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	at := in.url(int(calls.Add(1)%replicas)) + "/api/v1" + path
	if token == "" {
		at = in.url(0) + "/api/v1" + path // where the session is
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s: %.300s", path, resp.Status, answer)
	}
	return json.Unmarshal(answer, out)
}
