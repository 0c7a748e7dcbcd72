package fleet_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/siblings"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// users is a host document that tells of nothing but accounts.
func users(names ...string) string {
	var list []string
	for i, n := range names {
		list = append(list, fmt.Sprintf(`{"name":%q,"uid":%d,"login":true,"shell":"/bin/sh"}`, n, 1000+i))
	}
	return `{"demarc_host":1,"read":["accounts"],"accounts":{"users":[` + strings.Join(list, ",") + `]}}`
}

func (w *world) detections(q fleet.DetectionQuery) []fleet.Detection {
	w.t.Helper()
	list, _, err := w.Detections(w.t.Context(), w.admin(), q)
	return must(w.t, list, err)
}

// What comes to be on a server between two documents is told once, what a window has
// planned is kept and alarms nobody, and people say what it was.
func TestSignsOfDocuments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.run(w.Fleet)
		h := w.join(w.token(0), "web-1", "m1", "b1")
		h.beats().want(200)
		sees := func(doc string, n int) {
			t.Helper()
			w.clock.pass(time.Minute)
			h.says(wire.EventHost, doc).want(200)
			at := w.clock.now()
			eventually(t, "the document", func() bool { return h.agent().Document.Equal(at) })
			if got := w.detections(fleet.DetectionQuery{}); len(got) != n {
				t.Fatalf("%d detections, want %d: %+v", len(got), n, got)
			}
		}
		sees(users("ann"), 0)
		sees(`{"demarc_host":1,"read":[]}`, 0) // it tells of nothing, and forgets nothing
		sees(users("ann", "mallory"), 1)
		d := w.detections(fleet.DetectionQuery{})[0]
		if d.Rule != "new-user" || d.Severity != "high" || d.Explained || d.State != fleet.DetectionOpen || !strings.Contains(d.Title, "mallory") || w.told.count(fleet.Detected) != 1 {
			t.Errorf("%+v, told %d", d, w.told.count(fleet.Detected))
		}
		if _, err := w.AddWindow(t.Context(), w.admin(), fleet.Window{Group: w.web, Name: "Friday", Why: "new staff", Until: w.clock.now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		sees(users("ann", "mallory", "bob"), 2)
		if got := w.detections(fleet.DetectionQuery{Explained: []string{"yes"}}); len(got) != 1 || !strings.Contains(got[0].Why, "“Friday” of Ann: new staff") || w.told.count(fleet.Detected) != 1 {
			t.Errorf("%+v, told %d", got, w.told.count(fleet.Detected))
		}

		for role, want := range map[tenant.Role]error{
			tenant.Viewer: tenant.ErrForbidden, tenant.Contributor: tenant.ErrForbidden, tenant.Approver: tenant.ErrForbidden, tenant.Auditor: tenant.ErrForbidden,
			tenant.Responder: nil, tenant.Administrator: nil,
		} {
			if err := w.DecideDetections(t.Context(), w.as(role, 0), []int64{d.ID}, fleet.DetectionAcknowledged, ""); !errors.Is(err, want) {
				t.Errorf("%s acknowledges: %v, want %v", role, err, want)
			}
		}
		if err := w.DecideDetections(t.Context(), w.admin(), []int64{d.ID}, fleet.DetectionClosed, " "); !errors.Is(err, fleet.ErrInvalid) {
			t.Errorf("closed without a word: %v", err)
		}
		if err := w.DecideDetections(t.Context(), w.admin(), []int64{d.ID, 99999}, fleet.DetectionClosed, "x"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("one of nobody's: %v", err)
		}
		if err := w.DecideDetections(t.Context(), w.admin(), []int64{d.ID}, fleet.DetectionClosed, "A contractor; gone."); err != nil {
			t.Fatal(err)
		}
		one, notes, err := w.Detection(t.Context(), w.as(tenant.Viewer, w.web), d.ID)
		if err != nil || one.State != fleet.DetectionClosed || len(notes) != 2 || notes[0].State != fleet.DetectionAcknowledged || notes[1].Text != "A contractor; gone." || notes[1].By != "Ann" {
			t.Errorf("%+v, %+v, %v", one, notes, err)
		}
		total, facets, err := w.DetectionFacets(t.Context(), w.admin(), fleet.DetectionQuery{States: []string{fleet.DetectionOpen}})
		if err != nil || total != 1 || fmt.Sprint(facets) != "[{severity [{high 1}]} {rule [{new-user 1}]} {state [{closed 1} {open 1}]} {explained [{yes 1}]} {group ["+fmt.Sprintf("{%d 1}", w.web)+"]}]" {
			t.Errorf("%d, %v, %v", total, facets, err)
		}
		w.Keep = time.Hour
		w.clock.pass(2 * time.Hour)
		if err := w.Forget(t.Context()); err != nil || len(w.detections(fleet.DetectionQuery{})) != 0 {
			t.Errorf("old ones stay, %v", err)
		}
	})
}

