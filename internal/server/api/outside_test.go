package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// refused holds an answer to being a problem of a kind.
func (w *world) refused(what string, a answer, status int, code string) {
	w.t.Helper()
	if a.status != status || a.code() != code || a.header.Get("Content-Type") != "application/problem+json" {
		w.t.Errorf("%s: %d, want %d %s: %.300s", what, a.status, status, code, a.body)
	}
}

func (w *world) wants(what string, a answer, status int) answer {
	w.t.Helper()
	if a.status != status {
		w.t.Fatalf("%s: %d, want %d: %.300s", what, a.status, status, a.body)
	}
	return a
}

// The same key with the same request makes one thing and gives one answer.
func TestIdempotencyKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.tokens["administrator"]
		send := func(token, path, key, text string) answer {
			return w.do(token, http.MethodPost, path, []byte(text), "Idempotency-Key", key)
		}
		const web = `{"kind":"team","name":"Web"}`
		first := w.wants("the first", send(admin, "/api/v1/groups", "k1", web), 201)
		again := w.wants("the second", send(admin, "/api/v1/groups", "k1", web), 201)
		if !bytes.Equal(first.body, again.body) || first.header.Get("Location") != again.header.Get("Location") || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("another answer: %s %v", again.body, again.header)
		}
		if n := strings.Count(string(w.do(admin, http.MethodGet, "/api/v1/groups", nil).body), `"Web"`); n != 1 {
			t.Errorf("%d groups were made", n)
		}
		w.refused("another body", send(admin, "/api/v1/groups", "k1", `{"kind":"team","name":"Data"}`), 422, "key-reused")
		w.refused("another address", send(admin, "/api/v1/sources", "k1", `{"kind":"push","name":"s"}`), 422, "key-reused")
		w.refused("another If-Match", w.do(admin, http.MethodPost, "/api/v1/groups", []byte(web), "Idempotency-Key", "k1", "If-Match", `"x"`), 422, "key-reused")
		w.refused("another caller has another key of the same name", send(w.tokens["viewer"], "/api/v1/groups", "k1", web), 403, "forbidden")
		w.wants("another organisation", send(w.tokens["rival"], "/api/v1/groups", "k1", web), 201)
		// What was refused for who asked is not kept; what was wrong with it is.
		w.refused("refused", send(w.tokens["viewer"], "/api/v1/groups", "k2", web), 403, "forbidden")
		if a := send(w.tokens["viewer"], "/api/v1/groups", "k2", `{"kind":"team","name":"Data"}`); a.code() != "forbidden" {
			t.Errorf("a refusal is kept: %s", a.body)
		}
		w.refused("wrong", send(admin, "/api/v1/groups", "k3", `{"kind":"team"}`), 422, "invalid")
		if a := send(admin, "/api/v1/groups", "k3", `{"kind":"team"}`); a.status != 422 || a.code() != "invalid" || a.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("the same mistake: %d %s", a.status, a.body)
		}
		for _, key := range []string{"two words", strings.Repeat("k", 201), "schlüssel"} {
			w.refused("the key "+key, send(admin, "/api/v1/groups", key, web), 422, "invalid")
		}
		// The answer may hold a secret, so that it is not kept in clear.
		secret := w.wants("a webhook", send(admin, "/api/v1/notifications/channels", "k4", `{"kind":"webhook","name":"w","config":{"url":"https://127.0.0.1:1/"}}`), 201)
		var made api.NewChannel
		secret.read(t, &made)
		if made.Secret == "" || !bytes.Equal(secret.body, send(admin, "/api/v1/notifications/channels", "k4", `{"kind":"webhook","name":"w","config":{"url":"https://127.0.0.1:1/"}}`).body) {
			t.Errorf("the secret is not given again: %s", secret.body)
		}
		var rows []map[string]any
		if err := db.NewSelect().Table("api_answers").Scan(t.Context(), &rows); err != nil || len(rows) == 0 {
			t.Fatalf("%d answers are kept, %v", len(rows), err)
		}
		if strings.Contains(fmt.Sprintf("%s", rows), made.Secret) {
			t.Error("the answer is kept in clear")
		}
	})
}

