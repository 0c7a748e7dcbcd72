package page_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/page"
)

func TestLocal(t *testing.T) {
	for _, good := range []string{"/", "/findings?severity=high&q=a%20b", "/assets/7#facts"} {
		if got := page.Local(good); got != good {
			t.Errorf("%q became %q", good, got)
		}
	}
	for _, bad := range []string{
		"", "findings", "//evil.test", "///evil.test", "https://evil.test", "/\\evil.test", "/\tevil", "/a\r\nSet-Cookie: x",
		"javascript:alert(1)", "http:/x", "\\\\evil.test", "/%zz",
	} {
		if got := page.Local(bad); got != "/" {
			t.Errorf("%q became %q", bad, got)
		}
	}
}

// who is a viewer of an organisation called Shop.
func who() tenant.Who {
	tree := tenant.NewTree([]tenant.Group{{ID: 1, Org: 1, Kind: tenant.Root, Name: "Shop"}})
	return tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 7, Name: "Ada", Org: 1, Grants: []tenant.Grant{{Group: 1, Role: tenant.Viewer}}}, Tree: tree}
}

func answer(f page.Func, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	page.For(f).ServeHTTP(w, r)
	return w
}

func TestFail(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		text   string
	}{
		{fmt.Errorf("asset 7: %w", store.ErrNotFound), http.StatusNotFound, "nothing at this address"},
		{tenant.ErrForbidden, http.StatusForbidden, "Your role does not include this"},
		{store.ErrConflict, http.StatusConflict, "Look at it again"},
		{store.ErrCursor, http.StatusBadRequest, "begin without one"},
		{fmt.Errorf("adding: %w: a name has one line", directory.ErrInvalid), http.StatusUnprocessableEntity, ">A name has one line."},
		{&identity.LimitedError{Retry: time.Minute}, http.StatusTooManyRequests, "try again in 1m0s"},
		{&http.MaxBytesError{Limit: 5}, http.StatusRequestEntityTooLarge, "larger than"},
		{errors.New("password hunter2 at db.internal"), http.StatusInternalServerError, "no fault of yours"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/x", nil)
		r = r.WithContext(identity.WithWho(r.Context(), who()))
		w := answer(func(http.ResponseWriter, *http.Request, tenant.Who) error { return c.err }, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.text) || strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%v: %d without %q", c.err, w.Code, c.text)
		}
		if !strings.Contains(w.Body.String(), "Shop") {
			t.Errorf("%v: the page is not in the console", c.err)
		}
	}
}

// Nobody signed in is led to the sign-in, and back to a page, but not to where
// a form was sent.
func TestSignInFirst(t *testing.T) {
	never := func(http.ResponseWriter, *http.Request, tenant.Who) error { t.Error("shown to nobody"); return nil }
	get := httptest.NewRequest(http.MethodGet, "/findings?severity=high", nil)
	if to := answer(never, get).Header().Get("Location"); to != "/sign-in?next=%2Ffindings%3Fseverity%3Dhigh" {
		t.Errorf("a page leads to %s", to)
	}
	post := httptest.NewRequest(http.MethodPost, "/groups/7/remove", nil)
	if to := answer(never, post).Header().Get("Location"); to != "/sign-in" {
		t.Errorf("a form leads to %s", to)
	}
	post.Header.Set("Referer", "http://example.com/groups/7")
	if to := answer(never, post).Header().Get("Location"); to != "/sign-in?next=%2Fgroups%2F7" {
		t.Errorf("a form on a page leads to %s", to)
	}
	post.Header.Set("Referer", "http://evil.test/groups/7")
	if to := answer(never, post).Header().Get("Location"); to != "/sign-in" {
		t.Errorf("a form on another site leads to %s", to)
	}
}

// What was done is said once, by the next page.
func TestDone(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/x", nil)
	r = r.WithContext(identity.WithWho(r.Context(), who()))
	w := answer(func(w http.ResponseWriter, r *http.Request, _ tenant.Who) error {
		return page.Done(w, r, "/groups", "The group <Tills> was added.")
	}, r)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/groups" {
		t.Fatalf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	next := httptest.NewRequest(http.MethodGet, "/groups", nil)
	next = next.WithContext(identity.WithWho(next.Context(), who()))
	next.AddCookie(w.Result().Cookies()[0])
	shown := answer(func(w http.ResponseWriter, r *http.Request, _ tenant.Who) error {
		p := page.Of(r, "settings", "Groups")
		if p.Flash != "The group <Tills> was added." || p.Org != "Shop" {
			t.Errorf("the page is %+v", p)
		}
		return page.Render(w, r, http.StatusOK, templ.Raw("hello"))
	}, next)
	if c := shown.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the message stays: %v", c)
	}
}

func TestForm(t *testing.T) {
	read := func(body string) *page.Form {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return page.ReadForm(r)
	}
	f := read(url.Values{"name": {" Ada "}, "paths": {"a/\n\r\n b "}, "id": {"7", "8"}, "day": {"2026-12-31"}, "kind": {"team"}}.Encode())
	if f.Line("name", 10) != "Ada" || strings.Join(f.Lines("paths", 5), ",") != "a/,b" || f.Number("id") != 7 || len(f.Numbers("id")) != 2 ||
		f.Day("day").Day() != 31 || f.One("kind", "product", "team") != "team" || f.One("none", "product") != "product" || f.Number("none") != 0 {
		t.Error("the form is not read")
	}
	if err := f.Err(); err != nil {
		t.Error(err)
	}
	for name, ask := range map[string]func(f *page.Form){
		"a long line":   func(f *page.Form) { f.Line("long", 10) },
		"two lines":     func(f *page.Form) { f.Line("two", 10) },
		"many lines":    func(f *page.Form) { f.Lines("two", 1) },
		"no number":     func(f *page.Form) { f.Number("two") },
		"no numbers":    func(f *page.Form) { f.Numbers("two") },
		"no day":        func(f *page.Form) { f.Day("two") },
		"none of those": func(f *page.Form) { f.One("two", "a", "b") },
		"no UTF-8":      func(f *page.Form) { f.Line("bytes", 10) },
	} {
		f := read("long=" + strings.Repeat("x", 11) + "&two=a%0Ab&bytes=%ff")
		if ask(f); !errors.Is(f.Err(), page.ErrInvalid) {
			t.Errorf("%s: %v", name, f.Err())
		}
	}
	if err := read(strings.Repeat("a=1&", 2001)).Err(); !errors.Is(err, page.ErrInvalid) {
		t.Errorf("very many fields: %v", err)
	}
	if err := read("a=%zz").Err(); !errors.Is(err, page.ErrInvalid) {
		t.Errorf("what is no form: %v", err)
	}
}
