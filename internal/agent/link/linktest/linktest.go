// Package linktest is a control plane for the agent's tests. It holds the agent to
// the wire: certificates, signatures, the chain of heartbeats, numbers without a
// hole. What does not fit is a problem, and refused.
package linktest

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Plane is the control plane of a test.
type Plane struct {
	*httptest.Server

	Token string
	// Life of the certificates it gives.
	Life time.Duration
	// Interval of heartbeats in seconds; 30 where it is 0.
	Interval int
	// Skew of its clock.
	Skew time.Duration
	// Refuse, when set, may answer in place of the plane; a code of "" lets pass.
	Refuse func(path string) (code string, retryAfter int)
	// Lose, when set, has an answer be lost after all was stored.
	Lose func(path string) bool

	mu        sync.Mutex
	policy    string
	authority *x509.Certificate
	key       *ecdsa.PrivateKey
	agents    map[string]*agent
	problems  []string
	serial    int64
}

type agent struct {
	enrol    wire.Enrol
	key      *ecdsa.PublicKey
	first    string
	last     []byte
	beats    []wire.Heartbeat
	epochs   map[string]uint64
	events   []wire.Event
	commands []wire.Command
	results  []wire.Result
	renewals int
	mutual   bool // TLS showed the certificate
	http2    bool
}

// New starts a plane that ends with the test, and fails it where it met a problem.
func New(t *testing.T) *Plane {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Plane{Token: "a token of the test", Life: 24 * time.Hour, key: key, agents: map[string]*agent{}, serial: 1}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "agents of the test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(240 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if p.authority, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	p.Server = httptest.NewUnstartedServer(p)
	pool := x509.NewCertPool()
	pool.AddCert(p.authority)
	p.EnableHTTP2 = true
	p.TLS = &tls.Config{ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: pool, MinVersion: tls.VersionTLS12, Time: func() time.Time { return time.Now().Add(p.Skew) }}
	p.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.StartTLS()
	t.Cleanup(func() {
		p.CloseClientConnections()
		p.Close()
		for _, s := range p.Problems() {
			t.Errorf("the control plane met a problem: %s", s)
		}
	})
	return p
}

// Ask asks for a policy from now on.
func (p *Plane) Ask(policy string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.policy = policy
}

// CA is the PEM of who signed the server's certificate.
func (p *Plane) CA() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw}))
}

// Fingerprint is that of the server's certificate.
func (p *Plane) Fingerprint() string {
	sum := sha256.Sum256(p.Certificate().Raw)
	return hex.EncodeToString(sum[:])
}

// Problems is what did not fit. Taken, they fail no test.
func (p *Plane) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.problems
	p.problems = nil
	return out
}

// Seen is what one agent said.
type Seen struct {
	Enrol    wire.Enrol
	Beats    []wire.Heartbeat
	Events   []wire.Event
	Results  []wire.Result
	Renewals int
	Mutual   bool
	HTTP2    bool
}

// Seen of the only agent; nothing before it enrols.
func (p *Plane) Seen() Seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.agents {
		return Seen{a.enrol, append([]wire.Heartbeat(nil), a.beats...), append([]wire.Event(nil), a.events...), append([]wire.Result(nil), a.results...), a.renewals, a.mutual, a.http2}
	}
	return Seen{}
}

// Command queues a command for every agent, signed by the authority or, where it is
// given, by another key.
func (p *Plane) Command(body wire.CommandBody, by *ecdsa.PrivateKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if by == nil {
		by = p.key
	}
	for id, a := range p.agents {
		b := body
		if b.Agent == "" {
			b.Agent = id
		}
		text, err := json.Marshal(b)
		if err != nil {
			panic(err)
		}
		sig, err := wire.Sign(by, "command", text)
		if err != nil {
			panic(err)
		}
		a.commands = append(a.commands, wire.Command{Body: text, Signature: sig})
	}
}

type refused struct {
	wire.Refusal
	status, after int
}

func (p *Plane) problem(code, format string, args ...any) *refused {
	why := fmt.Sprintf(format, args...)
	p.problems = append(p.problems, why)
	return &refused{Refusal: wire.Refusal{Code: code, Why: why}, status: http.StatusBadRequest}
}

// ServeHTTP answers agents.
func (p *Plane) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := wire.Read(r.Body, r.Header.Get("Content-Encoding") == "gzip", wire.MaxBatch, wire.MaxUnpacked)
	if err != nil && strings.HasSuffix(err.Error(), "CANCEL") {
		return // who asked ended while it did, as an agent does that is stopped
	}
	p.mu.Lock()
	var out any
	var no *refused
	if err != nil {
		no = p.problem(wire.CodeInvalid, "%s: %v", r.URL.Path, err)
	} else {
		out, no = p.answer(r, body)
	}
	lose := no == nil && p.Lose != nil && p.Lose(r.URL.Path)
	p.mu.Unlock()
	if lose {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	if no != nil {
		if no.after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(no.after))
		}
		w.WriteHeader(no.status)
		out = no.Refusal
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (p *Plane) answer(r *http.Request, body []byte) (any, *refused) {
	if p.Refuse != nil {
		if code, after := p.Refuse(r.URL.Path); code != "" {
			return nil, &refused{Refusal: wire.Refusal{Code: code, Why: "the test wants it so"}, status: http.StatusServiceUnavailable, after: after}
		}
	}
	if r.Method != http.MethodPost {
		return nil, p.problem(wire.CodeInvalid, "a %s", r.Method)
	}
	if r.URL.Path == wire.PathEnrol {
		return p.enrol(body)
	}
	a := p.agents[r.Header.Get(wire.HeaderAgent)]
	if a == nil {
		return nil, &refused{Refusal: wire.Refusal{Code: wire.CodeUnknown}, status: http.StatusUnauthorized}
	}
	sig, err := base64.StdEncoding.DecodeString(r.Header.Get(wire.HeaderSignature))
	if err != nil || wire.Verify(a.key, r.URL.Path, body, sig) != nil {
		return nil, p.problem(wire.CodeUnknown, "%s is not signed", r.URL.Path)
	}
	if len(r.TLS.PeerCertificates) > 0 {
		if !a.key.Equal(r.TLS.PeerCertificates[0].PublicKey) {
			return nil, p.problem(wire.CodeUnknown, "TLS shows another key")
		}
		a.mutual = true
	}
	a.http2 = a.http2 || r.ProtoMajor == 2
	switch r.URL.Path {
	case wire.PathHeartbeat:
		return p.beat(a, body)
	case wire.PathEvents:
		return p.take(a, body)
	case wire.PathRenew:
		var in wire.Renew
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, p.problem(wire.CodeInvalid, "%v", err)
		}
		a.renewals++
		return p.issue(r.Header.Get(wire.HeaderAgent), in.Request, a)
	case wire.PathResult:
		var in wire.Result
		if err := json.Unmarshal(body, &in); err != nil || in.ID == "" {
			return nil, p.problem(wire.CodeInvalid, "a result: %s", body)
		}
		a.results = append(a.results, in)
		return struct{}{}, nil
	}
	return nil, p.problem(wire.CodeInvalid, "nothing is at %s", r.URL.Path)
}

