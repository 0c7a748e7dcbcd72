package link

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Enrolment is what whoever installs an agent says.
type Enrolment struct {
	Server    string   `json:"server"`
	Token     string   `json:"token"`
	CA        string   `json:"ca,omitempty"`
	Pin       string   `json:"pin,omitempty"`
	Proxy     string   `json:"proxy,omitempty"`
	Labels    []string `json:"labels,omitempty"`
	Ephemeral bool     `json:"ephemeral,omitempty"`
	Cloud     string   `json:"cloud,omitempty"` // auto, none, or a provider
}

func (e *Enrolment) server() Server {
	return Server{URL: e.Server, CA: []byte(e.CA), Pin: e.Pin, Proxy: e.Proxy}
}

// Check says what is wrong with an enrolment before anybody is asked.
func (e *Enrolment) Check() error {
	if e.Token == "" {
		return errors.New("enrolment needs a token: --token, --token-file, or DEMARC_AGENT_TOKEN")
	}
	if e.CA != "" && e.Pin != "" {
		return errors.New("the authority is given by its file or by its fingerprint, not by both")
	}
	for _, l := range e.Labels {
		if err := checkLabel(l); err != nil {
			return err
		}
	}
	c, err := newClient(e.server(), nil)
	if err != nil {
		return err
	}
	return c.Close()
}

// Defer keeps an enrolment for the first start, as an image needs it: no key is
// made before.
func (s State) Defer(e *Enrolment) error {
	if err := e.Check(); err != nil {
		return err
	}
	return s.write(deferredFile, e)
}

// Deferred is the enrolment that waits for the first start; nil where none does.
func (s State) Deferred() (*Enrolment, error) {
	var e Enrolment
	err := s.read(deferredFile, &e)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return &e, err
}

// Enrol asks the control plane for an identity. Asked again after an answer that
// was lost, it gets the same one: the key is kept before it is told of.
func (s State) Enrol(ctx context.Context, e *Enrolment, host wire.Host, cloud *wire.CloudDocument) (*Identity, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	key, err := s.key()
	if err != nil {
		return nil, err
	}
	c, err := newClient(e.server(), key)
	if err != nil {
		return nil, err
	}
	defer c.Close() //nolint:errcheck // it never fails
	request, err := certificateRequest(key)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(wire.Enrol{Token: e.Token, Request: request, Host: host, Cloud: cloud, Ephemeral: e.Ephemeral})
	if err != nil {
		return nil, err
	}
	var got wire.Enrolled
	if err := c.post(ctx, wire.PathEnrol, body, &got); err != nil {
		return nil, err
	}
	pair, err := checkEnrolled(&got, key, "")
	if err != nil {
		return nil, fmt.Errorf("the control plane's answer: %w", err)
	}
	id := &Identity{
		Server: e.Server, Proxy: e.Proxy, CA: e.CA, Agent: got.Agent, Certificate: got.Certificate, Authority: got.Authority, First: wire.Hash(pair.Leaf.Raw),
		Interval: got.Settings.Interval, Machine: host.MachineID, Labels: e.Labels, Ephemeral: e.Ephemeral, Enrolled: time.Now().UTC(),
	}
	if c.found != nil {
		id.CA = string(c.found.pem)
	}
	return id, s.keep(id, &got.Settings)
}

// keep writes a new identity down. What was said by the one before is not its own.
func (s State) keep(id *Identity, settings *wire.Settings) error {
	for _, name := range []string{heartbeatFile, commandsFile, policyFile, StatusFile} {
		if err := os.Remove(s.Path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if len(settings.Policy) > 0 && wire.Hash(settings.Policy) == settings.PolicyHash {
		if err := s.savePolicy(settings.Policy); err != nil {
			return err
		}
	}
	if err := s.saveIdentity(id); err != nil {
		return err
	}
	if err := os.Remove(s.Path(deferredFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // it has the token in it
	}
	return nil
}

func certificateRequest(key *ecdsa.PrivateKey) (string, error) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "demarc-agent"}}, key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})), nil
}

// checkEnrolled sees whether an answer is an identity: a certificate for our key
// by an authority that comes with it. known are the authorities that were trusted
// before, of which only those that they vouch for are left in the answer.
func checkEnrolled(got *wire.Enrolled, key *ecdsa.PrivateKey, known string) (*tls.Certificate, error) {
	if got.Agent == "" || len(got.Agent) > 64 {
		return nil, errors.New("it names no agent")
	}
	pair, err := readCertificate(got.Certificate)
	if err != nil {
		return nil, err
	}
	if !key.PublicKey.Equal(pair.Leaf.PublicKey) {
		return nil, errors.New("the certificate is for another key")
	}
	if got.Authority, err = adopt(known, got.Authority); err != nil {
		return nil, err
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(got.Authority))
	for _, der := range pair.Certificate[1:] {
		if c, err := x509.ParseCertificate(der); err == nil {
			between.AddCert(c)
		}
	}
	// By the authority's time: this host's clock may be wrong.
	_, err = pair.Leaf.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, CurrentTime: pair.Leaf.NotBefore.Add(time.Second),
	})
	return pair, err
}

// renew asks for a certificate for the same key. The control plane would take a new
// one; but the spool is sealed with this one, and who can copy it could copy the
// next: what tells a copy is the chain of heartbeats.
func (l *Link) renew(ctx context.Context) error {
	request, err := certificateRequest(l.key)
	if err != nil {
		return err
	}
	body, err := json.Marshal(wire.Renew{Request: request})
	if err != nil {
		return err
	}
	var got wire.Enrolled
	if err := l.client.post(ctx, wire.PathRenew, body, &got); err != nil {
		return err
	}
	if _, err := checkEnrolled(&got, l.key, l.id.Authority); err != nil {
		return fmt.Errorf("the control plane's answer: %w", err)
	}
	if got.Agent != l.id.Agent {
		return errors.New("the control plane's answer is for another agent")
	}
	id := *l.id
	id.Certificate, id.Authority = got.Certificate, got.Authority
	if err := l.o.State.saveIdentity(&id); err != nil {
		return err
	}
	l.id = &id
	return l.client.be(id.Agent, id.Certificate)
}

// renewalDue tells whether two thirds of the certificate's life are over.
func (l *Link) renewalDue() bool {
	pair, err := readCertificate(l.id.Certificate)
	if err != nil {
		return true
	}
	life := pair.Leaf.NotAfter.Sub(pair.Leaf.NotBefore)
	return l.now().After(pair.Leaf.NotBefore.Add(life * 2 / 3))
}
