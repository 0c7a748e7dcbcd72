package cloudid

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// began is the moment of the tests: what signs attested data puts its own clock in.
var began = time.Now()

func now() time.Time { return began }

func rsaKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func signed(t testing.TB, key *rsa.PrivateKey, text string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(sig)
}

// Every certificate that is built in is one, for RSA.
func TestBuiltIn(t *testing.T) {
	all, err := awsCertificates()
	if err != nil || len(all) < 30 {
		t.Fatalf("%d certificates, %v", len(all), err)
	}
	for _, c := range all {
		if _, ok := c.PublicKey.(*rsa.PublicKey); !ok {
			t.Errorf("%s is not RSA", c.SerialNumber)
		}
	}
}

func TestAWS(t *testing.T) {
	key := rsaKey(t)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{SerialNumber: big.NewInt(1)}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	kept := awsCertificates
	awsCertificates = func() ([]*x509.Certificate, error) { return []*x509.Certificate{cert}, nil }
	t.Cleanup(func() { awsCertificates = kept })
	v := &Verifier{Now: now}
	doc := `{"accountId":"111122223333","region":"eu-west-1","instanceId":"i-0abc","imageId":"ami-1"}`
	for _, c := range []struct {
		name, doc, sig, proof, err string
	}{
		{"signed", doc, signed(t, key, doc), Verified, ""},
		{"signature in lines", doc, signed(t, key, doc)[:64] + "\n" + signed(t, key, doc)[64:], Verified, ""},
		{"of another document", strings.Replace(doc, "0abc", "0abd", 1), signed(t, key, doc), Claimed, ""},
		{"of another key", doc, signed(t, rsaKey(t), doc), Claimed, ""},
		{"unsigned", doc, "", Claimed, ""},
		{"no JSON", "x", "", "", "not JSON"},
		{"no base64", doc, "%", "", "not base64"},
		{"no instance", `{"accountId":"1"}`, "", "", "no instance"},
		{"an odd name", `{"instanceId":"i 1"}`, "", "", "cannot be a name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, err := v.Read(wire.CloudDocument{Provider: "aws", Document: c.doc, Signature: c.sig})
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error is %v", err)
				}
				return
			}
			if err != nil || in.Proof != c.proof || (in.Unproven == "") != (c.proof == Verified) {
				t.Errorf("%+v, %v", in, err)
			}
			if in.Account != "111122223333" || in.Region != "eu-west-1" || !strings.HasPrefix(in.ID, "i-0ab") {
				t.Errorf("read as %+v", in)
			}
		})
	}
	if _, err := v.Read(wire.CloudDocument{Provider: "nimbus"}); err == nil {
		t.Error("an unknown cloud is taken")
	}
}

func token(t testing.TB, key *rsa.PrivateKey, kid string, body map[string]any) string {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	enc := base64.RawURLEncoding.EncodeToString
	text := enc(fmt.Appendf(nil, `{"alg":"RS256","kid":%q}`, kid)) + "." + enc(b)
	sig, err := base64.StdEncoding.DecodeString(signed(t, key, text))
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + enc(sig)
}

func TestGoogle(t *testing.T) {
	key := rsaKey(t)
	jwks := fmt.Sprintf(`{"keys":[{"kid":"k1","kty":"RSA","n":%q,"e":"AQAB"}]}`, base64.RawURLEncoding.EncodeToString(key.N.Bytes()))
	keys, err := ReadKeys([]byte(jwks))
	if err != nil {
		t.Fatal(err)
	}
	v := &Verifier{Now: now, Google: keys, Audience: "https://demarc.test"}
	body := func(change map[string]any) map[string]any {
		out := map[string]any{
			"iss": "https://accounts.google.com", "aud": "https://demarc.test", "exp": now().Add(time.Hour).Unix(),
			"google": map[string]any{"compute_engine": map[string]any{"project_id": "shop", "zone": "europe-west1-b", "instance_id": "123"}},
		}
		maps.Copy(out, change)
		return out
	}
	for _, c := range []struct{ name, token, proof, err string }{
		{"signed", token(t, key, "k1", body(nil)), Verified, ""},
		{"by a key that is not at hand", token(t, key, "k2", body(nil)), Claimed, ""},
		{"by another key", token(t, rsaKey(t), "k1", body(nil)), "", "not Google's"},
		{"for somebody else", token(t, key, "k1", body(map[string]any{"aud": "https://other.test"})), "", "audience"},
		{"expired", token(t, key, "k1", body(map[string]any{"exp": now().Add(-time.Hour).Unix()})), "", "expired"},
		{"by another issuer", token(t, key, "k1", body(map[string]any{"iss": "https://evil.test"})), "", "not issued by Google"},
		{"no token", "a.b", "", "no token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, err := v.Read(wire.CloudDocument{Provider: "google", Document: c.token})
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Fatalf("error is %v", err)
			}
			if err == nil && (in.Proof != c.proof || in.Account != "shop" || in.Region != "europe-west1" || in.ID != "123") {
				t.Errorf("read as %+v", in)
			}
		})
	}
}

