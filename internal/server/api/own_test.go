package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// What is one's own among the duties: where one can do something, and what one's teams have.
func TestOwnDuties(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		web, err := w.Directory.Add(t.Context(), w.admin, tenant.Group{Parent: w.admin.Tree.Root(), Kind: tenant.Team, Name: "Web"})
		if err != nil {
			t.Fatal(err)
		}
		if w.admin.Tree, err = w.Directory.Tree(t.Context(), w.admin.Org); err != nil {
			t.Fatal(err)
		}
		inWeb := w.token(w.admin, "in web", tenant.Grant{Group: web, Role: tenant.Contributor}, tenant.Grant{Group: w.admin.Tree.Root(), Role: tenant.Viewer})
		count := func(token, query string) (listed, counted int) {
			t.Helper()
			var p struct{ Items []inventory.Duty }
			w.wants(query, w.do(token, "GET", "/api/v1/duties?limit=200&"+query, nil), 200).read(t, &p)
			var f inventory.Facets
			w.wants(query, w.do(token, "GET", "/api/v1/duties/facets?"+query, nil), 200).read(t, &f)
			for _, v := range f["row"] {
				counted += v.Count
			}
			return len(p.Items), counted
		}
		all, counted := count(w.tokens["viewer"], "")
		if all == 0 || all != counted {
			t.Fatalf("%d duties, of which %d are counted", all, counted)
		}
		for _, c := range []struct {
			who, token, query string
			want              int
		}{
			{"a contributor", w.tokens["contributor"], "mine=true", all},
			{"a viewer", w.tokens["viewer"], "mine=true", 0},
			{"an auditor", w.tokens["auditor"], "mine=true", 0},
			{"a contributor of one group", inWeb, "mine=true", 0}, // where nothing lies
			{"a contributor of one group", inWeb, "", all},
			{"a contributor of one group", inWeb, "my_teams=true", 0},
			{"a contributor of one group", inWeb, "my_teams=true&team=other", 0},
			{"a contributor", w.tokens["contributor"], "my_teams=true", 0}, // the whole is nobody's team
		} {
			if got, counted := count(c.token, c.query); got != c.want || counted != c.want {
				t.Errorf("%s with %q has %d duties, of which %d are counted; want %d", c.who, c.query, got, counted, c.want)
			}
		}
		theirs := assessment(t)
		duties := theirs.Duties
		theirs.Duties = func(yield func(report.Duty) bool) {
			for d := range duties {
				if d.Owner == report.Customer {
					d.Team = "web"
				}
				if !yield(d) {
					return
				}
			}
		}
		if _, err := w.Inventory.Post(t.Context(), w.admin, w.source, inventory.Meta{Origin: jobs.Pushed}, theirs); err != nil {
			t.Fatal(err)
		}
		if got, counted := count(inWeb, "my_teams=true"); got == 0 || got == all || got != counted {
			t.Errorf("once the customer's duties are web's, they have %d duties of %d, of which %d are counted", got, all, counted)
		}
		if got, _ := count(inWeb, "my_teams=true&team=other"); got != 0 {
			t.Errorf("of another team, %d are theirs", got)
		}
	})
}

// The calendar goes by day, from today where nothing else is asked, and each of its
// dates has its document.
func TestCalendar(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.Now = func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }
		ask := func(query string) (p struct {
			Items []api.Ending
			Next  string
		},
		) {
			t.Helper()
			w.wants(query, w.do(w.tokens["viewer"], "GET", "/api/v1/catalogue/calendar?"+query, nil), 200).read(t, &p)
			return p
		}
		ahead := ask("limit=200")
		if len(ahead.Items) == 0 || ahead.Items[0].Day < "2026-06-01" {
			t.Fatalf("what is ahead begins with %+v", ahead.Items[:min(1, len(ahead.Items))])
		}
		var all []api.Ending
		for cursor := ""; ; {
			p := ask("from=2020-01-01&until=2030-12-31&limit=50&cursor=" + cursor)
			all = append(all, p.Items...)
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		seen := map[api.Ending]bool{}
		for i, e := range all {
			if seen[e] || i > 0 && e.Day < all[i-1].Day || e.Day < "2020-01-01" || e.Day > "2030-12-31" {
				t.Errorf("%+v comes twice, out of its turn or was not asked for", e)
			}
			if seen[e] = true; !strings.HasPrefix(e.Document, "https://") || e.Title == "" || e.Verified == "" {
				t.Errorf("%+v has no document", e)
			}
		}
		if len(all) < 50 {
			t.Errorf("only %d dates from 2020 to 2030", len(all))
		}
		some := ask("from=2020-01-01&product=postgres")
		for _, e := range some.Items {
			if !strings.Contains(strings.ToLower(e.Product), "postgres") {
				t.Errorf("asked for postgres, %+v comes", e)
			}
		}
		if len(some.Items) == 0 {
			t.Error("nothing is known of postgres")
		}
		w.refused("no day", w.do(w.tokens["viewer"], "GET", "/api/v1/catalogue/calendar?from=soon", nil), http.StatusUnprocessableEntity, "invalid")
	})
}
