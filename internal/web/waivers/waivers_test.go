package waivers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// subject has one waiver, which person 1 asked for.
type subject struct {
	waivers.Waiver
	did string
}

func (s *subject) List(context.Context, tenant.Who, waivers.Query) ([]waivers.Waiver, string, error) {
	return []waivers.Waiver{s.Waiver}, "next", nil
}

func (s *subject) Get(_ context.Context, _ tenant.Who, id int64) (waivers.Waiver, error) {
	if id != s.ID {
		return waivers.Waiver{}, store.ErrNotFound
	}
	return s.Waiver, nil
}

func (s *subject) Request(_ context.Context, _ tenant.Who, ids []int64, reason, until string) (waivers.Waiver, error) {
	if reason == "no" {
		return waivers.Waiver{}, fmt.Errorf("%w: the reason is too short", waivers.ErrInvalid)
	}
	s.did = fmt.Sprint("request ", ids, reason, until)
	return s.Waiver, nil
}

func (s *subject) Approve(_ context.Context, _ tenant.Who, id int64, note string) error {
	s.did = fmt.Sprint("approve ", id, note)
	return nil
}

func (s *subject) Refuse(context.Context, tenant.Who, int64, string) error {
	return fmt.Errorf("%w: say why", waivers.ErrInvalid)
}
func (s *subject) Withdraw(context.Context, tenant.Who, int64) error { return tenant.ErrForbidden }
func (s *subject) Revoke(context.Context, tenant.Who, int64, string) error {
	return store.ErrConflict
}

func (s *subject) Finding(_ context.Context, _ tenant.Who, id int64) (*inventory.FindingDetail, error) {
	return &inventory.FindingDetail{Finding: inventory.Finding{ID: id, Title: "<b>Encrypted</b>", Severity: "high", Address: "a.b"}}, nil
}

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// ask makes a request as a person with a role.
func ask(t *testing.T, s *subject, person int64, role tenant.Role, method, target string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	(&Pages{Waivers: s, Findings: s, Now: func() time.Time { return now }}).Register(mux)
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	tree := tenant.NewTree([]tenant.Group{{ID: 1, Kind: tenant.Root, Name: "Shop"}})
	who := tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: person, Grants: []tenant.Grant{{Group: 1, Role: role}}}, Tree: tree}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r.WithContext(identity.WithWho(r.Context(), who)))
	return w
}

func sample(state waivers.State) *subject {
	return &subject{Waiver: waivers.Waiver{
		ID: 5, Group: 1, State: state, Reason: "<script>why</script>", Until: "2026-12-01", Count: 1, By: waivers.Person{Kind: tenant.Person, ID: 1, Name: "Ann"}, Asked: now.Add(-time.Hour),
		Findings: []waivers.Finding{{Finding: 9, Title: "Encrypted", Check: "encrypted-at-rest", Severity: "high", Address: "a.b"}},
	}}
}

// Each sees the forms they may use, and nothing of a stranger's markup.
func TestShow(t *testing.T) {
	for _, c := range []struct {
		state  waivers.State
		person int64
		role   tenant.Role
		has    string // the acts that are offered
	}{
		{waivers.Requested, 1, tenant.Administrator, "withdraw"},
		{waivers.Requested, 2, tenant.Approver, "approve refuse"},
		{waivers.Requested, 2, tenant.Contributor, ""},
		{waivers.Requested, 2, tenant.Auditor, ""},
		{waivers.Approved, 2, tenant.Approver, "revoke"},
		{waivers.Approved, 1, tenant.Viewer, ""},
		{waivers.Expired, 2, tenant.Administrator, ""},
	} {
		got := ask(t, sample(c.state), c.person, c.role, http.MethodGet, "/waivers/5", nil)
		body := got.Body.String()
		if got.Code != http.StatusOK || strings.Contains(body, "<script>why") {
			t.Errorf("%+v: status %d", c, got.Code)
		}
		for _, act := range []string{"approve", "refuse", "withdraw", "revoke"} {
			if strings.Contains(body, "/waivers/5/"+act) != strings.Contains(c.has, act) {
				t.Errorf("%s for a %s: %s is offered: %v", c.state, c.role, act, !strings.Contains(c.has, act))
			}
		}
	}
	if got := ask(t, sample(waivers.Approved), 1, tenant.Viewer, http.MethodGet, "/waivers/6", nil); got.Code != http.StatusNotFound {
		t.Errorf("one that is not there: %d", got.Code)
	}
}

func TestList(t *testing.T) {
	body := ask(t, sample(waivers.Approved), 1, tenant.Viewer, http.MethodGet, "/waivers?view=holding", nil).Body.String()
	for _, want := range []string{"3 more days", "1 hour ago", "cursor=next", `aria-current="page"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the list has no %s", want)
		}
	}
}

func TestForms(t *testing.T) {
	s := sample(waivers.Requested)
	form := ask(t, s, 1, tenant.Contributor, http.MethodGet, "/waivers/new?finding=9&finding=10", nil).Body.String()
	for _, want := range []string{`value="9"`, `value="10"`, `value="2027-02-28"`, "&lt;b&gt;Encrypted"} {
		if !strings.Contains(form, want) {
			t.Errorf("the form has no %s", want)
		}
	}
	for name, c := range map[string]struct {
		method, target string
		form           url.Values
		want           int
		says           string
	}{
		"no findings":      {http.MethodGet, "/waivers/new", nil, 422, "Choose the findings"},
		"not a number":     {http.MethodGet, "/waivers/new?finding=x", nil, 422, "number"},
		"asked":            {http.MethodPost, "/waivers", url.Values{"finding": {"9"}, "reason": {"a reason"}, "until": {"2026-12-01"}}, 303, ""},
		"too short":        {http.MethodPost, "/waivers", url.Values{"finding": {"9"}, "reason": {"no"}, "until": {"2026-12-01"}}, 422, "reason is too short"},
		"approved":         {http.MethodPost, "/waivers/5/approve", url.Values{"note": {"yes"}}, 303, ""},
		"refused, no why":  {http.MethodPost, "/waivers/5/refuse", nil, 422, "Say why"},
		"not theirs":       {http.MethodPost, "/waivers/5/withdraw", nil, 403, ""},
		"decided by other": {http.MethodPost, "/waivers/5/revoke", nil, 409, ""},
		"no such act":      {http.MethodPost, "/waivers/5/frame", nil, 404, ""},
	} {
		got := ask(t, s, 2, tenant.Administrator, c.method, c.target, c.form)
		if got.Code != c.want || !strings.Contains(got.Body.String(), c.says) {
			t.Errorf("%s: %d, want %d with %q", name, got.Code, c.want, c.says)
		}
	}
}