// Whoever has the answer is told that it is the same, and a change is made
// only to what was looked at.
func TestETags(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.tokens["administrator"]
		path := fmt.Sprintf("/api/v1/groups/%d", w.group())
		tag := w.wants("a group", w.do(admin, http.MethodGet, path, nil), 200).header.Get("ETag")
		for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			if a := w.do(admin, http.MethodGet, path, nil, "If-None-Match", header); a.status != 304 || len(a.body) != 0 || a.header.Get("ETag") != tag {
				t.Errorf("If-None-Match: %s: %d %s", header, a.status, a.body)
			}
		}
		w.wants("If-None-Match of something else", w.do(admin, http.MethodGet, path, nil, "If-None-Match", `"other"`), 200)
		change := func(name, match string) answer {
			return w.do(admin, http.MethodPut, path, []byte(body(object{"kind": "team", "name": name})), "If-Match", match)
		}
		w.refused("a change to what was not looked at", change("a", `"other"`), 412, "changed")
		w.wants("a change to what was", change("b", tag), 200)
		w.refused("the same tag again", change("c", tag), 412, "changed")
		w.refused("removing what changed", w.do(admin, http.MethodDelete, path, nil, "If-Match", tag), 412, "changed")
		now := w.wants("it", w.do(admin, http.MethodGet, path, nil, "If-None-Match", tag), 200)
		if !strings.Contains(string(now.body), `"b"`) {
			t.Errorf("refused changes were made: %s", now.body)
		}
		w.wants("any state", change("d", "*"), 200)
		// A list has a tag too, which tells of what is in it.
		all := w.do(admin, http.MethodGet, "/api/v1/groups", nil).header.Get("ETag")
		w.group()
		w.wants("a list with one more", w.do(admin, http.MethodGet, "/api/v1/groups", nil, "If-None-Match", all), 200)
		w.refused("no tag tells whether a thing is there that is not one's own", w.do(w.tokens["rival"], http.MethodPut, path, []byte(body(object{"kind": "team", "name": "e"})), "If-Match", `"other"`), 404, "not-found")
	})
}

// Whoever asks too often waits, and nobody else does.
func TestRates(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	viewer := w.tokens["viewer"]
	first := w.wants("the first", w.do(viewer, http.MethodGet, "/api/v1/me", nil), 200)
	if first.header.Get("RateLimit-Limit") != "300" || first.header.Get("RateLimit-Remaining") != "299" || first.header.Get("RateLimit-Reset") == "" {
		t.Errorf("%v", first.header)
	}
	var last answer
	for range 2000 {
		if last = w.do(viewer, http.MethodGet, "/api/v1/me", nil); last.status != 200 {
			break
		}
	}
	w.refused("very many", last, 429, "rate-limited")
	if last.header.Get("Retry-After") != "1" || last.header.Get("RateLimit-Remaining") != "0" {
		t.Errorf("%v", last.header)
	}
	w.wants("somebody else", w.do(w.tokens["auditor"], http.MethodGet, "/api/v1/me", nil), 200)
}

// pages reads a list page by page and returns the ids in their order.
func (w *world) pages(token, path string, limit int, between func()) []int64 {
	w.t.Helper()
	var ids []int64
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	next := fmt.Sprintf("%s%slimit=%d", path, sign, limit)
	for n := 0; next != ""; n++ {
		if n > 1000 {
			w.t.Fatalf("%s has no end", path)
		}
		a := w.wants(next, w.do(token, http.MethodGet, next, nil), 200)
		var p struct {
			Items []struct {
				ID int64 `json:"id"`
			} `json:"items"`
			Next string `json:"next"`
		}
		a.read(w.t, &p)
		if len(p.Items) > limit {
			w.t.Errorf("%s has %d items", next, len(p.Items))
		}
		for _, i := range p.Items {
			ids = append(ids, i.ID)
		}
		link := a.header.Get("Link")
		if (p.Next == "") != (link == "") {
			w.t.Errorf("%s: next is %q, Link %q", next, p.Next, link)
		}
		next = strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
		if between != nil {
			between()
		}
	}
	return ids
}

// Page by page a list is the whole list, each item once, also while more come
// in; and a cursor of something else is refused.
func TestPaging(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.tokens["administrator"]
		for range 5 {
			w.newSource(sources.Push)
			w.group()
			w.person()
			w.job()
			w.waiver()
			w.channel()
			w.delivery()
		}
		for _, path := range []string{
			"/groups", "/sources", "/people", "/jobs", "/assets", "/findings?state=open&state=passing&state=unverified", "/waivers", "/snapshots", "/service-accounts",
			"/tokens?all=true", "/notifications/channels", "/notifications/deliveries", "/changes",
		} {
			path = "/api/v1" + path
			whole := w.pages(admin, path, 200, nil)
			if parts := w.pages(admin, path, 2, nil); !slices.Equal(whole, parts) || len(whole) == 0 {
				t.Errorf("%s: in pages of 2 %v, of 200 %v", path, parts, whole)
			}
			if unique := slices.Compact(slices.Sorted(slices.Values(whole))); len(unique) != len(whole) {
				t.Errorf("%s gives something twice: %v", path, whole)
			}
			sign := "?"
			if strings.Contains(path, "?") {
				sign = "&"
			}
			for _, cursor := range []string{"nonsense", "W10", "WyJhIiwiYiIsImMiLCJkIiwiZSIsImYiXQ", "bnVsbA"} {
				a := w.do(admin, http.MethodGet, path+sign+"cursor="+cursor, nil)
				w.refused(path+" with the cursor "+cursor, a, 400, "bad-cursor")
			}
			w.refused(path+" with a limit too large", w.do(admin, http.MethodGet, path+sign+"limit=201", nil), 422, "invalid")
		}
		before := w.pages(admin, "/api/v1/jobs", 200, nil)
		during := w.pages(admin, "/api/v1/jobs", 2, func() {
			if w.made < 200 {
				w.job()
			}
		})
		if !slices.Equal(before, during) {
			t.Errorf("while jobs come in: %v, want %v", during, before)
		}
		groups := w.pages(admin, "/api/v1/groups", 200, nil)
		for i, id := range w.pages(admin, "/api/v1/groups", 2, func() {
			if w.made < 300 {
				w.group()
			}
		}) {
			if i < len(groups) && id != groups[i] {
				t.Fatalf("while groups come in, the one at %d is %d, want %d", i, id, groups[i])
			}
		}
	})
}