func TestWindowHolds(t *testing.T) {
	at := func(s string) time.Time { return must2(time.Parse(time.RFC3339, s))(t) }
	w := fleet.Window{Zone: "Europe/Zurich", Days: []time.Weekday{time.Friday}, Minute: 23 * 60, Length: 3 * time.Hour, From: at("2026-01-01T00:00:00Z"), Until: at("2026-12-31T00:00:00Z")}
	for moment, want := range map[string]bool{
		"2026-11-27T21:59:00Z": false, "2026-11-27T22:00:00Z": true, "2026-11-28T00:59:00Z": true, "2026-11-28T01:00:00Z": false, // in winter, over midnight
		"2026-07-03T21:00:00Z": true, "2026-07-04T00:00:00Z": false, // in summer
		"2026-11-26T22:30:00Z": false, "2027-01-01T22:30:00Z": false, "2025-12-26T22:30:00Z": false,
	} {
		if got := w.Holds(at(moment)); got != want {
			t.Errorf("%s: %v", moment, got)
		}
	}
	w.Ended = at("2026-11-27T23:00:00Z")
	if w.Holds(at("2026-11-27T23:00:00Z")) || !w.Holds(at("2026-11-27T22:30:00Z")) {
		t.Error("its end by hand is not when it ends")
	}
	once := fleet.Window{Zone: "UTC", From: at("2026-01-01T00:00:00Z"), Until: at("2026-01-02T00:00:00Z")}
	if !once.Holds(at("2026-01-01T12:00:00Z")) || once.Holds(at("2026-01-02T00:00:00Z")) {
		t.Error("one stretch does not hold from its beginning to its end")
	}
}

