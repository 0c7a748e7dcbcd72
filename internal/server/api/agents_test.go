package api_test

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

func (w *world) agentToken() (int64, string) {
	w.t.Helper()
	t, secret, err := w.Fleet.AddToken(w.t.Context(), w.admin, fleet.Token{Name: w.next("token"), Expires: time.Now().Add(time.Hour)})
	return must(w.t, t.ID, err), secret
}

// agent is a new one.
func (w *world) agent() int64 {
	w.t.Helper()
	_, secret := w.agentToken()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	der, err2 := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, must(w.t, key, err))
	e, err3 := w.Fleet.Enrol(w.t.Context(), &wire.Enrol{
		Token: secret, Request: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: must(w.t, der, err2)})),
		Host: wire.Host{Hostname: w.next("host"), Boot: "b", OS: "linux", Distro: "debian", Release: "12", Version: "1"},
	})
	list, _, err := w.Fleet.List(w.t.Context(), w.admin, fleet.Query{Text: must(w.t, e, err3).Agent})
	return must(w.t, list, err)[0].ID
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.DB.ExecContext(w.t.Context(), query, args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tamperedAgent() int64 {
	id := w.agent()
	w.exec("UPDATE agents SET state = 'tampered' WHERE id = ?", id)
	return id
}

func (w *world) documentedAgent() int64 {
	w.t.Helper()
	id := w.agent()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(`{"demarc_host":1}`)); err != nil {
		w.t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.exec("INSERT INTO agent_documents (agent, org, source, at, sha256, body) VALUES (?, ?, 0, 0, '', ?)", id, w.admin.Org, b.Bytes())
	return id
}

// fileChange is a new one on an agent's server.
func (w *world) fileChange(agent int64) int64 {
	w.t.Helper()
	path := "/etc/" + w.next("file")
	w.exec(`INSERT INTO integrity_changes (org, group_id, agent, epoch, sequence, at, path, kind, severity, cause, explained, state, body)
		VALUES (?, ?, ?, 'e', 1, 0, ?, 'changed', 1, '', 0, 'open', ?)`, w.admin.Org, w.admin.Tree.Root(), agent, path, `{"path":"`+path+`","what":"changed"}`)
	list, _, err := w.Fleet.FileChanges(w.t.Context(), w.admin, fleet.ChangeQuery{Path: path})
	return must(w.t, list, err)[0].ID
}

// vulnerability is a new one that an agent's server has.
func (w *world) vulnerability(agent int64) string {
	w.t.Helper()
	name, root := strings.ToUpper(w.next("cve-2026")), w.admin.Tree.Root()
	w.exec(`INSERT INTO host_software (agent, org, group_id, hostname, system, result, why, os, ends, kernel, packages, clean, affected, unknown, found, fixable, exploited, worst, document, data, due)
		VALUES (?, ?, ?, 'h', 'debian 12', 'vulnerable', '', 'supported', '', 'current', 1, 0, 1, 0, 1, 1, 0, 1, '', '', 0)`, agent, w.admin.Org, root)
	w.exec(`INSERT INTO vulnerabilities (org, name, severity, exploited, added, deadline, ransomware, epss, percentile, score, vector, summary, url, place, first)
		VALUES (?, ?, 1, 0, '', '', 0, 0, 0, 0, '', '', '', 0, 0)`, w.admin.Org, name)
	w.exec(`INSERT INTO host_vulnerabilities (agent, vuln, org, group_id, system, severity, exploited, fix, used, fixed, first, body)
		SELECT ?, id, org, ?, 'debian 12', 1, 0, 'yes', 'loaded', '1', 0, '{"packages":[]}' FROM vulnerabilities WHERE name = ?`, agent, root, name)
	w.exec(`INSERT INTO vulnerability_cells (vuln, org, group_id, system, severity, fix, used, fixed, n)
		SELECT id, org, ?, 'debian 12', 1, 'yes', 'loaded', '1', 1 FROM vulnerabilities WHERE name = ?`, root, name)
	return name
}

// detection is a new one on a new agent's server.
func (w *world) detection() int64 {
	w.t.Helper()
	rule := w.next("rule")
	w.exec(`INSERT INTO agent_detections (org, group_id, agent, at, rule, title, severity, state, explained, why, body) VALUES (?, ?, ?, 0, ?, 'T', 1, 'open', 0, '', '{}')`,
		w.admin.Org, w.admin.Tree.Root(), w.agent(), rule)
	list, _, err := w.Fleet.Detections(w.t.Context(), w.admin, fleet.DetectionQuery{Rules: []string{rule}})
	return must(w.t, list, err)[0].ID
}

func (w *world) window() int64 {
	x, err := w.Fleet.AddWindow(w.t.Context(), w.admin, fleet.Window{Name: w.next("w"), Why: "x", Until: time.Now().Add(time.Hour)})
	return must(w.t, x, err).ID
}

func (w *world) deployer() int64 {
	x, err := w.Fleet.AddDeployer(w.t.Context(), w.admin, fleet.Deployer{Name: w.next("d"), Why: "x", User: "ci", Until: time.Now().Add(time.Hour)})
	return must(w.t, x, err).ID
}

// askedCommand waits for a second person.
func (w *world) askedCommand() int64 {
	w.t.Helper()
	s, err := w.Fleet.Settings(w.t.Context(), w.admin, w.admin.Tree.Root())
	s.Group, s.FourEyes = w.admin.Tree.Root(), true
	_, err2 := w.Fleet.SetSettings(w.t.Context(), w.admin, must(w.t, s, err))
	must(w.t, 0, err2)
	c, err := w.Fleet.Approve(w.t.Context(), w.admin, []int64{w.fileChange(w.agent())})
	return must(w.t, c.ID, err)
}

// Agents over the API: what is asked for comes, page by page, and narrowed.
func TestAgents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for range 3 {
			w.agent()
		}
		id := w.agent()
		admin := w.tokens["administrator"]
		a := w.do(admin, http.MethodPost, fmt.Sprintf("/api/v1/agents/%d/revoke", id), []byte(`{"why":"stolen"}`))
		var got api.Agent
		a.read(t, &got)
		if a.status != 200 || got.State != fleet.Revoked || !strings.Contains(got.Why, "stolen") || len(got.Timeline) != 2 {
			t.Errorf("%d %+v", a.status, got)
		}
		var page struct {
			Items []api.Agent `json:"items"`
			Next  string      `json:"next"`
		}
		seen := map[int64]bool{}
		for next := ""; ; {
			w.do(admin, http.MethodGet, "/api/v1/agents?state=active&system=debian+12&limit=2&cursor="+next, nil).read(t, &page)
			for _, x := range page.Items {
				seen[x.ID] = true
			}
			if next = page.Next; next == "" {
				break
			}
			page.Next = ""
		}
		if len(seen) != 3 || seen[id] {
			t.Errorf("listed %v", seen)
		}
		var counts api.FleetFacets
		w.do(admin, http.MethodGet, "/api/v1/agents/facets?state=active", nil).read(t, &counts)
		if counts.Total != 3 || len(counts.Facets["state"]) != 2 || counts.Facets["system"][0] != (api.FleetCount{Value: "debian 12", Count: 3}) {
			t.Errorf("counted %+v", counts)
		}
		if a := w.do(admin, http.MethodGet, "/api/v1/agents?cursor=x", nil); a.status != 400 && a.status != 422 {
			t.Errorf("a cursor that is none: %d", a.status)
		}
		if a := w.do(admin, http.MethodPost, fmt.Sprintf("/api/v1/agents/%d/trust", id), []byte(`{"why":"x"}`)); a.status != 422 {
			t.Errorf("trusting a revoked one: %d", a.status)
		}
	})
}
