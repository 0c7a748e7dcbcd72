package fleet_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/link"
	"github.com/demarc-sec/demarc/internal/agent/run"
	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// seer is a module that sees one thing, and a scan that was asked for.
type seer struct{ asked chan struct{} }

func (*seer) Name() string              { return "seer" }
func (*seer) Kinds() []wire.CommandKind { return []wire.CommandKind{wire.CommandScan} }

func (s *seer) Do(context.Context, wire.CommandBody) error {
	s.asked <- struct{}{}
	return nil
}

func (s *seer) Run(ctx context.Context, h *run.Handle) error {
	if err := h.Emit(wire.EventDetection, map[string]string{"rule": "r"}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// The agent itself, over TLS that shows its certificate: it enrols, beats, does what it
// is asked for, and is retired.
func TestRealAgent(t *testing.T) {
	storetest.Each(t, realAgent)
}

func realAgent(t *testing.T, db *store.DB) {
	w := newWorld(t, db)
	s := httptest.NewUnstartedServer(fleet.NewDoor(w.Fleet, nil))
	s.EnableHTTP2 = true
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	state := must2(link.OpenState(filepath.Join(t.TempDir(), "state")))(t)
	about := must2(link.About("1", []string{"role=web"}))(t)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	id := must2(state.Enrol(t.Context(), &link.Enrolment{Server: s.URL, Token: w.token(1), CA: string(ca)}, about, nil))(t)
	list, _, err := w.List(t.Context(), w.admin(), fleet.Query{})
	if err != nil || len(list) != 1 || list[0].UID != id.Agent {
		t.Fatalf("%+v, %v", list, err)
	}
	a := list[0].ID

	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	see := &seer{asked: make(chan struct{}, 2)}
	if _, err := w.Command(ctx, w.admin(), a, wire.CommandScan); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		done <- run.Run(ctx, run.Options{
			State: state, Version: "1", Log: slog.New(slog.DiscardHandler), Modules: []run.Module{see}, Limits: run.Limits{Memory: 1 << 40},
			Pace: link.Pace{Base: 5 * time.Millisecond, Most: 20 * time.Millisecond, Gather: time.Millisecond, Interval: 20 * time.Millisecond},
		})
	}()
	select {
	case <-see.asked:
	case err := <-done:
		t.Fatal(err)
	}
	for {
		st, err := state.Status()
		if err == nil && st.Spool.Acked >= 1 && st.Sequence > 3 {
			break
		}
		select {
		case err := <-done:
			t.Fatal(err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	if got := must2(w.Get(ctx, w.admin(), a))(t); got.State != fleet.Active {
		t.Errorf("the agent is %s: %s", got.State, got.Why)
	}

	// Another authority, and the one before is not trusted any more: the agent takes the
	// new one by the word of the old, and obeys it.
	before := id.Authority
	if _, err := w.ReplaceAuthority(ctx, w.admin()); err != nil {
		t.Fatal(err)
	}
	if err := w.RetireAuthority(ctx, w.admin(), 1, "stolen"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a certificate by the new authority", func() bool {
		all, err := w.Authorities(ctx, w.admin())
		return err == nil && all[0].Serial == 2 && all[0].Agents == 1
	})
	eventually(t, "that it is on the agent's disk", func() bool {
		now, err := state.Identity()
		return err == nil && now.Authority != before
	})
	if _, err := w.Command(ctx, w.admin(), a, wire.CommandScan); err != nil {
		t.Fatal(err)
	}
	select {
	case <-see.asked:
	case err := <-done:
		t.Fatal(err)
	}
	if _, err := w.Retire(ctx, w.admin(), a, "sold"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, link.ErrRetired) {
		t.Errorf("error is %v", err)
	}
}