// Plans: who may make them, what is refused, and what they explain.
func TestPlannedWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.run(w.Fleet)
		ctx, soon := t.Context(), w.clock.now().Add(time.Hour)
		for _, role := range tenant.Roles {
			want := tenant.ErrForbidden
			if role == tenant.Administrator {
				want = nil
			}
			x, err := w.AddWindow(ctx, w.as(role, w.web), fleet.Window{Group: w.web, Name: "w", Why: "x", From: soon, Until: soon.Add(time.Hour)})
			if !errors.Is(err, want) {
				t.Errorf("%s makes a window: %v", role, err)
			}
			y, err := w.AddDeployer(ctx, w.as(role, w.web), fleet.Deployer{Group: w.web, Name: "d", Why: "x", User: "ci" + string(role), Until: soon})
			if !errors.Is(err, want) {
				t.Errorf("%s makes a deployer: %v", role, err)
			}
			if list, _, err := w.Windows(ctx, w.as(role, w.web), "", 0); err != nil || (role == tenant.Administrator) != (len(list) == 1) && len(list) > 1 {
				t.Errorf("%s reads %d windows: %v", role, len(list), err)
			}
			if want != nil {
				continue
			}
			for _, other := range tenant.Roles {
				if other == tenant.Administrator {
					continue
				}
				if err := errors.Join(w.EndWindow(ctx, w.as(other, w.web), x.ID), w.EndDeployer(ctx, w.as(other, w.web), y.ID)); !errors.Is(err, tenant.ErrForbidden) {
					t.Errorf("%s ends them: %v", other, err)
				}
			}
			if err := errors.Join(w.EndWindow(ctx, w.as(role, w.web), x.ID), w.EndDeployer(ctx, w.as(role, w.web), y.ID), w.EndWindow(ctx, w.as(role, w.web), x.ID)); err != nil {
				t.Error(err)
			}
		}
		for name, bad := range map[string]fleet.Window{
			"no reason": {Name: "x", Until: soon}, "no name": {Why: "x", Until: soon}, "the past": {Name: "x", Why: "x", Until: w.began.Add(-time.Hour)},
			"for ever": {Name: "x", Why: "x", Until: soon.AddDate(2, 0, 0)}, "a long stretch": {Name: "x", Why: "x", Until: soon.AddDate(0, 2, 0)},
			"no such zone": {Name: "x", Why: "x", Until: soon, Zone: "Mars/Olympus"}, "no length": {Name: "x", Why: "x", Until: soon, Days: []time.Weekday{1}},
			"no such day": {Name: "x", Why: "x", Until: soon, Days: []time.Weekday{9}, Length: time.Hour},
		} {
			if _, err := w.AddWindow(ctx, w.admin(), bad); !errors.Is(err, fleet.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, bad := range map[string]fleet.Deployer{
			"nobody": {}, "root alone": {User: "root"}, "no path": {Program: "deploy"}, "a way around": {Program: "/usr/bin/../../tmp/x"}, "a path of nothing": {User: "ci", Paths: []string{"srv"}},
		} {
			bad.Name, bad.Why, bad.Until = "x", "x", soon
			if _, err := w.AddDeployer(ctx, w.admin(), bad); !errors.Is(err, fleet.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}

		h := w.join(w.token(0), "web-1", "m1", "b1")
		h.beats().want(200)
		if _, err := w.AddDeployer(ctx, w.admin(), fleet.Deployer{Name: "Releases", Why: "the pipeline", Unit: "deploy.service", Paths: []string{"/srv/app"}, Until: soon}); err != nil {
			t.Fatal(err)
		}
		w.clock.pass(time.Minute)
		by := func(path, process string) string {
			return `{"path":"` + path + `","what":"changed","severity":"high","after":{},"process":` + process + `}`
		}
		h.says(wire.EventIntegrity,
			by("/srv/app/main", `{"exe":"/usr/bin/cp","parent":{"exe":"/bin/sh","unit":"deploy.service"}}`),
			by("/etc/passwd", `{"exe":"/usr/bin/cp","unit":"deploy.service"}`),
			by("/srv/app/lib", `{"exe":"/usr/bin/cp","unit":"deploy.service","container":"0123456789ab"}`),
			by("/srv/application", `{"exe":"/usr/bin/cp","unit":"deploy.service"}`),
		).want(200)
		eventually(t, "the changes", func() bool { return len(w.changes(fleet.ChangeQuery{})) == 4 })
		got := w.changes(fleet.ChangeQuery{Explained: []string{"yes"}})
		if len(got) != 1 || got[0].Path != "/srv/app/main" || got[0].Cause != "deployment" || !strings.Contains(got[0].Why, "“Releases”, which Ann declared: the pipeline") || got[0].Severity != "high" {
			t.Errorf("%+v", got)
		}
		told := w.told.count(fleet.Unknown)
		x := must2(w.AddWindow(ctx, w.admin(), fleet.Window{Name: "Patch day", Why: "kernel", Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6}, Length: 24 * time.Hour, Until: soon.AddDate(0, 1, 0)}))(t)
		w.clock.pass(time.Minute)
		h.says(wire.EventIntegrity, change("/boot/vmlinuz", "changed", "critical", "login", false)).want(200)
		eventually(t, "the change in the window", func() bool { return len(w.changes(fleet.ChangeQuery{Causes: []string{"window"}})) == 1 })
		if w.told.count(fleet.Unknown) != told {
			t.Error("what was planned alarms people")
		}
		if err := w.EndWindow(ctx, w.admin(), x.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.pass(time.Minute)
		h.says(wire.EventIntegrity, change("/boot/grub", "changed", "critical", "", false)).want(200)
		eventually(t, "the change after it", func() bool { return w.told.count(fleet.Unknown) == told+1 })
	})
}

