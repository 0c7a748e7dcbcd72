package assess

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	agenthost "github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/check"
)

// TestRolesOfServers holds the checks that are wrong for some role to be asked
// of all others alone.
func TestRolesOfServers(t *testing.T) {
	e := engine(t)
	const loose = "-- etc/hostname --\nx\n-- etc/ssh/sshd_config --\nX11Forwarding yes\n-- proc/sys/net/ipv4/ip_forward --\n1\n-- proc/sys/net/ipv4/conf/all/rp_filter --\n0\n"
	for role, spared := range map[string][]string{
		"":           nil,
		"web":        nil,
		"bastion":    {"host-ssh-forwarding"},
		"router":     {"host-net-forwarding", "host-net-rp-filter"},
		"k8s-node":   {"host-net-forwarding", "host-net-rp-filter"},
		"containers": {"host-net-forwarding"},
	} {
		tree := loose
		if role != "" {
			tree = "role " + role + "\n" + tree
		}
		text, err := documentOf(t.Context(), []byte(tree))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "host.json")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		res, err := e.Run(t.Context(), Options{Paths: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		failing := map[string]bool{}
		for _, entry := range res.Ledger.Entries {
			for _, r := range entry.Results {
				failing[r.Check.ID] = failing[r.Check.ID] || r.Outcome == check.Fail
			}
		}
		for _, id := range []string{"host-ssh-forwarding", "host-net-forwarding", "host-net-rp-filter"} {
			want := true
			for _, s := range spared {
				want = want && s != id
			}
			if failing[id] != want {
				t.Errorf("role %q: %s fails: %v", role, id, failing[id])
			}
		}
	}
}

// TestOtherPlatforms holds that nothing which is read on Linux alone passes where
// nobody looked.
func TestOtherPlatforms(t *testing.T) {
	e := engine(t)
	doc := agenthost.Describe(&agenthost.System{
		Host: agenthost.Identity{Hostname: "win-1"}, OS: agenthost.OS{ID: "windows", Version: "10.0.20348.2340"}, Kernel: "10.0.20348", Listening: true,
		Packages: &packages.Inventory{Distro: packages.Distro{ID: "windows"}, Databases: []packages.Database{{Manager: packages.Windows}}},
	}, agenthost.Options{})
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "host.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	res, err := e.Run(t.Context(), Options{Paths: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{ // by what is read there: nobody listens
		"host-listeners-dangerous": true, "host-mail-local": true,
	}
	unknown := 0
	for _, entry := range res.Ledger.Entries {
		for _, r := range entry.Results {
			switch {
			case r.Outcome == check.Unknown:
				unknown++
			case (r.Outcome == check.Pass || r.Outcome == check.Fail) && !told[r.Check.ID]:
				t.Errorf("%s is %v, and nobody looked", r.Check.ID, r.Outcome)
			}
		}
	}
	if unknown < 20 {
		t.Errorf("only %d checks are unknown", unknown)
	}
}
