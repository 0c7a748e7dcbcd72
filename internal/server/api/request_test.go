package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

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
