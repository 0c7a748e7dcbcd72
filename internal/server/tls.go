package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
)

// tlsConfig returns what to serve with, or nil without TLS.
func (c *Config) tlsConfig(ctx context.Context) (*tls.Config, error) {
	t := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	switch {
	case len(c.TLS.ACME) > 0:
		return c.acme(ctx)
	case c.TLS.SelfSigned:
		pair, err := selfSigned(filepath.Join(c.DataDir, "tls"), c.names(), c.Now())
		if err != nil {
			return nil, err
		}
		t.Certificates = []tls.Certificate{pair}
	case c.TLS.CertFile != "":
		f := &pairFile{cert: c.TLS.CertFile, key: c.TLS.KeyFile}
		if _, err := f.load(); err != nil {
			return nil, err
		}
		t.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.load() }
	default:
		return nil, nil //nolint:nilnil // no TLS is no error
	}
	return t, nil
}

// acme gets certificates by the TLS-ALPN challenge and renews them.
func (c *Config) acme(ctx context.Context) (*tls.Config, error) {
	var magic *certmagic.Config
	cache := certmagic.NewCache(certmagic.CacheOptions{GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil }})
	magic = certmagic.New(cache, certmagic.Config{Storage: &certmagic.FileStorage{Path: filepath.Join(c.DataDir, "acme")}})
	magic.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{
		CA: certmagic.LetsEncryptProductionCA, Agreed: true, DisableHTTPChallenge: true,
	})}
	if err := magic.ManageAsync(ctx, c.TLS.ACME); err != nil {
		return nil, fmt.Errorf("asking for certificates: %w", err)
	}
	t := magic.TLSConfig()
	t.NextProtos = append([]string{"h2", "http/1.1"}, t.NextProtos...)
	return t, nil
}

// pairFile reads a certificate and its key again when either file changed.
type pairFile struct {
	cert, key string

	mu   sync.Mutex
	at   [2]time.Time
	pair *tls.Certificate
}

// load returns the pair as it is on disk, or the last good one while the files
// are being replaced.
func (f *pairFile) load() (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var at [2]time.Time
	for i, name := range []string{f.cert, f.key} {
		if info, err := os.Stat(name); err == nil {
			at[i] = info.ModTime()
		}
	}
	if f.pair != nil && at == f.at {
		return f.pair, nil
	}
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		if f.pair != nil {
			return f.pair, nil // half-written files: the next handshake tries again
		}
		return nil, fmt.Errorf("loading the certificate: %w", err)
	}
	f.pair, f.at = &pair, at
	return f.pair, nil
}

// names are those a self-signed certificate is for.
func (c *Config) names() []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if u, err := url.Parse(c.PublicURL); err == nil && u.Hostname() != "" {
		names = append(names, u.Hostname())
	}
	return names
}

// selfSigned returns the certificate kept in dir, made anew when there is none
// or it ends within a month.
func selfSigned(dir string, names []string, now time.Time) (tls.Certificate, error) {
	certFile, keyFile := filepath.Join(dir, "self-signed.crt"), filepath.Join(dir, "self-signed.key")
	if pair, err := tls.LoadX509KeyPair(certFile, keyFile); err == nil && covers(pair.Leaf, names, now.AddDate(0, 1, 0)) {
		return pair, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: names[len(names)-1], Organization: []string{"Demarc, self-signed"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	for _, n := range names {
		if ip, err := netip.ParseAddr(n); err == nil {
			template.IPAddresses = append(template.IPAddresses, ip.AsSlice())
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return tls.Certificate{}, err
	}
	if err := os.WriteFile(keyFile, keyPEM, 0o600); err != nil {
		return tls.Certificate{}, err
	}
	if err := os.WriteFile(certFile, certPEM, 0o600); err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(certPEM, keyPEM)
}

func covers(leaf *x509.Certificate, names []string, at time.Time) bool {
	if leaf == nil || at.After(leaf.NotAfter) {
		return false
	}
	for _, n := range names {
		if leaf.VerifyHostname(n) != nil {
			return false
		}
	}
	return true
}