// Filters narrow; one that cannot be is refused rather than taken for none.
func TestFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		viewer := w.tokens["viewer"]
		count := func(query string) (n int, all []string) {
			t.Helper()
			var p struct {
				Items []struct {
					Address  string `json:"address"`
					Severity string `json:"severity"`
				} `json:"items"`
			}
			w.wants(query, w.do(viewer, http.MethodGet, "/api/v1/findings?"+query, nil), 200).read(t, &p)
			for _, i := range p.Items {
				all = append(all, i.Address+" "+i.Severity)
			}
			return len(all), all
		}
		whole, _ := count("limit=200")
		high, found := count("limit=200&severity=high")
		critical, _ := count("limit=200&severity=critical")
		both, _ := count("limit=200&severity=high&severity=critical")
		if high == 0 || high+critical != both || both >= whole {
			t.Errorf("%d high, %d critical, %d of both, %d in all", high, critical, both, whole)
		}
		for _, f := range found {
			if !strings.HasSuffix(f, " high") {
				t.Errorf("severity=high gives %s", f)
			}
		}
		if n, all := count("limit=200&service=aws/rds"); n == 0 || slices.ContainsFunc(all, func(a string) bool { return !strings.HasPrefix(a, "aws_db_instance.orders") }) {
			t.Errorf("service=aws/rds gives %v", all)
		}
		if n, all := count("limit=200&service=aws/rds&severity=low&provider=google"); n != 0 {
			t.Errorf("filters that nothing passes give %v", all)
		}
		for _, query := range []string{
			"severity=awful", "severity=", "severity=high&severity=", "service=&service=aws/rds", "team=", "state=", "new_since=", "new_since=yesterday", "limit=", "limit=0",
			"group=x", "source=0", "sevrity=high",
		} {
			w.refused(query, w.do(viewer, http.MethodGet, "/api/v1/findings?"+query, nil), 422, "invalid")
		}
		w.refused("a group that is not there", w.do(viewer, http.MethodGet, "/api/v1/findings?group=9999", nil), 404, "not-found")
	})
}

