package host

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	agent "github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/host/hosttree"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/sourcetest"
)

func document(t testing.TB, tree string) []byte {
	t.Helper()
	opt, err := hosttree.Parse([]byte(tree))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(agent.Collect(t.Context(), opt))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestDetect(t *testing.T) {
	for text, want := range map[string]bool{
		`{"demarc_host":1,"made":"x"}`:        true,
		"\n {\n \"demarc_host\" : 1":          true,
		`{"resources": [], "demarc_host": 1}`: false, // some other document that mentions it
		`["demarc_host"]`:                     false,
	} {
		if got := Detect("x.json", []byte(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if !Detect("x.json", document(t, "-- etc/hostname --\nx\n")) {
		t.Error("what the agent writes is not known for a document")
	}
}

// TestUnread holds what was not read to be unknown, with the reason, and never
// nothing.
func TestUnread(t *testing.T) {
	r, err := Resource(document(t, "deny etc/shadow\n-- etc/hostname --\nweb-1\n-- etc/passwd --\nroot:x:0:0::/root:/bin/bash\n-- etc/shadow --\nx\n"), "web-1.json")
	if err != nil {
		t.Fatal(err)
	}
	accounts, _ := r.Body["accounts"].(map[string]any)
	if u, ok := accounts["users"].(*source.Unknown); !ok || u.Reason != "/etc/shadow may not be read by this user" {
		t.Errorf("users are %v", accounts["users"])
	}
	if _, ok := r.Body["walk"].(*source.Unknown); !ok {
		t.Errorf("a walk that nobody made is %v", r.Body["walk"])
	}
	if r, err = Resource(document(t, "deny proc/sys/net/core/bpf_jit_harden\n-- etc/hostname --\nx\n-- proc/sys/net/core/bpf_jit_harden --\n2\n-- proc/sys/net/ipv4/ip_forward --\n0\n"), "x.json"); err != nil {
		t.Fatal(err)
	}
	sysctl, _ := r.Body["sysctl"].(map[string]any)
	now, _ := sysctl["runtime"].(map[string]any)
	if _, ok := now["net.core.bpf_jit_harden"].(*source.Unknown); !ok || now["net.ipv4.ip_forward"] != "0" {
		t.Errorf("one setting that may not be read: %v", now)
	}
	if r.Provider != "onpremises" || r.Address != "host/x" {
		t.Errorf("%s at %s", r.Address, r.Provider)
	}
}

func TestIncompleteWalk(t *testing.T) {
	r, err := Resource(document(t, "-- etc/hostname --\nx\n-- live/walk.json --\n{\"complete\": false, \"why\": \"stopped\", \"unowned\": [{\"path\": \"/x\"}]}\n"), "x.json")
	if err != nil {
		t.Fatal(err)
	}
	walk, _ := r.Body["walk"].(map[string]any)
	if _, ok := walk["set_id"].(*source.Unknown); !ok {
		t.Errorf("nothing found by half a walk is %v", walk["set_id"])
	}
	if _, ok := walk["unowned"].([]any); !ok {
		t.Errorf("what it found is %v", walk["unowned"])
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{"demarc_host": 1,` + "\n\n" + `  "host": }`: "line 3: not valid JSON",
		`{"demarc_host": 2}`:                          "its version is 2, and this program reads 1",
		`{"demarc_host": 1, "sshd": 7}`:               "not a host document",
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "host.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var rec sourcetest.Recorder
		if err := Read(t.Context(), dir, file, &rec); err != nil {
			t.Fatal(err)
		}
		if len(rec.Resources) > 0 || len(rec.Gaps) != 1 || !rec.Gaps[0].Fatal || !strings.Contains(rec.Gaps[0].What, want) {
			t.Errorf("%s: %s", text, rec.Said())
		}
	}
}

// TestClaims believes a document about its cloud.
func TestClaims(t *testing.T) {
	text := document(t, "-- etc/hostname --\nx\n-- sys/class/dmi/id/sys_vendor --\nAmazon EC2\n-- sys/class/dmi/id/board_asset_tag --\ni-0abc\n")
	r, err := Resource(text, "x.json")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]any{"i-0abc", "x"}, r.Body["names"]); d != "" || r.Provider != "aws" {
		t.Errorf("%s %s", r.Provider, d)
	}
	if r.Instance != "" {
		t.Errorf("a claim makes it the instance %s", r.Instance)
	}
	verified := strings.Replace(string(text), `"verified":false`, `"verified":true`, 1)
	if r, err = Resource([]byte(verified), "x.json"); err != nil || r.Instance != "i-0abc" {
		t.Errorf("verified it is %q, %v", r.Instance, err)
	}
}

func FuzzResource(f *testing.F) {
	f.Add(document(f, "-- etc/hostname --\nx\n"))
	f.Add([]byte(`{"demarc_host": 1, "gaps": [{"at": "a..b", "why": ""}, {"at": "", "why": "x"}, {"at": "sshd.settings.x", "why": "y"}], "read": [""], "sshd": {"settings": {}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Resource(text, "x.json")
		if err == nil && (r.Address == "" || r.Body == nil) {
			t.Fatal("a resource without address or body")
		}
	})
}
