package fleet_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// instances gives servers the identity tokens of a cloud.
func (w *world) instances() func(id string) func(*wire.Enrol) {
	w.t.Helper()
	key := must2(rsa.GenerateKey(rand.Reader, 2048))(w.t)
	w.Cloud = &cloudid.Verifier{Audience: "https://demarc.test", Google: cloudid.Keys{"k": &key.PublicKey}, Now: w.clock.now}
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(must2(json.Marshal(v))(w.t)) }
	return func(id string) func(*wire.Enrol) {
		text := part(map[string]any{"alg": "RS256", "kid": "k"}) + "." + part(map[string]any{
			"iss": "https://accounts.google.com", "aud": "https://demarc.test", "exp": w.clock.now().Add(time.Hour).Unix(),
			"google": map[string]any{"compute_engine": map[string]any{"project_id": "shop", "zone": "europe-west1-b", "instance_id": id}},
		})
		sum := sha256.Sum256([]byte(text))
		sig := must2(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:]))(w.t)
		return func(e *wire.Enrol) {
			e.Ephemeral, e.Cloud = true, &wire.CloudDocument{Provider: "google", Document: text + "." + base64.RawURLEncoding.EncodeToString(sig)}
		}
	}
}

// Servers of one image that left its machine id in it are told apart by what
// their cloud says of them; one that enrols again is the same.
func TestAutoscaled(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	instance, token := w.instances(), w.token(0)
	first := w.join(token, "web-1", "of-the-image", "b1", instance("1001"))
	if c := first.agent().Cloud; c.Proof != cloudid.Verified || c.Instance != "1001" {
		t.Fatalf("it is %+v", c)
	}
	first.beats().want(200)
	w.clock.pass(5 * time.Minute)
	w.sweep()
	first.is(fleet.Missing)
	second := w.join(token, "web-2", "of-the-image", "b2", instance("1002"))
	second.beats().want(200)
	first.is(fleet.Missing) // another server does not take its place
	first.beats().want(200)
	w.sweep()
	first.is(fleet.Active)
	if n := w.told.count(fleet.Duplicate); n != 0 {
		t.Errorf("people are told of %d duplicates that the cloud tells apart", n)
	}
	again := w.join(token, "web-1", "of-the-image", "b3", instance("1001"))
	first.is(fleet.Retired)
	again.is(fleet.Active)
	second.is(fleet.Active)

	// One that only claims to be somewhere evicts nobody whom the cloud knows, and a copy of a
	// disk that runs elsewhere is told of.
	w.clock.pass(2 * time.Minute)
	w.sweep()
	claims := w.join(token, "web-1", "of-the-image", "b4")
	claims.is(fleet.Active)
	again.is(fleet.Missing)
	second.is(fleet.Missing)
	if w.told.count(fleet.Duplicate) == 0 {
		t.Error("nobody is told of a copied disk")
	}

	// Scaled in, they go by themselves and nobody is woken.
	w.clock.pass(16 * time.Minute)
	w.sweep()
	again.is(fleet.Retired)
	second.is(fleet.Retired)
	if n := w.told.count("missing"); n > 1 { // the one that claims is not ephemeral
		t.Errorf("%d alerts for servers that came and went", n)
	}
}
