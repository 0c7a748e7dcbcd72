package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

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
