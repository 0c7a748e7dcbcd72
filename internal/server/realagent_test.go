package server

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/cli"
	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
)

// asAgent in the environment makes the tests' program the agent's.
const asAgent = "DEMARC_TEST_AS_AGENT"

// beAgent is demarc-agent where the environment asks for it.
func beAgent() {
	if os.Getenv(asAgent) == "" {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// realAgent is demarc-agent on this machine, as a process of its own.
type realAgent struct {
	t     *testing.T
	state string
}

func (a realAgent) command(args ...string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		a.t.Fatal(err)
	}
	c := exec.Command(program, append(args, "--state", a.state, "--config", os.DevNull)...) //nolint:gosec // the tests' own program
	c.Env = append(os.Environ(), asAgent+"=1")
	return c
}

// runs starts it. What is returned kills it, as a crash does.
func (a realAgent) runs() (kill func()) {
	a.t.Helper()
	c := a.command("run", "--log-level", "warn", "--no-nice")
	c.Stdout, c.Stderr = a.t.Output(), a.t.Output()
	if err := c.Start(); err != nil {
		a.t.Fatal(err)
	}
	var dead atomic.Bool
	kill = func() {
		if dead.CompareAndSwap(false, true) {
			c.Process.Kill() //nolint:errcheck // it may have ended
			c.Wait()         //nolint:errcheck // it was killed
		}
	}
	a.t.Cleanup(kill)
	return kill
}

// The agent itself, on the machine of the test: what it sees of it is in the
// ledger, is unverified as soon as it is late, and known again when it is back.
func TestRealAgent(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	s := start(t, Config{TLS: TLS{SelfSigned: true}, Now: now})
	ann, _ := organisation(t, s)
	root := ann.Tree.Root()
	// What JSON may write in several ways is hashed as it is sent.
	policy := json.RawMessage("{ \"host\" : {\"every\":\"2h\", \"roles\": [\"<web> & \u2028 \\u0026\"]},\n\"integrity\": {\"enabled\": false}, \"other\": 1.0 }")
	set, err := s.Fleet.SetSettings(t.Context(), ann, fleet.Settings{Group: root, Interval: 5 * time.Second, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := s.Fleet.AddToken(t.Context(), ann, fleet.Token{Group: root, Name: "here", Most: 1, Expires: now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	a := realAgent{t, filepath.Join(t.TempDir(), "state")}
	enrol := a.command("enrol", "--server", s.URL, "--token-file", "-", "--ca-file", filepath.Join(s.Config.DataDir, "tls", "self-signed.crt"), "--cloud", "none")
	enrol.Stdin = strings.NewReader(token)
	if out, err := enrol.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if kept, err := os.ReadFile(filepath.Join(a.state, "policy.json")); err != nil || wire.Hash(kept) != set.Hash() {
		t.Errorf("the agent keeps the policy %s, %v, whose hash is not %s", kept, err, set.Hash())
	}
	kill := a.runs()

	var server inventory.Asset
	waitFor(t, "its server in the ledger", func() bool {
		page, err := s.Inventory.Assets(t.Context(), ann, inventory.AssetQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 1 {
			server = page.Items[0]
		}
		return len(page.Items) == 1
	})
	if !strings.HasPrefix(server.Address, "host/") || server.Duties == 0 {
		t.Errorf("it is %+v", server)
	}
	known := dutiesOf(t, s, ann, server.ID)
	if known[report.Verified]+known[report.Failing] == 0 || known["guest-os.configure "+report.Verified]+known["guest-os.configure "+report.Failing] == 0 {
		t.Errorf("its duties are %v", known)
	}
	if checks := failingOf(t, s, ann, server.ID); len(checks) == 0 || !strings.HasPrefix(checks[0], "host-") {
		t.Errorf("what fails is %v", checks)
	}
	agents, _, err := s.Fleet.List(t.Context(), ann, fleet.Query{})
	if err != nil || len(agents) != 1 || agents[0].State != fleet.Active {
		t.Fatalf("agents are %+v, %v", agents, err)
	}

	// Another policy while it runs arrives as the bytes that were hashed, too.
	set, err = s.Fleet.SetSettings(t.Context(), ann, fleet.Settings{Group: root, Interval: 5 * time.Second, Policy: json.RawMessage(`{"host": {"every": "3h", "listeners": ["a&b>c"]}, "integrity": {"enabled": false}}`)})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the next policy", func() bool {
		kept, err := os.ReadFile(filepath.Join(a.state, "policy.json"))
		return err == nil && wire.Hash(kept) == set.Hash()
	})

	kill()
	ahead.Add(int64(8 * time.Second)) // an interval and a half
	waitFor(t, "that it is late", func() bool {
		now := dutiesOf(t, s, ann, server.ID)
		return now[report.Verified]+now[report.Failing] == 0 && now[report.Unverified] > 0
	})
	if checks := failingOf(t, s, ann, server.ID); len(checks) == 0 {
		t.Error("its findings are closed by its silence")
	}
	a.runs()
	waitFor(t, "that it is back", func() bool {
		now := dutiesOf(t, s, ann, server.ID)
		return now[report.Verified]+now[report.Failing] > 0
	})
}
