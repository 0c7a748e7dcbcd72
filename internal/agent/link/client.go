package link

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// maxAnswer is how much the control plane may answer.
const maxAnswer = 1 << 20

// Server says where the control plane is and how it is known.
type Server struct {
	URL   string
	CA    []byte // PEM; empty for the system's authorities
	Pin   string // SHA-256 of a certificate that it shows, in place of CA
	Proxy string // empty for what the environment says
}

// Refused is a refusal by the control plane.
type Refused struct {
	wire.Refusal
	Status int
	After  time.Duration // when to come again; 0 says nothing
}

func (r *Refused) Error() string {
	if r.Why == "" {
		return fmt.Sprintf("the control plane refused: %s (HTTP %d)", r.Code, r.Status)
	}
	return fmt.Sprintf("the control plane refused: %s (%s)", r.Why, r.Code)
}

// client says signed things to the control plane.
type client struct {
	base  *url.URL
	http  *http.Client
	key   crypto.Signer
	found *pinned

	mu          sync.Mutex
	agent       string
	certificate *tls.Certificate
}

// checkURL reads the address of a control plane.
func checkURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the address of the control plane: %w", err)
	}
	if u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%q is no address of a control plane; it is like https://demarc.example.com", text)
	}
	return u, nil
}

func newClient(s Server, key crypto.Signer) (*client, error) {
	base, err := checkURL(s.URL)
	if err != nil {
		return nil, err
	}
	c := &client{base: base, key: key}
	t, err := s.tls(c, base.Hostname())
	if err != nil {
		return nil, err
	}
	proxy := http.ProxyFromEnvironment
	if s.Proxy != "" {
		u, err := url.Parse(s.Proxy)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("%q is no address of a proxy; it is like http://proxy.example.com:3128", s.Proxy)
		}
		proxy = http.ProxyURL(u)
	}
	c.http = &http.Client{
		Timeout: 60 * time.Second,
		// What is signed for one place is not for another.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                 proxy,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSClientConfig:       t,
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: 45 * time.Second,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          2,
			MaxConnsPerHost:       4,
			IdleConnTimeout:       2 * time.Minute,
			ReadBufferSize:        4 << 10,
			WriteBufferSize:       16 << 10,
		},
	}
	return c, nil
}

// pinned is the certificate that a pin turned out to be of.
type pinned struct {
	mu  sync.Mutex
	pem []byte
}

func (s Server) tls(c *client, name string) (*tls.Config, error) {
	t := &tls.Config{
		MinVersion: tls.VersionTLS12,
		// The first says that a client certificate may be asked for.
		NextProtos:         []string{wire.ALPN, "h2", "http/1.1"},
		ClientSessionCache: tls.NewLRUClientSessionCache(2),
		GetClientCertificate: func(r *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return c.show(r), nil
		},
	}
	switch {
	case s.Pin != "":
		pin, err := parsePin(s.Pin)
		if err != nil {
			return nil, err
		}
		c.found = &pinned{}
		t.InsecureSkipVerify = true //nolint:gosec // VerifyConnection verifies, by the pin
		t.VerifyConnection = func(cs tls.ConnectionState) error { return c.found.verify(cs, pin, name) }
	case len(s.CA) > 0:
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(s.CA) {
			return nil, errors.New("there is no PEM certificate in the file of authorities")
		}
		t.RootCAs = pool
	}
	return t, nil
}

// parsePin reads a fingerprint, with or without colons and "sha256:".
func parsePin(text string) ([]byte, error) {
	text = strings.TrimPrefix(strings.ToLower(text), "sha256:")
	b, err := hex.DecodeString(strings.ReplaceAll(text, ":", ""))
	if err != nil || len(b) != sha256.Size {
		return nil, fmt.Errorf("%q is no SHA-256 fingerprint of a certificate", text)
	}
	return b, nil
}

