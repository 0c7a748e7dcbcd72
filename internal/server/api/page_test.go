package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

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
