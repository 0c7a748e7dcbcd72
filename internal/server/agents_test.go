package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/host/hosttree"
	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// agentHost is a server with an agent, as small as can be: it speaks the protocol over
// TLS and keeps what it must.
type agentHost struct {
	t        *testing.T
	url      string
	key      *ecdsa.PrivateKey
	client   *http.Client
	enrolled wire.Enrolled
	beat     wire.Heartbeat
	previous string
	events   uint64
}

func newAgentHost(t *testing.T, url string) *agentHost {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := &agentHost{t: t, url: url, key: key}
	h.client = h.over(nil)
	return h
}

// over is a client that shows a certificate; nil shows none.
func (h *agentHost) over(cert *tls.Certificate) *http.Client {
	h.t.Helper()
	config := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{wire.ALPN, "h2", "http/1.1"}} //nolint:gosec // a certificate of the test's own
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if cert == nil {
			return &tls.Certificate{}, nil
		}
		return cert, nil
	}
	tr := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	h.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// own is its certificate with a key, which is its own in good faith.
func (h *agentHost) own(key *ecdsa.PrivateKey) *tls.Certificate {
	h.t.Helper()
	block, _ := pem.Decode([]byte(h.enrolled.Certificate))
	return &tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key}
}

func (h *agentHost) post(c *http.Client, path string, v, out any) int {
	h.t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		h.t.Fatal(err)
	}
	sig, err := wire.Sign(h.key, path, body)
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url+path, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if h.enrolled.Agent != "" {
		r.Header.Set(wire.HeaderAgent, h.enrolled.Agent)
		r.Header.Set(wire.HeaderSignature, base64.StdEncoding.EncodeToString(sig))
	}
	resp, err := c.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != 2 {
		h.t.Errorf("answered over HTTP/%d", resp.ProtoMajor)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if out != nil && resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(text, out); err != nil {
			h.t.Fatalf("%v in %.200s", err, text)
		}
	}
	return resp.StatusCode
}

func (h *agentHost) enrol(token string) {
	h.t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, h.key)
	if err != nil {
		h.t.Fatal(err)
	}
	in := wire.Enrol{
		Token: token, Request: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})),
		Host: wire.Host{Hostname: "web-1", MachineID: "m1", Boot: "b1", OS: "linux", Arch: "amd64", Version: "1"},
	}
	if status := h.post(h.client, wire.PathEnrol, in, &h.enrolled); status != http.StatusOK {
		h.t.Fatalf("enrolling answers %d", status)
	}
	h.previous = wire.Hash(h.own(h.key).Certificate[0])
	h.beat = wire.Heartbeat{Boot: "b1", Uptime: 60, Version: "1", Policy: h.enrolled.Settings.PolicyHash}
}

func (h *agentHost) beats(c *http.Client) int {
	h.t.Helper()
	next := h.beat
	next.Sequence, next.Previous = h.beat.Sequence+1, h.previous
	status := h.post(c, wire.PathHeartbeat, next, nil)
	if status == http.StatusOK {
		body, err := json.Marshal(next)
		if err != nil {
			h.t.Fatal(err)
		}
		h.beat, h.previous = next, wire.Hash(body)
	}
	return status
}

func (h *agentHost) says(kind wire.EventKind, body string) {
	h.t.Helper()
	h.events++
	b := wire.Batch{Epoch: "e1", Events: []wire.Event{{Sequence: h.events, At: time.Now(), Kind: kind, Body: json.RawMessage(body)}}}
	var s wire.Stored
	if status := h.post(h.client, wire.PathEvents, b, &s); status != http.StatusOK || s.Acked != h.events {
		h.t.Fatalf("events answer %d, stored up to %d", status, s.Acked)
	}
}