// verify accepts a server that shows the pinned certificate, as its own or as its
// authority's, and is named as it should be.
func (p *pinned) verify(cs tls.ConnectionState, pin []byte, name string) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	var root *x509.Certificate
	for _, c := range cs.PeerCertificates {
		if sum := sha256.Sum256(c.Raw); bytes.Equal(sum[:], pin) {
			root = c
			roots.AddCert(c)
		} else {
			between.AddCert(c)
		}
	}
	if root == nil {
		return errors.New("the server does not show the certificate that was pinned")
	}
	_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: between})
	if err == nil {
		p.mu.Lock()
		p.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
		p.mu.Unlock()
	}
	return err
}

// show is the certificate that TLS is given where it asks for one and takes it:
// what ends TLS in between may ask for others.
func (c *client) show(r *tls.CertificateRequestInfo) *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.certificate == nil || time.Now().After(c.certificate.Leaf.NotAfter) || r.SupportsCertificate(c.certificate) != nil {
		return &tls.Certificate{}
	}
	return c.certificate
}

// be speaks for an agent from now on.
func (c *client) be(agent, certificate string) error {
	pair, err := readCertificate(certificate)
	if err != nil {
		return err
	}
	pair.PrivateKey = c.key
	c.mu.Lock()
	c.agent, c.certificate = agent, pair
	c.mu.Unlock()
	c.http.CloseIdleConnections() // the next one shows the new one
	return nil
}

func readCertificate(text string) (*tls.Certificate, error) {
	var pair tls.Certificate
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		pair.Certificate = append(pair.Certificate, block.Bytes)
	}
	if len(pair.Certificate) == 0 {
		return nil, errors.New("there is no certificate in the answer")
	}
	var err error
	pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	return &pair, err
}

// post says something and reads the answer into out.
func (c *client) post(ctx context.Context, path string, body []byte, out any) error {
	sig, err := wire.Sign(c.key, path, body)
	if err != nil {
		return err
	}
	sent, packed, err := pack(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath(path).String(), bytes.NewReader(sent))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(wire.HeaderSignature, base64.StdEncoding.EncodeToString(sig))
	c.mu.Lock()
	if c.agent != "" {
		r.Header.Set(wire.HeaderAgent, c.agent)
	}
	c.mu.Unlock()
	if packed {
		r.Header.Set("Content-Encoding", "gzip")
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return explain(err)
	}
	defer answer.Body.Close()
	b, err := wire.Read(answer.Body, false, maxAnswer, 0)
	if err != nil {
		return fmt.Errorf("the answer of the control plane: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return refusal(answer, b)
	}
	return wire.Decode(b, out)
}

// pack compresses what is worth it.
func pack(body []byte) (sent []byte, packed bool, err error) {
	if len(body) < 2<<10 {
		return body, false, nil
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		return nil, false, err
	}
	if err := z.Close(); err != nil {
		return nil, false, err
	}
	return b.Bytes(), true, nil
}

// refusal reads an answer that is no success. What stands in between answers in its
// own words: then the status is all there is.
func refusal(r *http.Response, b []byte) error {
	no := &Refused{Status: r.StatusCode}
	if json.Unmarshal(b, &no.Refusal) != nil || no.Code == "" {
		no.Refusal = wire.Refusal{Code: wire.CodeBusy, Why: "something in between answered " + r.Status}
		if r.StatusCode == http.StatusRequestEntityTooLarge {
			no.Code = wire.CodeTooLarge
		}
	}
	if len(no.Why) > 500 {
		no.Why = no.Why[:500]
	}
	if s, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil && s > 0 {
		no.After = min(time.Duration(s)*time.Second, time.Hour)
	} else if at, err := http.ParseTime(r.Header.Get("Retry-After")); err == nil {
		no.After = min(max(time.Until(at), 0), time.Hour)
	}
	return no
}

// explain says of the errors that people meet what is to be done.
func explain(err error) error {
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("%w; name the authority of the control plane with --ca-file or --ca-fingerprint", err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("%w; is the clock of this host right? It says %s", err, time.Now().UTC().Format(time.RFC3339))
	}
	return err
}

var _ io.Closer = (*client)(nil)

// Close ends connections.
func (c *client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}
