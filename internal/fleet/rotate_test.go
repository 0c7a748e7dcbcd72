package fleet_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// authorities are the certificates that a host was given to trust.
func (h *host) authorities() (selfSigned, crossed []*x509.Certificate) {
	h.w.t.Helper()
	for rest := []byte(h.enrolled.Authority); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return selfSigned, crossed
		}
		c := must2(x509.ParseCertificate(block.Bytes))(h.w.t)
		if c.CheckSignatureFrom(c) == nil {
			selfSigned = append(selfSigned, c)
		} else {
			crossed = append(crossed, c)
		}
	}
}

// by tells which of the authorities signed the host's certificate.
func (h *host) by(all []*x509.Certificate) int {
	leaf := h.cert()
	return slices.IndexFunc(all, func(c *x509.Certificate) bool { return leaf.CheckSignatureFrom(c) == nil })
}

func (h *host) renews() *host {
	h.w.t.Helper()
	h.send(wire.PathRenew, must2(json.Marshal(map[string]string{"request": request(h.w.t, h.key)}))(h.w.t)).want(200).read(&h.enrolled)
	return h
}

func (h *host) asked() (renew bool, commands []wire.Command) {
	h.w.t.Helper()
	var b wire.Beat
	h.beats().want(200).read(&b)
	return b.Renew, b.Commands
}

func signedBy(c wire.Command, by *x509.Certificate) bool {
	key, ok := by.PublicKey.(*ecdsa.PublicKey)
	return ok && wire.Verify(key, "command", c.Body, c.Signature) == nil
}

// A new authority beside the old one: both are trusted as long as certificates
// of the old one hold, which is then retired.
func TestReplaceAuthority(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		token := w.token(0)
		h := w.join(token, "web-1", "m1", "b1")
		first, _ := h.authorities()
		made := must2(w.ReplaceAuthority(ctx, w.admin()))(t)
		if made.Serial != 2 || !made.Newest || made.Fingerprint == "" {
			t.Fatalf("it is %+v", made)
		}
		if _, err := w.ReplaceAuthority(ctx, w.admin()); !errors.Is(err, fleet.ErrInvalid) {
			t.Errorf("two at once: %v", err)
		}

		young := w.join(token, "web-2", "m2", "b2")
		both, crossed := young.authorities()
		if len(both) != 2 || !both[1].Equal(first[0]) || young.by(both) != 0 {
			t.Fatalf("who enrols now trusts %d, and is signed by %d", len(both), young.by(both))
		}
		if len(crossed) != 1 || crossed[0].CheckSignatureFrom(first[0]) != nil || !both[0].PublicKey.(*ecdsa.PublicKey).Equal(crossed[0].PublicKey) {
			t.Error("the old authority does not vouch for the new one")
		}
		// Who knows the old one alone obeys still.
		must2(w.Command(ctx, w.admin(), h.agent().ID, wire.CommandScan))(t)
		if _, commands := h.asked(); len(commands) != 1 || !signedBy(commands[0], first[0]) {
			t.Errorf("its commands are %v", commands)
		}
		// In the course of a day everybody is asked to renew, nobody twice.
		w.clock.pass(25 * time.Hour)
		if renew, _ := h.asked(); !renew {
			t.Error("it is not asked to renew")
		}
		if renew, _ := young.asked(); renew {
			t.Error("who has the new one is asked to renew")
		}
		if err := w.RetireAuthorities(ctx); err != nil {
			t.Fatal(err)
		}
		if all := must2(w.Authorities(ctx, w.admin()))(t); len(all) != 2 || !all[1].Retired.IsZero() || all[0].Agents != 1 || all[1].Agents != 1 {
			t.Errorf("they are %+v", all)
		}
		if h.renews(); h.by(both) != 0 {
			t.Error("its new certificate is by another")
		}
		if renew, _ := h.asked(); renew {
			t.Error("it is asked again")
		}
		if err := w.RetireAuthorities(ctx); err != nil {
			t.Fatal(err)
		}
		if all := must2(w.Authorities(ctx, w.admin()))(t); all[1].Retired.IsZero() || !all[0].Retired.IsZero() {
			t.Errorf("they are %+v", all)
		}
		w.clock.pass(time.Minute)
		if left, _ := h.renews().authorities(); len(left) != 1 || !left[0].Equal(both[0]) {
			t.Errorf("%d are trusted", len(left))
		}
		must2(w.Command(ctx, w.admin(), young.agent().ID, wire.CommandScan))(t)
		if _, commands := young.asked(); len(commands) != 1 || !signedBy(commands[0], both[0]) {
			t.Errorf("its commands are %v", commands)
		}
		log := must2((&audit.Log{DB: db}).List(ctx, w.admin(), audit.Filter{}))(t).Entries
		for _, action := range []string{"agent-authority.replaced", "agent-authority.retired"} {
			if !slices.ContainsFunc(log, func(e audit.Entry) bool { return e.Action == action }) {
				t.Errorf("%s is not in the log", action)
			}
		}
	})
}

// Retired by hand, an authority is gone at once: whoever has a certificate by
// it renews with the next heartbeat.
func TestRetireAuthority(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	ctx := t.Context()
	h := w.join(w.token(1), "web-1", "m1", "b1")
	if err := w.RetireAuthority(ctx, w.admin(), 1, ""); !errors.Is(err, fleet.ErrInvalid) {
		t.Errorf("the only one: %v", err)
	}
	must2(w.ReplaceAuthority(ctx, w.admin()))(t)
	if err := w.RetireAuthority(ctx, w.admin(), 7, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that there is not: %v", err)
	}
	if err := w.RetireAuthority(ctx, w.admin(), 1, "its key was stolen"); err != nil {
		t.Fatal(err)
	}
	var key []byte
	if err := w.DB.NewRaw("SELECT key FROM fleet_authorities WHERE serial = 1").Scan(ctx, &key); err != nil || len(key) > 0 {
		t.Errorf("its key is kept: %d bytes, %v", len(key), err)
	}
	if renew, _ := h.asked(); !renew {
		t.Error("it is not asked to renew")
	}
	if all, crossed := h.renews().authorities(); len(all) != 1 || len(crossed) != 1 || h.by(all) != 0 {
		t.Error("its new certificate is not by the new authority")
	}
	if err := w.RetireAuthority(ctx, w.admin(), 1, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	for _, who := range []tenant.Who{w.as(tenant.Responder, 0), w.as(tenant.Viewer, 0), w.as(tenant.Administrator, w.web)} {
		if _, err := w.ReplaceAuthority(ctx, who); err == nil {
			t.Error("somebody replaces it who may not")
		}
		if err := w.RetireAuthority(ctx, who, 1, ""); err == nil || errors.Is(err, store.ErrNotFound) && who.Reach(tenant.Read).Has(w.tree().Root()) {
			t.Errorf("somebody retires it who may not: %v", err)
		}
		if _, err := w.Authorities(ctx, who); err == nil {
			t.Error("somebody lists them who may not")
		}
	}
}