// issued returns a certificate with its key, signed by the one above.
func issued(t testing.TB, name string, above *x509.Certificate, aboveKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: now().Add(-time.Hour), NotAfter: now().Add(time.Hour),
		IsCA: above == nil, BasicConstraintsValid: true,
	}
	if above == nil {
		above, aboveKey = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, above, key.Public(), aboveKey)
	if err != nil {
		t.Fatal(err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return out, key
}

func attested(t testing.TB, leaf *x509.Certificate, key *ecdsa.PrivateKey, expires string) string {
	t.Helper()
	s, err := pkcs7.NewSignedData(fmt.Appendf(nil, `{"vmId":"AB-12","subscriptionId":"sub-1","timeStamp":{"expiresOn":%q}}`, expires))
	if err != nil {
		t.Fatal(err)
	}
	s.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := s.AddSigner(leaf, key, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	der, err := s.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"encoding":"pkcs7","signature":%q}`, base64.StdEncoding.EncodeToString(der))
}

func TestAzure(t *testing.T) {
	root, rootKey := issued(t, "root", nil, nil)
	leaf, key := issued(t, "eastus.metadata.azure.com", root, rootKey)
	wrong, wrongKey := issued(t, "www.example.com", root, rootKey)
	pool := x509.NewCertPool()
	pool.AddCert(root)
	const form = "01/02/06 15:04:05 -0700"
	later, before := now().UTC().Add(6*time.Hour).Format(form), now().UTC().Add(-time.Hour).Format(form)
	good := attested(t, leaf, key, later)
	for _, c := range []struct {
		name, doc  string
		pool       *x509.CertPool
		proof, err string
	}{
		{"signed", good, pool, Verified, ""},
		{"without roots", good, nil, Claimed, ""},
		{"below another root", good, x509.NewCertPool(), Claimed, ""},
		{"by another name", attested(t, wrong, wrongKey, later), pool, Claimed, ""},
		{"expired", attested(t, leaf, key, before), pool, "", "expired"},
		{"no PKCS #7", "AAAA", pool, "", "PKCS"},
		{"no base64", "%", pool, "", "base64"},
		{"another encoding", `{"encoding":"x"}`, pool, "", "attested"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := &Verifier{Now: now, Azure: c.pool}
			in, err := v.Read(wire.CloudDocument{Provider: "azure", Document: c.doc})
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Fatalf("error is %v", err)
			}
			if err == nil && (in.Proof != c.proof || in.Account != "sub-1" || in.ID != "ab-12") {
				t.Errorf("read as %+v", in)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("aws", `{"accountId":"1","instanceId":"i-1"}`, "AAAA")
	f.Add("google", "e30.e30.e30", "")
	f.Add("azure", `{"encoding":"pkcs7","signature":"MIIB"}`, "")
	v := &Verifier{Now: now, Azure: x509.NewCertPool(), Google: Keys{}}
	f.Fuzz(func(t *testing.T, provider, doc, sig string) {
		in, err := v.Read(wire.CloudDocument{Provider: provider, Document: doc, Signature: sig})
		if err == nil && (in.ID == "" || in.Proof == Verified) {
			t.Errorf("%+v of %q", in, doc)
		}
	})
}
