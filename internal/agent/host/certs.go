package host

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Cert is a certificate that the server shows to others.
type Cert struct {
	File    string   `json:"file"`
	Subject string   `json:"subject,omitempty"`
	Names   []string `json:"names,omitempty"`
	Issuer  string   `json:"issuer,omitempty"`
	Ends    string   `json:"ends"` // the day
	Days    int      `json:"days_left"`
	SHA256  string   `json:"sha256"`
}

// certPlaces are where servers keep certificates of their own; the stores of
// authorities are not looked at.
var certPlaces = []string{
	"etc/ssl/*.pem", "etc/ssl/*.crt", "etc/nginx/*.pem", "etc/nginx/*.crt", "etc/nginx/ssl/*", "etc/nginx/certs/*", "etc/apache2/ssl/*", "etc/httpd/conf/*.crt",
	"etc/pki/tls/certs/localhost.crt", "etc/haproxy/*.pem", "etc/haproxy/certs/*", "etc/postfix/*.pem", "etc/dovecot/*.pem", "etc/ssl/certs/ssl-cert-snakeoil.pem",
	"etc/kubernetes/pki/*.crt", "var/lib/kubelet/pki/*.crt", "etc/docker/*.pem", "etc/openvpn/server/*.crt",
}

// maxCerts bounds how many are noted.
const maxCerts = 500

func (s *survey) certificates() {
	places := certPlaces
	live, _ := s.list("etc/letsencrypt/live")
	for _, e := range live {
		places = append(slices.Clip(places), path.Join("etc/letsencrypt/live", e.Name(), "cert.pem"))
	}
	for _, place := range places {
		names, err := s.glob(place)
		s.unread("certificates", place, err)
		for _, name := range names {
			if info, err := s.stat(name); err != nil || !info.Mode().IsRegular() {
				continue
			}
			text, err := s.read(name)
			if err != nil {
				s.unread("certificates", name, err)
				continue
			}
			s.certs(name, []byte(text))
		}
	}
}

func (s *survey) certs(name string, text []byte) {
	for range 8 { // a chain
		block, rest := pem.Decode(text)
		if block == nil || len(s.doc.Certs) >= maxCerts {
			return
		}
		text = rest
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || c.IsCA && !strings.Contains(name, "kubernetes") {
			continue
		}
		sum := sha256.Sum256(c.Raw)
		s.doc.Certs = append(s.doc.Certs, Cert{
			File: "/" + name, Subject: c.Subject.String(), Names: c.DNSNames, Issuer: c.Issuer.String(),
			Ends: c.NotAfter.UTC().Format(time.DateOnly), Days: int(c.NotAfter.Sub(s.opt.Now).Hours() / 24), SHA256: hex.EncodeToString(sum[:]),
		})
	}
}
