package cli

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/demarc-sec/demarc/internal/agent/link/linktest"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"demarc-agent": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
		},
	})
}

// TestScripts tells the command line's stories: one file each, the first word of its
// name is the command. Each has a control plane of its own, at $PLANE, whose token is
// $TOKEN and whose certificate is in ca.pem.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			p := linktest.New(t)
			e.Values["plane"] = p
			e.Setenv("PLANE", p.URL)
			e.Setenv("TOKEN", p.Token)
			e.Setenv("FINGERPRINT", p.Fingerprint())
			return os.WriteFile(filepath.Join(e.WorkDir, "ca.pem"), []byte(p.CA()), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"eventually": eventually,
			"plane":      plane,
		},
	})
}

// eventually runs the agent with arguments until it exits with 0.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		cmd := exec.Command(filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "demarc-agent"), args...) //nolint:gosec // of a test
		cmd.Dir = ts.MkAbs(".")
		if err := cmd.Run(); (err == nil) != neg {
			return
		}
	}
	ts.Fatalf("it does not come to pass: %v", args)
}

// plane has the control plane do something.
func plane(ts *testscript.TestScript, _ bool, args []string) {
	p := ts.Value("plane").(*linktest.Plane)
	switch args[0] {
	case "retire":
		p.Command(wire.CommandBody{ID: "r1", Kind: wire.CommandRetire, Issued: time.Now(), Expires: time.Now().Add(time.Hour)}, nil)
	case "labels":
		for i, l := range p.Seen().Enrol.Host.Labels {
			if i+1 >= len(args) || args[i+1] != l {
				ts.Fatalf("labels are %v", p.Seen().Enrol.Host.Labels)
			}
		}
		if n := len(p.Seen().Enrol.Host.Labels); n != len(args)-1 {
			ts.Fatalf("%d labels", n)
		}
	case "told":
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			for _, e := range p.Seen().Events {
				if string(e.Kind) == args[1] && strings.Contains(string(e.Body), args[2]) {
					return
				}
			}
		}
		ts.Fatalf("of %d events none is %v", len(p.Seen().Events), args[1:])
	case "ephemeral":
		if !p.Seen().Enrol.Ephemeral {
			ts.Fatalf("it is not ephemeral")
		}
	}
}
