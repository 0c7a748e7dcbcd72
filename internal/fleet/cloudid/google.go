package cloudid

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Keys are public keys by their id.
type Keys map[string]*rsa.PublicKey

// ReadKeys reads a JSON web key set, such as Google publishes.
func ReadKeys(text []byte) (Keys, error) {
	var set struct {
		Keys []struct{ Kid, Kty, N, E string }
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, fmt.Errorf("no set of keys: %w", err)
	}
	out := Keys{}
	for _, k := range set.Keys {
		n, errN := base64.RawURLEncoding.DecodeString(k.N)
		e, errE := base64.RawURLEncoding.DecodeString(k.E)
		if k.Kty != "RSA" || errN != nil || errE != nil || len(e) > 4 || len(n) < 256 || len(n) > 1024 {
			return nil, fmt.Errorf("the key %.40q is no RSA key of a fitting size", k.Kid)
		}
		out[k.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	}
	if len(out) == 0 {
		return nil, errors.New("there is no key in the set")
	}
	return out, nil
}

// google reads an identity token of a Compute Engine instance, asked for with
// format=full. Document is the token.
func (v *Verifier) google(d wire.CloudDocument) (Instance, error) {
	parts := strings.Split(strings.TrimSpace(d.Document), ".")
	if len(parts) != 3 {
		return Instance{}, errors.New("it is no token")
	}
	var head struct{ Alg, Kid string }
	var body struct {
		Iss, Aud string
		Exp      int64
		Google   struct {
			Compute struct {
				Project  string `json:"project_id"`
				Zone     string `json:"zone"`
				Instance string `json:"instance_id"`
			} `json:"compute_engine"`
		}
	}
	for i, into := range []any{&head, &body} {
		b, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(b, into) != nil {
			return Instance{}, errors.New("it is no token")
		}
	}
	c := body.Google.Compute
	in := Instance{Account: c.Project, ID: c.Instance, Proof: Claimed}
	if i := strings.LastIndexByte(c.Zone, '-'); i > 0 {
		in.Region = c.Zone[:i]
	}
	key := v.Google[head.Kid]
	switch {
	case key == nil:
		in.Unproven = "the key that signed it is not at hand"
		return in, nil
	case head.Alg != "RS256":
		return Instance{}, errors.New("it is signed by a way that Google does not use")
	}
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) != nil {
		return Instance{}, errors.New("its signature is not Google's")
	}
	switch {
	case body.Iss != "https://accounts.google.com":
		return Instance{}, errors.New("it was not issued by Google")
	case body.Aud != v.Audience:
		return Instance{}, errors.New("it was asked for by somebody else: its audience is not this control plane")
	case v.Now().After(time.Unix(body.Exp, 0)):
		return Instance{}, errors.New("it has expired")
	}
	in.Proof = Verified
	return in, nil
}