// reported is what a server says of itself: sshd lets root in, /etc/shadow may not
// be read, and it claims to be a machine of a cloud, as anybody can.
func reported(t *testing.T) string {
	t.Helper()
	opt, err := hosttree.Parse([]byte(`deny etc/shadow
-- etc/hostname --
web-1
-- etc/os-release --
ID=debian
VERSION_ID="12"
-- etc/passwd --
root:x:0:0:root:/root:/bin/bash
-- etc/group --
root:x:0:
-- etc/shadow --
root:*:19000:0:99999:7:::
-- etc/ssh/sshd_config --
PermitRootLogin yes
PasswordAuthentication no
-- proc/sys/kernel/randomize_va_space --
2
`))
	if err != nil {
		t.Fatal(err)
	}
	doc := host.Collect(t.Context(), opt)
	doc.Cloud = &host.Cloud{Provider: "aws", Account: "123456789012", Region: "eu-west-1", InstanceID: "i-0abc12345def67890", Verified: true}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A server with an agent, over TLS, from its first to its last day: its
// duties are in the ledger, unverified while it does not report.
func TestServerWithAnAgent(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	eachServerAs(t, Config{TLS: TLS{SelfSigned: true}, Now: now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, func(t *testing.T, s *Server) {
		ahead.Store(0)
		ann, _ := organisation(t, s)
		group, err := s.Directory.Add(t.Context(), ann, tenant.Group{Parent: ann.Tree.Root(), Kind: tenant.Team, Name: "Web"})
		if err != nil {
			t.Fatal(err)
		}
		if ann.Tree, err = s.Directory.Tree(t.Context(), ann.Org); err != nil {
			t.Fatal(err)
		}
		_, token, err := s.Fleet.AddToken(t.Context(), ann, fleet.Token{Group: group, Name: "web", Most: 1, Expires: now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		h := newAgentHost(t, "https://"+s.listener.Addr().String())
		h.enrol(token)

		if status := h.beats(h.client); status != http.StatusOK {
			t.Fatalf("a heartbeat without a client certificate answers %d", status)
		}
		if status := h.beats(h.over(h.own(h.key))); status != http.StatusOK {
			t.Errorf("one with its certificate answers %d", status)
		}
		other := newAgentHost(t, h.url)
		forged := &x509.Certificate{SerialNumber: h.cert().SerialNumber, Subject: h.cert().Subject, URIs: h.cert().URIs}
		der, err := x509.CreateCertificate(rand.Reader, forged, forged, other.key.Public(), other.key)
		if err != nil {
			t.Fatal(err)
		}
		if status := h.beats(h.over(&tls.Certificate{Certificate: [][]byte{der}, PrivateKey: other.key})); status != http.StatusUnauthorized {
			t.Errorf("one with another's certificate answers %d", status)
		}

		h.says(wire.EventHost, reported(t))
		find := func() (found []inventory.Asset) {
			page, err := s.Inventory.Assets(t.Context(), ann, inventory.AssetQuery{Text: "host/web-1"})
			if err != nil {
				t.Fatal(err)
			}
			return page.Items
		}
		until(t, "its asset", func() bool { return len(find()) == 1 })
		a := find()[0]
		if a.Group != group || !a.Silent.IsZero() || a.Failing == 0 {
			t.Errorf("its asset is %+v", a)
		}
		if a.NativeType != "onpremises/Server" || a.Account != "" || a.Region != "" {
			t.Errorf("it is believed to be %s of account %q in %q, which nobody verified", a.NativeType, a.Account, a.Region)
		}
		if checks := failingOf(t, s, ann, a.ID); !slices.Contains(checks, "host-ssh-root-password") {
			t.Errorf("what fails is %v", checks)
		}
		known := dutiesOf(t, s, ann, a.ID)
		if known[report.Verified] == 0 || known["guest-os.configure "+report.Failing] == 0 {
			t.Fatalf("its duties are %v", known)
		}

		ahead.Add(int64(50 * time.Second))
		until(t, "that it is late", func() bool { return !find()[0].Silent.IsZero() })
		if now := dutiesOf(t, s, ann, a.ID); now[report.Verified]+now[report.Failing] != 0 || now["guest-os.configure "+report.Unverified] == 0 {
			t.Errorf("late, its duties are %v", now)
		}
		if status := h.beats(h.client); status != http.StatusOK {
			t.Errorf("a late heartbeat answers %d", status)
		}
		until(t, "that it is back", func() bool { return find()[0].Silent.IsZero() })
		if now := dutiesOf(t, s, ann, a.ID); now[report.Verified] != known[report.Verified] || now[report.Failing] != known[report.Failing] {
			t.Errorf("back, its duties are %v, were %v", now, known)
		}

		list, _, err := s.Fleet.List(t.Context(), ann, fleet.Query{})
		if err != nil || len(list) != 1 {
			t.Fatalf("%d agents, %v", len(list), err)
		}
		if _, err := s.Fleet.Retire(t.Context(), ann, list[0].ID, "the trial is over"); err != nil {
			t.Fatal(err)
		}
		if status := h.beats(h.client); status != http.StatusGone {
			t.Errorf("retired, a heartbeat answers %d", status)
		}
		ahead.Add(int64(2 * time.Minute)) // sources are assessed a minute apart at most
		until(t, "that its asset is gone", func() bool { return len(find()) == 0 })
	})
}

func (h *agentHost) cert() *x509.Certificate {
	h.t.Helper()
	c, err := x509.ParseCertificate(h.own(h.key).Certificate[0])
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// failingOf are the checks of which findings of an asset are open.
func failingOf(t *testing.T, s *Server, who tenant.Who, asset int64) (checks []string) {
	t.Helper()
	page, err := s.Inventory.Findings(t.Context(), who, inventory.FindingQuery{Paging: inventory.Paging{Limit: 200}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range page.Items {
		if f.Asset == asset {
			checks = append(checks, f.Check)
		}
	}
	return checks
}

// dutiesOf counts the customer's duties of an asset by status, and by itself and
// status.
func dutiesOf(t *testing.T, s *Server, who tenant.Who, asset int64) map[string]int {
	t.Helper()
	d, err := s.Inventory.Asset(t.Context(), who, asset)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, l := range d.Layers {
		for _, duty := range l.Duties {
			if duty.Owner != report.Provider {
				out[duty.Status]++
				out[duty.Responsibility+" "+duty.Status]++
			}
		}
	}
	return out
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never came: " + what)
}

// Whatever happens to an agent that people may be told of has a kind and a
// title.
func TestAgentKindsAreTold(t *testing.T) {
	for kind, k := range agentKinds {
		if notify.KindTitles[k.kind] == "" || strings.Count(k.title, "%s") != 1 {
			t.Errorf("%s is told as %q, %q", kind, k.kind, k.title)
		}
	}
	for _, kind := range []string{string(fleet.Missing), string(fleet.Tampered), fleet.Returned, fleet.Duplicate, fleet.Unknown, fleet.Detected, fleet.Incomplete} {
		if agentKinds[kind].kind == "" {
			t.Errorf("nobody is told of %s", kind)
		}
	}
}
