package fleet_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/detect"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// run keeps the fleet going as a server does, until what it returns is called.
func (w *world) run(f *fleet.Fleet) (stop func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	var once bool
	stop = func() {
		if once {
			return
		}
		once = true
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			w.t.Error(err)
		}
	}
	w.t.Cleanup(stop)
	return stop
}

func change(path, what, severity, cause string, explains bool) string {
	c := map[string]any{"path": path, "what": what, "severity": severity, "after": map[string]any{"sha256": "ab"}}
	if cause != "" {
		c["cause"] = map[string]any{"kind": cause, "explains": explains}
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (w *world) changes(q fleet.ChangeQuery) []fleet.FileChange {
	w.t.Helper()
	q.Limit = 200
	list, _, err := w.FileChanges(w.t.Context(), w.admin(), q)
	return must(w.t, list, err)
}

func TestEvents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.run(w.Fleet)
		h := w.join(w.token(0), "web-1", "m1", "b1")
		h.beats().want(200)
		var s wire.Stored
		h.says(wire.EventIntegrity, change("/etc/passwd", "changed", "high", "", false), change("/usr/bin/ls", "changed", "info", "package", true)).want(200).read(&s)
		if s.Acked != 2 {
			t.Errorf("stored up to %d", s.Acked)
		}
		h.event = 0 // it did not get the answer, and there is one more
		h.says(wire.EventIntegrity, change("/etc/passwd", "changed", "high", "", false), change("/usr/bin/ls", "changed", "info", "package", true), change("/etc/shadow", "changed", "critical", "login", false)).want(200)
		h.says(wire.EventCoverage, `{"complete":false,"gaps":[{"reason":"overflow"}]}`, `{"complete":true}`).want(200)
		sign, err := json.Marshal(&detect.Alert{Rule: "brute-force", Title: "Brute force", Severity: "high", When: time.Now(), Count: 12})
		if err != nil {
			t.Fatal(err)
		}
		h.says(wire.EventDetection, string(sign), `{"rule":{"id":"x","title":"X","level":"informational"}}`).want(200)
		h.says(wire.EventDropped, `{"count":7,"kinds":{"integrity":7}}`).want(200)
		h.says(wire.EventIntegrity, `{"path":5}`, `{"what":"no path"}`, "{\"path\":\"/a\\u0000\"}").want(200)
		h.says(wire.EventHost, `{"demarc_host":1}`).want(200)
		eventually(t, "the host document", func() bool { return !h.agent().Document.IsZero() })

		all := w.changes(fleet.ChangeQuery{})
		var paths []string
		for _, c := range all {
			paths = append(paths, c.Path)
		}
		slices.Sort(paths)
		if want := []string{"/etc/passwd", "/etc/shadow", "/usr/bin/ls"}; !slices.Equal(paths, want) {
			t.Fatalf("changes of %v, want %v", paths, want)
		}
		if got := w.changes(fleet.ChangeQuery{Explained: []string{"no"}, Severities: []string{"critical"}}); len(got) != 1 || got[0].Path != "/etc/shadow" || got[0].Cause != "login" || got[0].State != fleet.ChangeOpen {
			t.Errorf("what nothing explains: %+v", got)
		}
		if got := w.changes(fleet.ChangeQuery{Path: "/etc/"}); len(got) != 2 {
			t.Errorf("%d changes below /etc", len(got))
		}
		total, facets, err := w.FileChangeFacets(t.Context(), w.admin(), fleet.ChangeQuery{Explained: []string{"no"}})
		if err != nil || total != 2 {
			t.Errorf("%d counted, %v, %v", total, facets, err)
		}
		cover, _, err := w.Coverage(t.Context(), w.admin(), fleet.CoverageQuery{Complete: []string{"no"}})
		if err != nil || len(cover) != 1 {
			t.Errorf("%d gaps, %v", len(cover), err)
		}
		found, _, err := w.Detections(t.Context(), w.admin(), fleet.DetectionQuery{})
		if err != nil || len(found) != 2 || found[1].Rule != "brute-force" || found[1].Severity != "high" || found[0].Severity != "info" {
			t.Errorf("detections %+v, %v", found, err)
		}
		moments := h.moments()
		count := func(kind string) (n int) {
			for _, m := range moments {
				if m == kind {
					n++
				}
			}
			return n
		}
		if count("dropped") != 1 || count("unreadable") != 3 || count("gap") != 0 {
			t.Errorf("its timeline is %v", moments)
		}
		if w.told.count(fleet.Unknown) == 0 || w.told.count(fleet.Detected) != 1 {
			t.Errorf("told of %d and %d", w.told.count(fleet.Unknown), w.told.count(fleet.Detected))
		}
		if doc, err := w.Document(t.Context(), w.admin(), h.agent().ID); err != nil || string(doc) != `{"demarc_host":1}` {
			t.Errorf("the document is %s, %v", doc, err)
		}

		// A hole is seen, and a new spool begins anew.
		h.event += 10
		h.says(wire.EventCoverage, `{"complete":true}`).want(200)
		eventually(t, "the hole", func() bool { return slices.Contains(h.moments(), "gap") })

		// Old things go, and are counted no more.
		w.Keep = time.Hour
		w.clock.pass(2 * time.Hour)
		if err := w.Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
		if total, _, err := w.FileChangeFacets(t.Context(), w.admin(), fleet.ChangeQuery{}); err != nil || total != 0 || len(w.changes(fleet.ChangeQuery{})) != 0 {
			t.Errorf("%d are still counted, %v", total, err)
		}
	})
}