// A role in a group holds there and below, and shows nothing of what is beside.
func TestSubgroup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.tokens["administrator"]
		add := func(parent int64, name string, scope object) int64 {
			t.Helper()
			in := object{"kind": "product", "name": name, "scope": scope}
			if parent != 0 {
				in["parent"] = parent
			}
			var g api.Group
			w.wants(name, w.do(admin, http.MethodPost, "/api/v1/groups", []byte(body(in))), 201).read(t, &g)
			return g.ID
		}
		var orders struct {
			Items []struct {
				Kind string `json:"kind"`
			} `json:"items"`
		}
		w.wants("the database", w.do(admin, http.MethodGet, "/api/v1/assets?text=orders", nil), 200).read(t, &orders)
		data := add(0, "Data", object{"kinds": []string{orders.Items[0].Kind}})
		below := add(data, "Orders", object{})
		beside := add(0, "Beside", object{})
		tree, err := w.Directory.Tree(t.Context(), w.admin.Org)
		w.admin.Tree = must(t, tree, err)
		for _, role := range tenant.Roles {
			token := w.token(w.admin, "in-data-"+string(role), tenant.Grant{Group: data, Role: role})
			var groups, assets struct {
				Items []struct {
					ID      int64  `json:"id"`
					Group   int64  `json:"group"`
					Address string `json:"address"`
				} `json:"items"`
			}
			w.wants("groups", w.do(token, http.MethodGet, "/api/v1/groups", nil), 200).read(t, &groups)
			var ids []int64
			for _, g := range groups.Items {
				ids = append(ids, g.ID)
			}
			if !slices.Equal(ids, []int64{data, below}) {
				t.Errorf("%s of Data sees the groups %v, want %d and %d", role, ids, data, below)
			}
			w.wants("assets", w.do(token, http.MethodGet, "/api/v1/assets?limit=200", nil), 200).read(t, &assets)
			if len(assets.Items) == 0 {
				t.Errorf("%s of Data sees no assets", role)
			}
			for _, a := range assets.Items {
				if a.Group != data && a.Group != below {
					t.Errorf("%s of Data sees %s of group %d", role, a.Address, a.Group)
				}
			}
			for _, path := range []string{"/api/v1/assets", "/api/v1/findings", "/api/v1/duties", "/api/v1/changes", "/api/v1/matrix", "/api/v1/findings/facets", "/api/v1/weakest"} {
				if a := w.do(token, http.MethodGet, path, nil); a.status != 200 || strings.Contains(string(a.body), "receipts") {
					t.Errorf("%s of Data at %s: %d, with what lies beside", role, path, a.status)
				}
			}
			w.refused("a group beside", w.do(token, http.MethodGet, fmt.Sprintf("/api/v1/groups/%d", beside), nil), 404, "not-found")
			w.refused("the group above", w.do(token, http.MethodGet, fmt.Sprintf("/api/v1/groups/%d", w.admin.Tree.Root()), nil), 404, "not-found")
			if a := w.do(token, http.MethodPost, "/api/v1/sources", []byte(body(object{"kind": "push", "name": w.next("s"), "group": beside}))); a.status != 403 && a.status != 404 {
				t.Errorf("%s of Data adds a source beside: %d %s", role, a.status, a.body)
			}
			want := 403
			if role.May(tenant.Contribute) {
				want = 201
			}
			if a := w.do(token, http.MethodPost, "/api/v1/sources", []byte(body(object{"kind": "push", "name": w.next("s"), "group": below}))); a.status != want {
				t.Errorf("%s of Data adds a source below: %d, want %d: %s", role, a.status, want, a.body)
			}
		}
	})
}

// Whoever asked for a waiver takes it back, once, and nobody else does.
func TestWithdraw(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		asker := w.tokens["contributor"]
		var made api.Waiver
		w.wants("asking", w.do(asker, http.MethodPost, "/api/v1/waivers", []byte(body(object{"findings": []int64{w.first.ID}, "reason": "A trial, without data.", "until": tomorrow()}))), 201).read(t, &made)
		path := fmt.Sprintf("/api/v1/waivers/%d/withdraw", made.ID)
		w.refused("by an administrator", w.do(w.tokens["administrator"], http.MethodPost, path, nil), 403, "forbidden")
		w.refused("by another organisation", w.do(w.tokens["rival"], http.MethodPost, path, nil), 404, "not-found")
		w.wants("by who asked", w.do(asker, http.MethodPost, path, nil), 200).read(t, &made)
		if made.State != "withdrawn" {
			t.Errorf("it is %s", made.State)
		}
		if a := w.do(asker, http.MethodPost, path, nil); a.status != 422 && a.status != 409 {
			t.Errorf("twice: %d %s", a.status, a.body)
		}
		if a := w.do(w.tokens["approver"], http.MethodPost, fmt.Sprintf("/api/v1/waivers/%d/approve", made.ID), []byte("{}")); a.status != 422 && a.status != 409 {
			t.Errorf("approved after it was withdrawn: %d %s", a.status, a.body)
		}
	})
}

// Results come plain or compressed; what is neither is refused.
func TestGzip(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		path := fmt.Sprintf("/api/v1/sources/%d/results?revision=abc", w.source)
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		text, err := json.Marshal(object{"tool": "demarc"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		push := func(text []byte, encoding string) answer {
			return w.do(w.tokens["contributor"], http.MethodPost, path, text, "Content-Encoding", encoding)
		}
		var job api.Job
		w.wants("compressed", push(zipped.Bytes(), "gzip"), 202).read(t, &job)
		if job.Reason != "push" || job.Revision != "abc" {
			t.Errorf("%+v", job)
		}
		w.wants("plain", push(text, "identity"), 202)
		w.refused("called compressed", push(text, "gzip"), 422, "invalid")
		w.refused("cut off", push(zipped.Bytes()[:zipped.Len()/2], "gzip"), 422, "invalid")
		w.refused("of another kind", push(text, "br"), 415, "unsupported-media-type")
		w.refused("no assessment", push([]byte("[]"), "identity"), 422, "invalid")
		w.refused("too large for what carries no file", w.do(w.tokens["administrator"], http.MethodPost, "/api/v1/groups", bytes.Repeat([]byte(" "), 2<<20)), 413, "too-large")
	})
}
