package fleet_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// The whole life of an agent.
func TestStory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		h := w.join(w.token(1), "web-1", "m1", "b1")
		for i := range 3 {
			var b wire.Beat
			h.beats().want(200).read(&b)
			if b.Sequence != uint64(i+1) {
				t.Errorf("heartbeat %d is acknowledged as %d", i+1, b.Sequence)
			}
			w.clock.pass(30 * time.Second)
			w.sweep()
		}
		h.is(fleet.Active)

		w.clock.pass(20 * time.Second)
		w.sweep()
		h.is(fleet.Late)
		w.clock.pass(50 * time.Second)
		w.sweep()
		w.sweep()
		h.is(fleet.Missing)
		if n := w.told.count("missing"); n != 1 {
			t.Errorf("told %d times that it is missing", n)
		}
		h.beats().want(200)
		w.sweep()
		h.is(fleet.Active)
		if n := w.told.count(fleet.Returned); n != 1 {
			t.Errorf("told %d times that it is back", n)
		}
		if got, want := h.moments(), []string{"enrolled", "late", "missing", "active"}; !slices.Equal(got, want) {
			t.Errorf("its timeline is %v, want %v", got, want)
		}

		// Somebody has its key and state.
		thief := h.clone()
		thief.beat.Uptime++
		thief.beats().want(200)
		h.beats().refused(wire.CodeTampered)
		h.is(fleet.Tampered)
		if n := w.told.count("tampered"); n != 1 {
			t.Errorf("told %d times that it is tampered with", n)
		}
		thief.beats().want(200)
		w.sweep()
		h.is(fleet.Tampered)

		if _, err := w.Revoke(t.Context(), w.as(tenant.Responder, 0), h.agent().ID, "stolen"); err != nil {
			t.Fatal(err)
		}
		thief.beats().refused(wire.CodeRevoked)
		h.is(fleet.Revoked)
		if _, err := w.Retire(t.Context(), w.admin(), h.agent().ID, ""); err != nil {
			t.Fatal(err)
		}
		h.beats().refused(wire.CodeRetired)
	})
}

func TestCertificates(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	h := w.join(w.token(0), "web-1", "m1", "b1")
	block, _ := pem.Decode([]byte(h.enrolled.Authority))
	ca := must2(x509.ParseCertificate(block.Bytes))(t)
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	leaf := h.cert()
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: w.clock.now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		t.Error(err)
	}
	if !h.key.PublicKey.Equal(leaf.PublicKey) {
		t.Error("the certificate is for another key")
	}
	if len(leaf.URIs) != 1 || !strings.HasSuffix(leaf.URIs[0].String(), "/agent/"+h.enrolled.Agent) {
		t.Errorf("it names %v", leaf.URIs)
	}
	if life := leaf.NotAfter.Sub(w.clock.now()); life > 7*24*time.Hour || life < 6*24*time.Hour {
		t.Errorf("it holds for %s", life)
	}
	h.beats().want(200)
	w.clock.pass(5 * 24 * time.Hour)
	var b wire.Beat
	h.beats().want(200).read(&b)
	if !b.Renew {
		t.Error("nobody asks it to renew")
	}

	// The answer of the first renewal is lost; the old key goes on.
	fresh := newKey(t)
	renew := must2(json.Marshal(map[string]string{"request": request(t, fresh)}))(t)
	h.send(wire.PathRenew, renew).want(200)
	h.beats().want(200)
	h.send(wire.PathRenew, renew).want(200).read(&h.enrolled)
	old := h.clone()
	h.key, b = fresh, wire.Beat{}
	h.beats().want(200).read(&b)
	if b.Renew {
		t.Error("it is asked to renew again")
	}
	old.next()
	old.beats().refused(wire.CodeUnknown) // its key is the former one
	h.is(fleet.Active)

	// Switched off for too long for anything but renewing.
	w.clock.pass(10 * 24 * time.Hour)
	h.says(wire.EventCoverage, `{"complete":true}`).refused(wire.CodeUnknown)
	h.send(wire.PathRenew, must2(json.Marshal(map[string]string{"request": request(t, fresh)}))(t)).want(200)
	h.beats().want(200)
	w.clock.pass(60 * 24 * time.Hour)
	h.send(wire.PathRenew, renew).refused(wire.CodeUnknown)
}

