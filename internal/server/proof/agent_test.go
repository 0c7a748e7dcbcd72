//go:build proof && linux

package proof

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/server"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// beat is how often the agents of the proof send heartbeats, which is as often as may be.
const beat = 5 * time.Second

var cutFor = flag.Duration("cut", 20*time.Second, "for how long the network of an agent is cut")

// controlPlane is demarc serve as a process, behind a network that can be cut.
type controlPlane struct {
	t       *testing.T
	data    string
	network *network
	token   string // for the API
	enrol   string // for agents
	client  *http.Client
	serve   *exec.Cmd
	org     int64
}

// startControlPlane starts one; first has its data directory to itself before.
func startControlPlane(t *testing.T, first func(p *controlPlane, s *server.Server, who tenant.Who), more ...string) *controlPlane {
	t.Helper()
	dir := t.TempDir()
	p := &controlPlane{t: t, data: filepath.Join(dir, "data")}
	p.client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // the proof's own
	listen := p.prepare(first)
	binary := filepath.Join(dir, "demarc")
	run(t, "go", "build", "-trimpath", "-o", binary, "./cmd/demarc")
	log, err := os.Create(filepath.Join(dir, "serve.log"))
	if err != nil {
		t.Fatal(err)
	}
	p.network = newNetwork(t, listen)
	c := exec.Command(binary, append([]string{
		"serve", "--data", p.data, "--listen", listen, "--tls-self-signed", "--public-url", "https://" + p.network.address, "--workers", "1",
	}, more...)...)
	c.Stdout, c.Stderr, p.serve = log, log, c
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.stop()
		log.Close()
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("the control plane: %s", text[max(0, len(text)-4000):])
		}
	})
	p.until("the control plane", time.Minute, func() bool {
		resp, err := p.client.Get("https://" + listen + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return p
}

// of is the same control plane, of which another test tells.
func (p *controlPlane) of(t *testing.T) *controlPlane {
	out := *p
	out.t = t
	return &out
}

// stop ends it in order.
func (p *controlPlane) stop() {
	p.serve.Process.Signal(os.Interrupt) //nolint:errcheck // it may have ended
	p.serve.Wait()                       //nolint:errcheck // likewise
}

// prepare makes an organisation with a token for the API, and returns an address to
// listen at.
func (p *controlPlane) prepare(first func(p *controlPlane, s *server.Server, who tenant.Who)) (listen string) {
	ctx := p.t.Context()
	s, err := server.New(ctx, server.Config{DataDir: p.data, Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		p.t.Fatal(err)
	}
	defer s.Close()
	check := func(err error) {
		if err != nil {
			p.t.Fatal(err)
		}
	}
	org, err := s.Directory.Create(ctx, "proof", "Proof")
	check(err)
	p.org = org.ID
	tree, err := s.Directory.Tree(ctx, org.ID)
	check(err)
	who := tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}
	account, err := s.Identity.AddService(ctx, who, "proof", []tenant.Grant{{Group: tree.Root(), Role: tenant.Administrator}})
	check(err)
	_, p.token, err = s.Identity.CreateToken(ctx, who, identity.NewToken{Name: "proof", Service: account, Permissions: tenant.Permissions, Expires: time.Now().AddDate(0, 0, 1)})
	check(err)
	first(p, s, who)
	return strings.TrimPrefix(s.URL, "http://")
}

// forAgents has heartbeats come as often as may be, and makes a token for agents.
func forAgents(p *controlPlane, s *server.Server, who tenant.Who) {
	ctx, root := p.t.Context(), who.Tree.Root()
	if _, err := s.Fleet.SetSettings(ctx, who, fleet.Settings{Group: root, Interval: beat, Policy: json.RawMessage(`{"integrity": {"tell": "10s"}}`)}); err != nil {
		p.t.Fatal(err)
	}
	var err error
	if _, p.enrol, err = s.Fleet.AddToken(ctx, who, fleet.Token{Group: root, Name: "proof", Most: 10, Expires: time.Now().Add(time.Hour)}); err != nil {
		p.t.Fatal(err)
	}
}

// api asks the API, and decodes what it answers.
func (p *controlPlane) api(method, path string, body, out any) {
	p.t.Helper()
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, "https://"+p.network.to+"/api/v1"+path, in)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		p.t.Fatalf("%s %s: %s %v %s", method, path, resp.Status, err, text)
	}
	if err := json.Unmarshal(text, out); out != nil && err != nil {
		p.t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
}

// until waits until something is so.
func (p *controlPlane) until(what string, patience time.Duration, ok func() bool) {
	p.t.Helper()
	for began := time.Now(); time.Since(began) < patience; time.Sleep(200 * time.Millisecond) {
		if ok() {
			p.t.Logf("FIGURE %s: after %.1f s", what, time.Since(began).Seconds())
			return
		}
	}
	p.t.Fatalf("never came: %s", what)
}

// seenAgent is an agent as the API tells of it.
type seenAgent struct {
	ID    int64  `json:"id"`
	State string `json:"state"`
	Why   string `json:"why"`
	Host  struct {
		Hostname string `json:"hostname"`
	} `json:"host"`
	Timeline []struct{ Kind, Text string } `json:"timeline"`
}

func (p *controlPlane) agent(id int64) (a seenAgent) {
	p.t.Helper()
	p.api("GET", fmt.Sprintf("/agents/%d", id), nil, &a)
	return a
}

// seenChange is a change of a file as the API tells of it.
type seenChange struct {
	ID    int64  `json:"id"`
	Path  string `json:"path"`
	Kind  string `json:"kind"`
	State string `json:"state"`
}

func (p *controlPlane) changes(agent int64, path string) []seenChange {
	p.t.Helper()
	var list struct{ Items []seenChange }
	p.api("GET", fmt.Sprintf("/file-changes?agent=%d&path=%s&limit=200", agent, path), nil, &list)
	return list.Items
}

// host is a small server of its own: a root with an agent in it.
type host struct {
	t    *testing.T
	root string
}

var hosts = 0

// newHost makes one. Its root is a file system of its own, so that it can be watched.
func newHost(t *testing.T, name, program, authority string) *host {
	t.Helper()
	root, err := os.MkdirTemp("", "demarc-proof-")
	if err != nil {
		t.Fatal(err)
	}
	mount := func(args ...string) {
		if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
			t.Skipf("a root for an agent cannot be mounted here: %s", out)
		}
	}
	t.Cleanup(func() {
		exec.Command("umount", "-l", filepath.Join(root, "proc")).Run() //nolint:errcheck // it may not be there
		exec.Command("umount", "-l", root).Run()                        //nolint:errcheck // likewise
		os.RemoveAll(root)
	})
	mount("-t", "tmpfs", "tmpfs", root)
	hosts++
	for path, text := range map[string]string{
		"etc/hostname": name + "\n", "etc/machine-id": fmt.Sprintf("%032x\n", hosts), "etc/hosts": "127.0.0.1 localhost\n",
		"etc/os-release": "ID=debian\nVERSION_ID=\"12\"\n", "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "etc/group": "root:x:0:\n", "etc/shadow": "root:*:19000::::::\n",
		"etc/ssh/sshd_config": "PermitRootLogin yes\n", "tmp/.keep": "", "proc/.keep": "",
	} {
		write(t, filepath.Join(root, path), text)
	}
	for from, to := range map[string]string{program: "usr/bin/demarc-agent", authority: "etc/ca.pem"} {
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(root, to), string(b))
	}
	if err := os.Chmod(filepath.Join(root, "usr/bin/demarc-agent"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(root, "etc/hosts"), 0o666); err != nil { // what a walk over all files finds
		t.Fatal(err)
	}
	mount("--bind", "/proc", filepath.Join(root, "proc"))
	return &host{t, root}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (h *host) command(state string, args ...string) *exec.Cmd {
	c := exec.Command("/usr/bin/demarc-agent", append(args, "--state", state)...)
	c.SysProcAttr, c.Dir = &syscall.SysProcAttr{Chroot: h.root}, "/"
	return c
}

func (h *host) enrol(p *controlPlane, state string) {
	h.t.Helper()
	c := h.command(state, "enrol", "--server", "https://"+p.network.address, "--token-file", "-", "--ca-file", "/etc/ca.pem", "--cloud", "none")
	c.Stdin = strings.NewReader(p.enrol)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := errors.Join(p.network.start(c), c.Wait()); err != nil {
		h.t.Fatalf("enrolling: %v: %s", err, out.String())
	}
}

// runs starts the agent; what is returned kills it.
func (h *host) runs(p *controlPlane, state string) (kill func()) {
	h.t.Helper()
	c := h.command(state, "run", "--log-level", "warn")
	c.Stderr = h.t.Output()
	if err := p.network.start(c); err != nil {
		h.t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		c.Process.Kill() //nolint:errcheck // it may have ended
		c.Wait()         //nolint:errcheck // it was killed
	})
	h.t.Cleanup(kill)
	return kill
}

