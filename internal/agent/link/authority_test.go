package link

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

type testAuthority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	pem  string
}

func newTestAuthority(t *testing.T, name string) *testAuthority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &testAuthority{key: key}
	a.cert = &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.pem, a.cert = a.signs(t, a)
	return a
}

// signs makes the certificate of another authority.
func (a *testAuthority) signs(t *testing.T, other *testAuthority) (string, *x509.Certificate) {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, other.cert, a.cert, other.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), c
}

// An agent goes from one authority to the next by the word of one that it knows,
// and trusts none that nobody vouches for or that is gone.
func TestAdopt(t *testing.T) {
	one, two, three, stranger := newTestAuthority(t, "1"), newTestAuthority(t, "2"), newTestAuthority(t, "3"), newTestAuthority(t, "1")
	cross := func(by, of *testAuthority) string {
		text, _ := by.signs(t, of)
		return text
	}
	for _, c := range []struct {
		what, known, text, want string
		err                     error
	}{
		{"the first", "", one.pem, one.pem, nil},
		{"two at the first", "", two.pem + one.pem + cross(one, two), two.pem + one.pem, nil},
		{"the same", one.pem, one.pem, one.pem, nil},
		{"a new one beside it", one.pem, two.pem + one.pem + cross(one, two), two.pem + one.pem, nil},
		{"a new one beside it, without its word", one.pem, two.pem + one.pem, one.pem, nil},
		{"the new one alone, by its word", one.pem, two.pem + cross(one, two), two.pem, nil},
		{"the next but one", one.pem, three.pem + cross(two, three) + cross(one, two), three.pem, nil},
		{"the old one is gone", two.pem + one.pem, two.pem + cross(one, two), two.pem, nil},
		{"a stranger", one.pem, stranger.pem, "", errStrangers},
		{"a stranger who vouches for itself", one.pem, two.pem + cross(stranger, two), "", errStrangers},
		{"a stranger beside it", one.pem, stranger.pem + one.pem + cross(stranger, two) + two.pem, one.pem, nil},
		{"one that leads to it, and not it", one.pem, cross(one, two), "", errStrangers},
	} {
		got, err := adopt(c.known, c.text)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %d authorities, %v", c.what, strings.Count(got, "BEGIN"), err)
		}
	}
	if _, err := adopt(one.pem, strings.Repeat(one.pem, maxAuthorities+1)); err == nil {
		t.Error("any number of them is taken")
	}
	if _, err := adopt("", "nothing"); err == nil {
		t.Error("none is taken")
	}
}
