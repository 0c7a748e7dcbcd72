// Package page is what the handlers of the console's pages share: who asks,
// rendering, messages that outlive a redirect, forms and errors as pages.
//
// A page is a function that returns an error; For makes it a handler:
//
//	mux.Handle("GET /groups", page.For(func(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
//		…
//		return page.Render(w, r, http.StatusOK, groups(page.Of(r, "settings", "Groups"), tree))
//	}))
//
// One that changes something ends with page.Done, which leads to a page that
// says what was done.
package page

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
)

// Func is a page for somebody who is signed in. An error is shown by Fail.
type Func func(w http.ResponseWriter, r *http.Request, who tenant.Who) error

// For makes a page a handler.
func For(f Func) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, ok := identity.WhoOf(r.Context())
		if !ok {
			Fail(w, r, identity.ErrUnauthenticated)
			return
		}
		if err := f(w, r, who); err != nil {
			Fail(w, r, err)
		}
	})
}

// Of is the frame of a page in a place of the rail, with who asks and what was
// just done.
func Of(r *http.Request, place, title string) layout.Page {
	p := layout.Page{Title: title, Place: place}
	if who, ok := identity.WhoOf(r.Context()); ok {
		p.Who = who
		if who.Tree != nil {
			root, _ := who.Tree.Group(who.Tree.Root())
			p.Org = root.Name
		}
	}
	p.Flash = flash(r)
	return p
}

// Render answers with a page. It is written whole or not at all.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	if _, err := r.Cookie(flashName(r)); err == nil {
		forget(w, r)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	w.Write(b.Bytes())
	return nil
}

// Done leads to another page of the console, which says the sentence.
func Done(w http.ResponseWriter, r *http.Request, to, sentence string) error {
	if sentence != "" {
		remember(w, r, sentence)
	}
	http.Redirect(w, r, Local(to), http.StatusSeeOther)
	return nil
}

// Local is a path of the console itself, whatever it was asked to be: what
// names another site, or nothing, is the first page.
func Local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
		strings.ContainsFunc(to, func(c rune) bool { return c == '\\' || c < ' ' || c == 0x7f }) {
		return "/"
	}
	return to
}

// ID reads a number of the request's path. What is none does not exist.
func ID(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, store.ErrNotFound
	}
	return id, nil
}

// logger is where Fail writes what nobody should see.
type loggerKey struct{}

// Logged lets Fail write to a log.
func Logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(withLogger(r.Context(), log)))
	})
}
