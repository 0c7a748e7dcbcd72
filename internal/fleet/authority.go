package fleet

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// How long certificates hold. An agent renews its own when a third is left.
const (
	leafLife      = 7 * 24 * time.Hour
	renewBefore   = leafLife / 3
	authorityLife = 10 * 365 * 24 * time.Hour

	// lapsed is for how long a certificate that ran out can still be renewed,
	// by a server that was switched off meanwhile.
	lapsed = 30 * 24 * time.Hour
)

// clockRoom is what certificates allow for clocks that go wrong.
const clockRoom = 10 * time.Minute

type authorityRow struct {
	bun.BaseModel `bun:"table:fleet_authorities,alias:t"`

	ID          int64 `bun:",pk,autoincrement"`
	Org         int64
	Serial      int64
	Certificate string
	Key         []byte
	Created     store.Time
	Retired     store.Time
	Crossed     string
}

// parse is the certificate of the row.
func (r *authorityRow) parse() (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(r.Certificate))
	if block == nil {
		return nil, errors.New("it is no certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}

// authority signs the agents and the commands of one organisation.
type authority struct {
	org, serial int64
	created     time.Time
	cert        *x509.Certificate
	pem         string
	key         *ecdsa.PrivateKey
}

// makeAuthority makes an organisation's first.
func (f *Fleet) makeAuthority(ctx context.Context, org int64) error {
	r, err := f.newAuthority(ctx, org, 1, nil)
	if err != nil {
		return err
	}
	_, err = f.DB.NewInsert().Model(r).Exec(ctx)
	return store.Translate(err)
}

// newAuthority makes one, which the one before signs as well.
func (f *Fleet) newAuthority(ctx context.Context, org, serial int64, before *authority) (*authorityRow, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := f.Now()
	number, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: number, Subject: pkix.Name{CommonName: fmt.Sprintf("Demarc agents of organisation %d", org)},
		NotBefore: now.Add(-clockRoom), NotAfter: now.Add(authorityLife), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if serial > 1 {
		template.Subject.SerialNumber = strconv.FormatInt(serial, 10) // so that the two are not taken for each other
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	sealed, err := f.Sealer.Seal(ctx, authorityLabel(org, serial), private)
	if err != nil {
		return nil, err
	}
	r := &authorityRow{Org: org, Serial: serial, Certificate: pemOf("CERTIFICATE", der), Key: sealed, Created: store.At(now)}
	if before != nil {
		if der, err = x509.CreateCertificate(rand.Reader, template, before.cert, key.Public(), before.key); err != nil {
			return nil, err
		}
		r.Crossed = pemOf("CERTIFICATE", der)
	}
	return r, nil
}

func authorityLabel(org, serial int64) string {
	return fmt.Sprintf("key %d of the agents' authority of organisation %d", serial, org)
}

func (f *Fleet) openAuthority(ctx context.Context, r *authorityRow) (*authority, error) {
	private, err := f.Sealer.Open(ctx, authorityLabel(r.Org, r.Serial), r.Key)
	if err != nil {
		return nil, fmt.Errorf("the agents' authority of organisation %d: %w", r.Org, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("the agents' authority of organisation %d: its key cannot be read", r.Org)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the agents' authority of organisation %d cannot be read", r.Org)
	}
	cert, err := r.parse()
	if err != nil {
		return nil, fmt.Errorf("the agents' authority of organisation %d: %w", r.Org, err)
	}
	return &authority{org: r.Org, serial: r.Serial, created: r.Created.Time, cert: cert, pem: r.Certificate, key: key}, nil
}

// leaf is a certificate that was given.
type leaf struct {
	pem      string
	der      []byte
	key      []byte // public, DER
	serial   string
	notAfter time.Time
	by       int64 // serial of the authority
}

// fingerprint is where the chain of heartbeats begins.
func (l *leaf) fingerprint() string {
	sum := sha256.Sum256(l.der)
	return hex.EncodeToString(sum[:])
}

// issue gives a certificate for the key of a certificate request. Nothing else
// is taken from the request: who the agent is, the control plane says.
func (a *authority) issue(request, uid string, now time.Time) (*leaf, error) {
	key, err := requested(request)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	until := now.Add(leafLife)
	if until.After(a.cert.NotAfter) {
		until = a.cert.NotAfter
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: uid}, URIs: []*url.URL{agentURI(a.org, uid)},
		NotBefore: now.Add(-clockRoom), NotAfter: until, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key, a.key)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	return &leaf{pem: pemOf("CERTIFICATE", der), der: der, key: public, serial: serial.Text(16), notAfter: until, by: a.serial}, nil
}

// agentURI names an agent in its certificate.
func agentURI(org int64, uid string) *url.URL {
	return &url.URL{Scheme: "demarc", Host: fmt.Sprintf("organisation-%d", org), Path: "/agent/" + uid}
}

// requested is the key of a certificate request that is signed by it.
func requested(request string) (*ecdsa.PublicKey, error) {
	block, rest := pem.Decode([]byte(request))
	if block == nil || block.Type != "CERTIFICATE REQUEST" || len(rest) > 0 {
		return nil, errors.New("the certificate request is not one in PEM")
	}
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, errors.New("the certificate request cannot be read")
	}
	key, ok := csr.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("the certificate request is for another kind of key than ECDSA P-256")
	}
	if csr.CheckSignature() != nil {
		return nil, errors.New("the certificate request is not signed by the key it is for")
	}
	return key, nil
}

func publicKey(der []byte) *ecdsa.PublicKey {
	if len(der) == 0 {
		return nil
	}
	k, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil
	}
	key, _ := k.(*ecdsa.PublicKey)
	return key
}

func newSerial() (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