// TestAgent is the story of a server with the agent as it is shipped, and a control
// plane as it is shipped.
func TestAgent(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root may give an agent a root of its own")
	}
	program := filepath.Join(t.TempDir(), "demarc-agent")
	run(t, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "./cmd/demarc-agent")
	p := startControlPlane(t, forAgents)
	authority := filepath.Join(p.data, "tls", "self-signed.crt")
	web := newHost(t, "web-1", program, authority)
	const state = "/var/lib/demarc-agent"
	web.enrol(p, state)
	kill := web.runs(p, state)

	var list struct{ Items []seenAgent }
	p.until("the agent is active", 30*time.Second, func() bool {
		p.api("GET", "/agents", nil, &list)
		return len(list.Items) == 1 && list.Items[0].State == "active"
	})
	id := list.Items[0].ID
	p.until("its server is in the ledger", 60*time.Second, func() bool {
		var assets struct{ Items []struct{ Address string } }
		p.api("GET", "/assets", nil, &assets)
		return len(assets.Items) == 1 && strings.HasPrefix(assets.Items[0].Address, "host/")
	})
	p.until("its files are known", 30*time.Second, func() bool {
		var coverage struct{ Items []struct{ Complete bool } }
		p.api("GET", fmt.Sprintf("/coverage?agent=%d", id), nil, &coverage)
		return len(coverage.Items) >= 2
	})

	p.until("what a walk over all files finds is judged", 90*time.Second, func() bool {
		var findings struct {
			Items []struct{ Check, State string }
		}
		p.api("GET", "/findings?check=host-world-writable", nil, &findings)
		return len(findings.Items) == 1 && findings.Items[0].State == "open"
	})

	write(t, filepath.Join(web.root, "etc/hosts"), "127.0.0.1 localhost\n192.0.2.1 bank.example\n")
	var changed []seenChange
	p.until("a changed file is seen", 30*time.Second, func() bool {
		changed = p.changes(id, "/etc/hosts")
		return len(changed) == 1
	})
	if changed[0].Kind != "changed" || changed[0].State != "open" {
		t.Errorf("it is %+v", changed[0])
	}
	p.api("POST", "/file-changes/approve", map[string]any{"changes": []int64{changed[0].ID}}, nil)
	p.until("it is in the baseline", 30*time.Second, func() bool { return p.changes(id, "/etc/hosts")[0].State == "approved" })

	var asked struct{ ID int64 }
	p.api("POST", fmt.Sprintf("/agents/%d/commands", id), map[string]any{"kind": "integrity"}, &asked)
	p.until("a scan is begun that was asked for", 60*time.Second, func() bool {
		var commands struct {
			Items []struct {
				ID    int64
				State string
			}
		}
		p.api("GET", fmt.Sprintf("/agent-commands?agent=%d", id), nil, &commands)
		for _, c := range commands.Items {
			if c.ID == asked.ID && c.State == "done" {
				return true
			}
		}
		return false
	})

	const many = 150 // one answer holds them
	began := time.Now()
	p.network.set(true)
	for n := range many {
		write(t, filepath.Join(web.root, fmt.Sprintf("etc/cron.d/cut-%d", n)), "* * * * * root true\n")
		time.Sleep(time.Until(began.Add(*cutFor * time.Duration(n+1) / many)))
	}
	p.until("it is missing while the network is cut", 60*time.Second, func() bool { return p.agent(id).State == "missing" })
	if known := len(p.changes(id, "/etc/cron.d/cut-")); known > 0 {
		t.Errorf("%d changes came through a network that is cut", known)
	}
	p.network.set(false)
	t.Logf("FIGURE %s was cut for %.0f s under %d changes", p.network.how(), time.Since(began).Seconds(), many)
	p.until("it is active again", 3*time.Minute, func() bool { return p.agent(id).State == "active" })
	p.until("all that changed meanwhile is known", 60*time.Second, func() bool { return len(p.changes(id, "/etc/cron.d/cut-")) == many })
	for _, m := range p.agent(id).Timeline {
		if m.Kind == "gap" || m.Kind == "dropped" || m.Kind == "unreadable" {
			t.Errorf("something was lost: %+v", m)
		}
	}

	kill()
	p.until("it is missing when it is killed", 60*time.Second, func() bool { return p.agent(id).State == "missing" })
	if out, err := exec.Command("cp", "-a", filepath.Join(web.root, state), filepath.Join(web.root, "/var/lib/copy")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	web.runs(p, state)
	p.until("it is active when it runs again", 30*time.Second, func() bool { return p.agent(id).State == "active" })
	endCopy := web.runs(p, "/var/lib/copy")
	p.until("a copy of its state is noticed", 30*time.Second, func() bool { return p.agent(id).State == "tampered" })
	endCopy()

	db := newHost(t, "db-1", program, authority)
	db.enrol(p, state)
	db.runs(p, state)
	var second seenAgent
	p.until("a second server is active", 30*time.Second, func() bool {
		p.api("GET", "/agents?state=active", nil, &list)
		if len(list.Items) == 1 {
			second = list.Items[0]
		}
		return len(list.Items) == 1
	})
	p.api("POST", fmt.Sprintf("/agents/%d/revoke", second.ID), map[string]any{"why": "the proof is over"}, nil)
	p.until("it is refused once it is revoked", 30*time.Second, func() bool {
		out, err := db.command(state, "status").CombinedOutput()
		return err != nil && strings.Contains(string(out), "revoked")
	})
	if s := p.agent(second.ID).State; s != "revoked" {
		t.Errorf("it is %s", s)
	}
}