// Whichever replica takes events in, and wherever one stops, each is taken in
// once.
func TestIntakeMovesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		second := &fleet.Fleet{DB: db, Sealer: w.Sealer, Groups: w.dir, Stream: w.Stream, Cloud: w.Cloud, Now: w.clock.now, Log: w.Log, Replica: "b"}
		stop := w.run(w.Fleet)
		h := w.join(w.token(0), "web-1", "m1", "b1")
		n := 0
		say := func() {
			var bodies []string
			for range 20 {
				bodies = append(bodies, change(fmt.Sprintf("/f/%03d", n), "added", "low", "", false))
				n++
			}
			h.says(wire.EventIntegrity, bodies...).want(200)
		}
		say()
		eventually(t, "the first", func() bool { return len(w.changes(fleet.ChangeQuery{})) > 0 })
		say()
		stop()
		say()
		w.clock.pass(time.Minute) // the lease ends
		w.run(second)
		say()
		eventually(t, "the last", func() bool { return len(w.changes(fleet.ChangeQuery{})) == n })
		if slices.Contains(h.moments(), "gap") {
			t.Error("something is missing between")
		}
	})
}

// Commands are signed, for one agent, and their results are that agent's to
// tell; changes go into the baseline by two people where that is asked for.
func TestCommands(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		w.run(w.Fleet)
		token := w.token(0)
		h, other := w.join(token, "web-1", "m1", "b1"), w.join(token, "web-2", "m2", "b2")
		if _, err := w.Command(ctx, w.as(tenant.Viewer, 0), h.agent().ID, wire.CommandScan); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("a viewer commands: %v", err)
		}
		if _, err := w.Command(ctx, w.admin(), h.agent().ID, "shell"); !errors.Is(err, fleet.ErrInvalid) {
			t.Errorf("an unlisted command: %v", err)
		}
		if _, err := w.Command(ctx, w.as(tenant.Responder, 0), h.agent().ID, wire.CommandScan); err != nil {
			t.Fatal(err)
		}
		var b wire.Beat
		other.beats().want(200).read(&b)
		if len(b.Commands) != 0 {
			t.Fatal("another agent gets the command")
		}
		h.beats().want(200).read(&b)
		if len(b.Commands) != 1 {
			t.Fatalf("%d commands", len(b.Commands))
		}
		body := h.command(b.Commands[0])
		if body.Agent != h.enrolled.Agent || body.Kind != wire.CommandScan {
			t.Errorf("commanded %+v", body)
		}
		b = wire.Beat{}
		h.beats().want(200).read(&b)
		if len(b.Commands) != 0 {
			t.Error("it is told twice within moments")
		}
		result := func(from *host, id, state string) answer {
			return from.send(wire.PathResult, must2(json.Marshal(wire.Result{ID: id, State: state}))(t))
		}
		result(other, body.ID, "done").refused(wire.CodeInvalid)
		result(h, body.ID, "won").refused(wire.CodeInvalid)
		result(h, body.ID, "done").want(200)
		result(h, body.ID, "failed").want(200) // told twice: the first holds
		list, _, err := w.Commands(ctx, w.admin(), h.agent().ID, nil, "", 0)
		if err != nil || len(list) != 1 || list[0].State != fleet.CommandDone {
			t.Errorf("%+v, %v", list, err)
		}

		h.says(wire.EventIntegrity, change("/etc/motd", "changed", "medium", "", false)).want(200)
		eventually(t, "the change", func() bool { return len(w.changes(fleet.ChangeQuery{})) == 1 })
		s := must2(w.Settings(ctx, w.admin(), w.web))(t)
		s.Group, s.FourEyes = w.web, true
		must2(w.SetSettings(ctx, w.admin(), s))(t)
		id := w.changes(fleet.ChangeQuery{})[0].ID
		asked := must2(w.Approve(ctx, w.as(tenant.Responder, 0), []int64{id}))(t)
		if asked.State != fleet.CommandAsked {
			t.Errorf("the command is %s", asked.State)
		}
		if _, err := w.ApproveCommand(ctx, w.as(tenant.Responder, 0), asked.ID); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("who asked approves: %v", err)
		}
		if _, err := w.Approve(ctx, w.as(tenant.Responder, 0), []int64{id}); !errors.Is(err, fleet.ErrInvalid) {
			t.Errorf("asked for twice: %v", err)
		}
		b = wire.Beat{}
		h.beats().want(200).read(&b)
		if len(b.Commands) != 0 {
			t.Error("it is delivered before it is approved")
		}
		bob := w.as(tenant.Responder, 0)
		bob.ID, bob.Name = 8, "Bob"
		must2(w.ApproveCommand(ctx, bob, asked.ID))(t)
		h.beats().want(200).read(&b)
		if len(b.Commands) != 1 {
			t.Fatal("the approved command is not delivered")
		}
		body = h.command(b.Commands[0])
		result(h, body.ID, "done").want(200)
		if c := w.changes(fleet.ChangeQuery{}); c[0].State != fleet.ChangeApproved {
			t.Errorf("the change is %s", c[0].State)
		}
		if total, facets, err := w.FileChangeFacets(ctx, w.admin(), fleet.ChangeQuery{}); err != nil || total != 1 || facets[0].Values[0].Value != fleet.ChangeApproved {
			t.Errorf("counted %d %v, %v", total, facets, err)
		}
	})
}

