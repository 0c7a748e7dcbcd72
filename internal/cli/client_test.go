package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// served starts a control plane with an organisation, and points the command
// line at it as a service account that administers.
func served(t *testing.T) {
	t.Helper()
	p, end, err := startPlane(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	token, err := p.token(t.Context(), "ci", tenant.Permissions...)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DEMARC_URL", p.URL)
	t.Setenv("DEMARC_TOKEN", token)
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")
}

// demarc runs the program and returns what it wrote.
func demarc(t *testing.T, want int, args ...string) (out, talk string) {
	t.Helper()
	var o, e bytes.Buffer
	if code := Run(t.Context(), args, &Env{Out: &o, Err: &e, Now: time.Now}); code != want {
		t.Fatalf("demarc %s exits with %d, want %d:\n%s%s", strings.Join(args, " "), code, want, o.String(), e.String())
	}
	return o.String(), e.String()
}

func says(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("it does not say %q:\n%s", w, text)
		}
	}
}

// A source is added, results pushed to it twice, findings listed, a waiver
// asked for, and the audit log verified, all from the command line.
func TestControlPlane(t *testing.T) {
	served(t)
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("resource \"aws_db_instance\" \"orders\" {\n  engine              = \"postgres\"\n  publicly_accessible = true\n}\n")

	out, _ := demarc(t, ExitClean, "source", "add", "shop")
	says(t, out, "Source shop is added")
	_, talk := demarc(t, ExitInput, "assess", "--push", dir)
	says(t, talk, "--source")
	_, talk = demarc(t, ExitInput, "assess", "--push", "--source", "shop", "--service", "aws/rds", dir)
	says(t, talk, "does not go with")
	_, talk = demarc(t, ExitInput, "assess", "--push", "--source", "nowhere", "--fail-on", "never", "-o", os.DevNull, dir)
	says(t, talk, "nowhere")
	_, talk = demarc(t, ExitClean, "assess", "--push", "--wait", "--source", "shop", "--fail-on", "never", "-o", os.DevNull, dir)
	says(t, talk, "Taken in by shop")

	out, _ = demarc(t, ExitClean, "findings", "list", "--json")
	var findings []struct {
		ID      int64  `json:"id"`
		Address string `json:"address"`
		Check   string `json:"check"`
	}
	if err := json.Unmarshal([]byte(out), &findings); err != nil || len(findings) == 0 || findings[0].Address != "aws_db_instance.orders" {
		t.Fatalf("%v: %s", err, out)
	}
	out, _ = demarc(t, ExitClean, "findings", "list")
	says(t, out, "SEVERITY", findings[0].Check)
	out, _ = demarc(t, ExitClean, "waiver", "request", fmt.Sprint(findings[0].ID), "--reason", "A trial without data.", "--until", time.Now().AddDate(0, 0, 9).Format(time.DateOnly))
	says(t, out, "1")

	time.Sleep(time.Second) // assessments are told apart by the second
	write("resource \"aws_db_instance\" \"orders\" {\n  engine              = \"postgres\"\n  publicly_accessible = false\n  storage_encrypted   = true\n}\n")
	_, talk = demarc(t, ExitClean, "assess", "--push", "--wait", "--source", "shop", "--fail-on", "never", "-o", os.DevNull, dir)
	says(t, talk, "resolved")

	out, _ = demarc(t, ExitClean, "source", "list")
	says(t, out, "push", "shop")
	out, _ = demarc(t, ExitClean, "audit", "verify", "--json")
	var head struct {
		Sequence int64  `json:"sequence"`
		Hash     string `json:"hash"`
	}
	if err := json.Unmarshal([]byte(out), &head); err != nil || head.Sequence == 0 {
		t.Fatalf("%v: %s", err, out)
	}
	demarc(t, ExitClean, "audit", "verify", "--sequence", fmt.Sprint(head.Sequence), "--hash", head.Hash)
	_, talk = demarc(t, ExitFindings, "audit", "verify", "--sequence", fmt.Sprint(head.Sequence), "--hash", strings.Repeat("0", len(head.Hash)))
	says(t, talk, "entry")

	t.Setenv("DEMARC_TOKEN", "dmc_wrong")
	_, talk = demarc(t, ExitInput, "findings", "list")
	says(t, talk, "token")
}
