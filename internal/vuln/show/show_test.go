package show

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/vuln"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

func report() *vuln.Report {
	return &vuln.Report{
		Distro: packages.Distro{Name: "An OS\x1b[2J 1"}, Result: vuln.Vulnerable, Why: []string{"1 package was not evaluated"}, OS: vuln.Support{State: "ended", Ends: "2024-06-30"},
		Kernel: vuln.Kernel{State: "restart_pending"}, Counts: vuln.Counts{Packages: 3, Clean: 1, Vulnerable: 1, NotEvaluated: 1, Vulnerabilities: 2},
		Vulnerabilities: []vuln.Vulnerability{
			{ID: "CVE-1", Source: "a", Severity: "high", Packages: []vuln.Package{{Name: "a", Version: "1", Held: true}}, Fixed: "2", Paid: true, Exploit: store.Exploit{KEV: &store.KEV{Ransomware: true}}, Published: time.Unix(1, 0), Days: 7},
			{ID: "CVE-2", Source: "a", Severity: "low", Packages: []vuln.Package{{Name: "a", Version: "1"}}, NotRunning: true},
		},
		NotEvaluated: []vuln.Unknown{{Package: "b", Version: "1", Why: "nobody knows"}, {Package: "c", Version: "1", Why: "nobody knows"}},
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	if err := Table(&b, report()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"vulnerable", "! 1 package was not evaluated", "2 (subscribers)", "exploited, ransomware, held back", "no fix", "kernel does not run", "b, c: nobody knows", "support: ended, ended 2024-06-30", "kernel: restart pending"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, &b)
		}
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("a name of the host's steers the terminal")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestSARIF(t *testing.T) {
	var b strings.Builder
	if err := SARIF(&b, report(), "a host.json"); err != nil {
		t.Fatal(err)
	}
	var got log
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	r := got.Runs[0]
	if len(r.Results) != 2 || r.Results[0].Level != "error" || r.Results[1].Level != "note" || len(r.Tool.Driver.Rules) != 2 || r.Results[0].Locations[0].Physical.Artifact.URI != "a%20host.json" {
		t.Errorf("%+v", r)
	}
	if r.Invocations[0].Successful || len(r.Invocations[0].Notes) != 3 {
		t.Errorf("what was not evaluated is not told: %+v", r.Invocations)
	}
	if SARIF(broken{}, report(), "x") == nil || Table(broken{}, report()) == nil {
		t.Error("an error of the writer is lost")
	}
}