// command verifies and reads a command as an agent does.
func (h *host) command(c wire.Command) (body wire.CommandBody) {
	h.w.t.Helper()
	ca := parse(h.w.t, h.enrolled.Authority)
	if err := wire.Verify(ca, "command", c.Body, c.Signature); err != nil {
		h.w.t.Error(err)
	}
	if err := json.Unmarshal(c.Body, &body); err != nil {
		h.w.t.Fatal(err)
	}
	return body
}

// What an agent is in, and who may do what to it.
func TestMoveAndReach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		shops := must2(w.dir.AddGroup(ctx, tenant.Group{Org: w.org, Parent: w.tree().Root(), Kind: tenant.Team, Name: "Shops"}))(t)
		h := w.join(w.token(0), "web-1", "m1", "b1")
		id := h.agent().ID
		outside := w.as(tenant.Administrator, shops)
		for what, err := range map[string]error{
			"get":    second(w.Get(ctx, outside, id)),
			"retire": second(w.Retire(ctx, outside, id, "")),
			"revoke": second(w.Revoke(ctx, outside, id, "")),
			"trust":  second(w.Trust(ctx, outside, id, "x")),
			"move":   second(w.Move(ctx, outside, id, shops)),
			"scan":   second(w.Command(ctx, outside, id, wire.CommandScan)),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s from another group: %v", what, err)
			}
		}
		if list, _, err := w.List(ctx, outside, fleet.Query{}); err != nil || len(list) != 0 {
			t.Errorf("another group lists %d, %v", len(list), err)
		}
		if total, _, err := w.Facets(ctx, outside, fleet.Query{}); err != nil || total != 0 {
			t.Errorf("another group counts %d, %v", total, err)
		}
		for what, err := range map[string]error{
			"retire": second(w.Retire(ctx, w.as(tenant.Responder, 0), id, "")),
			"revoke": second(w.Revoke(ctx, w.as(tenant.Contributor, 0), id, "")),
			"move":   second(w.Move(ctx, w.as(tenant.Responder, 0), id, shops)),
			"trust":  second(w.Trust(ctx, w.as(tenant.Responder, 0), id, "x")),
		} {
			if !errors.Is(err, tenant.ErrForbidden) {
				t.Errorf("%s without the role: %v", what, err)
			}
		}
		if _, err := w.Move(ctx, w.as(tenant.Administrator, w.web), id, shops); !errors.Is(err, fleet.ErrInvalid) {
			t.Errorf("into a group that one does not see: %v", err)
		}
		if a := must2(w.Move(ctx, w.admin(), id, shops))(t); a.Group != shops {
			t.Errorf("it lies in %d", a.Group)
		}
		if total, _, err := w.Facets(ctx, outside, fleet.Query{}); err != nil || total != 1 {
			t.Errorf("moved, its group counts %d, %v", total, err)
		}
		var n int
		err := db.NewSelect().Table("audit_entries").ColumnExpr("COUNT(*)").Where("org = ? AND action = ?", w.org, "agent.moved").Scan(ctx, &n)
		if err != nil || n != 1 {
			t.Errorf("%d lines in the audit log, %v", n, err)
		}
		if _, err := w.Trust(ctx, w.admin(), id, "x"); !errors.Is(err, fleet.ErrInvalid) {
			t.Errorf("an agent that is trusted: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