func (p *Plane) enrol(body []byte) (any, *refused) {
	var in wire.Enrol
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, p.problem(wire.CodeInvalid, "%v", err)
	}
	if in.Token != p.Token {
		return nil, &refused{Refusal: wire.Refusal{Code: wire.CodeToken, Why: "the token is unknown, used up or expired"}, status: http.StatusUnauthorized}
	}
	if in.Host.Hostname == "" || in.Host.Boot == "" || in.Host.Arch == "" {
		return nil, p.problem(wire.CodeInvalid, "the host is not told: %+v", in.Host)
	}
	a := &agent{enrol: in, epochs: map[string]uint64{}}
	id := rand.Text()
	out, no := p.issue(id, in.Request, a)
	if no == nil {
		for other, o := range p.agents {
			if o.key.Equal(a.key) { // asked again
				delete(p.agents, other)
			}
		}
		p.agents[id] = a
	}
	return out, no
}

func (p *Plane) issue(id, request string, a *agent) (any, *refused) {
	block, _ := pem.Decode([]byte(request))
	if block == nil {
		return nil, p.problem(wire.CodeInvalid, "no certificate request")
	}
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil || csr.CheckSignature() != nil {
		return nil, p.problem(wire.CodeInvalid, "the certificate request: %v", err)
	}
	p.serial++
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(p.serial), Subject: pkix.Name{CommonName: id}, NotBefore: time.Now().Add(p.Skew - time.Minute), NotAfter: time.Now().Add(p.Skew + p.Life),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, KeyUsage: x509.KeyUsageDigitalSignature,
	}, p.authority, csr.PublicKey, p.key)
	if err != nil {
		return nil, p.problem(wire.CodeInvalid, "%v", err)
	}
	if a.key == nil {
		a.key, _ = csr.PublicKey.(*ecdsa.PublicKey)
		a.first = wire.Hash(der)
	}
	return wire.Enrolled{
		Agent: id, Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		Authority: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.authority.Raw})), Settings: p.settings(""),
	}, nil
}

func (p *Plane) settings(has string) wire.Settings {
	policy := cmp.Or(p.policy, "{}")
	s := wire.Settings{Interval: cmp.Or(p.Interval, 30), PolicyHash: wire.Hash([]byte(policy))}
	if s.PolicyHash != has {
		s.Policy = json.RawMessage(policy)
	}
	return s
}

func (p *Plane) beat(a *agent, body []byte) (any, *refused) {
	if len(body) > wire.MaxHeartbeat {
		return nil, p.problem(wire.CodeTooLarge, "a heartbeat of %d bytes", len(body))
	}
	var h wire.Heartbeat
	if err := json.Unmarshal(body, &h); err != nil {
		return nil, p.problem(wire.CodeInvalid, "%v", err)
	}
	if string(body) != string(a.last) { // not sent again
		want, previous := uint64(1), a.first
		if a.last != nil {
			want, previous = a.beats[len(a.beats)-1].Sequence+1, wire.Hash(a.last)
		}
		if h.Sequence != want || h.Previous != previous {
			return nil, p.problem(wire.CodeTampered, "heartbeat %d does not follow %d", h.Sequence, want-1)
		}
		a.last = body
		a.beats = append(a.beats, h)
	}
	out := wire.Beat{At: time.Now().Add(p.Skew), Sequence: h.Sequence, Commands: a.commands}
	if s := p.settings(h.Policy); s.Policy != nil {
		out.Settings = &s
	}
	a.commands = nil
	return out, nil
}

func (p *Plane) take(a *agent, body []byte) (any, *refused) {
	var in wire.Batch
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, p.problem(wire.CodeInvalid, "%v", err)
	}
	if err := in.Check(); err != nil {
		return nil, p.problem(wire.CodeInvalid, "%v", err)
	}
	for _, e := range in.Events {
		switch last := a.epochs[in.Epoch]; {
		case e.Sequence <= last: // known
		case e.Sequence > last+1:
			return nil, p.problem(wire.CodeInvalid, "event %d follows %d", e.Sequence, last)
		default:
			a.epochs[in.Epoch] = e.Sequence
			a.events = append(a.events, e)
		}
	}
	return wire.Stored{At: time.Now().Add(p.Skew), Acked: a.epochs[in.Epoch]}, nil
}
