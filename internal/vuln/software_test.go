package vuln

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/vuln/store"
)

func describe(t *testing.T, m *Matcher, inv *packages.Inventory) map[string]any {
	t.Helper()
	b, err := json.Marshal(map[string]any{"packages": inv})
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(b, &body); err != nil {
		t.Fatal(err)
	}
	m.Describe(body)
	facts, ok := body["software"].(map[string]any)
	if !ok {
		t.Fatalf("%v", body["software"])
	}
	return facts
}

func TestDescribe(t *testing.T) {
	db := database(t)
	m := &Matcher{DB: func() (*store.DB, error) { return db, nil }, Calendars: lifecycles.FS, Policy: DefaultPolicy, Now: today}
	old := describe(t, m, host("debian", "12", packages.Dpkg, "libssl3 3.0.10-1 openssl", "nodejs 20.1-1nodesource1"))
	line, _ := old["overdue"].([]any)[0].(string)
	if !strings.HasPrefix(line, "CVE-2023-5363 in libssl3 (high, fixed in 3.0.11-1~deb12u2, out since 2023-10-25)") || len(old["exploited"].([]any)) != 1 || len(old["foreign"].([]any)) != 1 {
		t.Errorf("%v", old)
	}
	good := describe(t, m, host("debian", "12", packages.Dpkg, "libssl3 3.0.11-1~deb12u2 openssl"))
	for _, name := range []string{"overdue", "exploited", "foreign"} {
		if list, ok := good[name].([]any); !ok || len(list) > 0 {
			t.Errorf("%s is %v", name, good[name])
		}
	}
	unknown := describe(t, m, host("amzn", "2023", packages.RPM, "bash 5"))
	for _, name := range []string{"overdue", "exploited", "foreign"} {
		if u, ok := unknown[name].(*source.Unknown); !ok || u.Reason == "" {
			t.Errorf("%s is %v", name, unknown[name])
		}
	}
	for _, body := range []map[string]any{{}, {"packages": &source.Unknown{Reason: "x"}}, {"packages": map[string]any{"packages": 7}}} {
		m.Describe(body)
		if _, ok := body["software"].(*source.Unknown); !ok {
			t.Errorf("%v", body)
		}
	}
	var none *Matcher
	body := map[string]any{"packages": map[string]any{}}
	none.Describe(body)
	if _, ok := body["software"].(*source.Unknown); !ok {
		t.Errorf("%v", body)
	}
}