// One server whose file is another than its siblings' stands out; where there are too few,
// nothing is told.
func TestDifferencesInAGroup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.run(w.Fleet)
		ctx := t.Context()
		hash := func(c string) string { return strings.Repeat(c, wire.DigestLength) }
		digests := func(curl string, more ...string) string {
			d := wire.Digests{Policy: "linux 1", Complete: true, Files: map[string]string{"/usr/bin/curl": hash(curl), "/etc/ssh/sshd_config": hash("a")}}
			for _, p := range more {
				d.Files[p] = hash("e")
			}
			return string(must2(json.Marshal(d))(t))
		}
		token := w.token(0)
		var all []*host
		for i := range 4 {
			h := w.join(token, fmt.Sprint("web-", i), fmt.Sprint("m", i), "b1")
			h.beats().want(200)
			all = append(all, h)
		}
		compared := func(servers int64) fleet.Comparison {
			t.Helper()
			var c fleet.Comparison
			eventually(t, "the comparison", func() bool {
				w.clock.pass(2 * time.Minute)
				if err := w.Compare(ctx); err != nil {
					t.Fatal(err)
				}
				list := must2(w.Comparisons(ctx, w.admin(), 0))(t)
				if len(list) == 1 {
					c = list[0]
				}
				return c.Servers == servers
			})
			return c
		}
		for _, h := range all[:3] {
			h.says(wire.EventDigests, digests("b")).want(200)
		}
		if c := compared(3); c.Alone != 3 || c.Odd != 0 {
			t.Errorf("three servers: %+v", c)
		}
		all[3].says(wire.EventDigests, digests("f", "/usr/bin/x")).want(200)
		if c := compared(4); c.Alone != 0 || c.Odd != 2 || c.Files != 3 || c.Partial {
			t.Errorf("four servers: %+v", c)
		}
		list, _, err := w.Differences(ctx, w.as(tenant.Viewer, w.web), fleet.DifferenceQuery{Kinds: []string{siblings.Content}})
		if err != nil || len(list) != 1 || list[0].Agent != all[3].agent().ID || list[0].Path != "/usr/bin/curl" || list[0].Hash != hash("f") || list[0].Others != hash("b") || list[0].Agree != 3 || list[0].Siblings != 3 {
			t.Errorf("%+v, %v", list, err)
		}
		since := list[0].Since
		if list, _, err := w.Differences(ctx, w.admin(), fleet.DifferenceQuery{Path: "/usr/bin/x"}); err != nil || len(list) != 1 || list[0].Kind != siblings.Only {
			t.Errorf("%+v, %v", list, err)
		}
		// Once more the same, then it is mended.
		all[0].says(wire.EventDigests, digests("b", "/usr/bin/y")).want(200)
		eventually(t, "the next comparison", func() bool {
			compared(4)
			list, _, err = w.Differences(ctx, w.admin(), fleet.DifferenceQuery{})
			return err == nil && len(list) == 3
		})
		if i := len(list) - 2; !list[i].Since.Equal(since) && !list[i+1].Since.Equal(since) {
			t.Errorf("what differed before began anew: %+v", list)
		}
		all[3].says(wire.EventDigests, digests("b")).want(200)
		if _, err := w.Retire(ctx, w.admin(), all[0].agent().ID, "gone"); err != nil {
			t.Fatal(err)
		}
		if c := compared(3); c.Odd != 0 || c.Alone != 3 {
			t.Errorf("after it was mended: %+v", c)
		}
		if list, _, err := w.Differences(ctx, w.admin(), fleet.DifferenceQuery{}); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		all[1].says(wire.EventDigests, `{"files":{"/a":"short"}}`, `{"files":{"../x":"`+hash("a")+`"}}`, `{}`).want(200)
		eventually(t, "what is no list", func() bool { return strings.Count(strings.Join(all[1].moments(), " "), "unreadable") == 3 })
	})
}