func TestTokens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		try := func(secret string) answer {
			return w.post(wire.PathEnrol, "", nil, wire.Enrol{Token: secret, Request: request(t, newKey(t)), Host: wire.Host{Hostname: "h", Boot: "b"}})
		}
		once := w.token(1)
		try(once).want(200)
		try(once).refused(wire.CodeToken)
		many := w.token(0)
		for range 3 {
			try(many).want(200)
		}
		try("demarc_agent_guess").refused(wire.CodeToken)
		try("").refused(wire.CodeToken)
		list, _, err := w.Tokens(ctx, w.admin(), "", 0)
		if err != nil || len(list) != 2 || list[0].Uses != 3 || list[1].Uses != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		for _, tok := range list {
			if strings.Contains(many+once, tok.Hint) && len(tok.Hint) > 20 {
				t.Errorf("the hint %q tells too much", tok.Hint)
			}
		}
		if err := w.RevokeToken(ctx, w.as(tenant.Viewer, 0), list[0].ID); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("a viewer revokes a token: %v", err)
		}
		if err := w.RevokeToken(ctx, w.admin(), list[0].ID); err != nil {
			t.Fatal(err)
		}
		try(many).refused(wire.CodeToken)
		short := w.token(0)
		w.clock.pass(25 * time.Hour)
		try(short).refused(wire.CodeToken)

		for _, role := range []tenant.Role{tenant.Viewer, tenant.Contributor, tenant.Responder, tenant.Auditor, tenant.Approver} {
			if _, _, err := w.AddToken(ctx, w.as(role, 0), fleet.Token{Name: "x", Expires: w.clock.now().Add(time.Hour)}); !errors.Is(err, tenant.ErrForbidden) {
				t.Errorf("%s makes a token: %v", role, err)
			}
		}
		if _, _, err := w.AddToken(ctx, w.as(tenant.Administrator, w.web), fleet.Token{Name: "x", Expires: w.clock.now().Add(time.Hour)}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an administrator of a group makes a token for all: %v", err)
		}
		for _, bad := range []fleet.Token{{Name: "", Expires: w.clock.now().Add(time.Hour)}, {Name: "x"}, {Name: "x", Most: -1, Expires: w.clock.now().Add(time.Hour)}} {
			if _, _, err := w.AddToken(ctx, w.admin(), bad); !errors.Is(err, fleet.ErrInvalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

// Enrolling again leaves no ghost, and a copied disk evicts nobody.
func TestAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		token := w.token(0)
		first := w.join(token, "web-1", "m1", "b1")
		first.beats().want(200)
		second := w.join(token, "web-1", "m1", "b1") // the agent was installed anew
		first.is(fleet.Retired)
		first.beats().refused(wire.CodeRetired)
		if second.agent().Replaces != first.agent().ID {
			t.Error("the second does not say whom it replaces")
		}
		second.beats().want(200)
		twin := w.join(token, "web-2", "m1", "b2") // another server from the same image
		second.is(fleet.Active)
		twin.is(fleet.Active)
		if w.told.count(fleet.Duplicate) != 1 {
			t.Error("nobody is told of the duplicate machine id")
		}
		w.clock.pass(5 * time.Minute)
		twin.beats().want(200)
		w.sweep()
		second.is(fleet.Missing)
		third := w.join(token, "web-1", "m1", "b3") // after a reboot, its state lost
		second.is(fleet.Retired)
		third.is(fleet.Active)
		total, facets, err := w.Facets(t.Context(), w.admin(), fleet.Query{})
		if err != nil || total != 4 {
			t.Errorf("%d agents counted, %v", total, err)
		}
		if got := facets[0].Values; !slices.Equal(got, []fleet.Count{{Value: "active", N: 2}, {Value: "retired", N: 2}}) {
			t.Errorf("states counted as %v", got)
		}
		// An answer that was lost: the same key asks again.
		key := newKey(t)
		in := wire.Enrol{Token: w.token(1), Request: request(t, key), Host: wire.Host{Hostname: "web-9", MachineID: "m9", Boot: "b"}}
		var a, b wire.Enrolled
		w.post(wire.PathEnrol, "", nil, in).want(200).read(&a)
		w.post(wire.PathEnrol, "", nil, in).want(200).read(&b)
		if a.Agent != b.Agent {
			t.Error("the same request made two agents")
		}
	})
}

func TestEphemeral(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	h := w.join(w.token(0), "job-1", "m1", "b1", func(e *wire.Enrol) { e.Ephemeral = true })
	stays := w.join(w.token(0), "db-1", "m2", "b1")
	h.beats().want(200)
	w.clock.pass(2 * time.Minute)
	w.sweep()
	h.is(fleet.Missing)
	w.clock.pass(16 * time.Minute)
	w.sweep()
	h.is(fleet.Retired)
	stays.is(fleet.Missing)
	if n := w.told.count("missing"); n != 1 {
		t.Errorf("%d alerts; an ephemeral server that goes is none", n)
	}
	s, err := w.Fleet.Settings(t.Context(), w.admin(), w.web)
	if err != nil {
		t.Fatal(err)
	}
	s.Group, s.Retire = w.web, time.Hour
	if _, err := w.SetSettings(t.Context(), w.as(tenant.Responder, 0), s); !errors.Is(err, tenant.ErrForbidden) {
		t.Errorf("a responder changes settings: %v", err)
	}
	if _, err := w.SetSettings(t.Context(), w.admin(), s); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(50 * time.Minute)
	w.sweep()
	stays.is(fleet.Retired)
}
