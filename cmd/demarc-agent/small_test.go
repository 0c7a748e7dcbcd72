package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// never is what the agent must not link: each would make it large, or give it
// something to do that is not its job.
var never = []string{
	"github.com/aws/", "github.com/Azure/", "cloud.google.com/", "google.golang.org/api", "google.golang.org/grpc", "k8s.io/", "helm.sh/", "sigs.k8s.io/",
	"cel.dev/", "github.com/google/cel-go", "github.com/google/osv-scalibr", "github.com/hashicorp/", "github.com/zclconf/",
	"github.com/uptrace/", "github.com/jackc/", "modernc.org/", "github.com/pressly/", "database/sql",
	"github.com/nats-io/", "github.com/a-h/templ", "github.com/danielgtaylor/huma", "go.opentelemetry.io/", "github.com/prometheus/",
	"github.com/demarc-sec/demarc/internal/assess", "github.com/demarc-sec/demarc/internal/catalogue", "github.com/demarc-sec/demarc/internal/check",
	"github.com/demarc-sec/demarc/internal/server", "github.com/demarc-sec/demarc/internal/store", "github.com/demarc-sec/demarc/internal/web",
	"github.com/demarc-sec/demarc/internal/fleet", "github.com/demarc-sec/demarc/catalogue", "github.com/demarc-sec/demarc/checks",
}

const largest = 15 << 20 // bytes of the program

func TestLinksNothingLarge(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 50 {
		t.Fatalf("only %d packages listed", len(deps))
	}
	for _, d := range deps {
		for _, n := range never {
			if d == strings.TrimSuffix(n, "/") || strings.HasPrefix(d, strings.TrimSuffix(n, "/")+"/") {
				t.Errorf("the agent links %s", d)
			}
		}
	}
}

func TestSmall(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "agent")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-s -w", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > largest {
		t.Errorf("%d bytes; %d are the most", info.Size(), largest)
	}
}
