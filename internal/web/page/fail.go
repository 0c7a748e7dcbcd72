package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/views"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// invalid are the errors of the subjects whose text is for the person.
var invalid = []error{
	ErrInvalid, audit.ErrInvalid, directory.ErrInvalid, identity.ErrInvalid, inventory.ErrInvalid, jobs.ErrInvalid, sources.ErrInvalid,
	waivers.ErrInvalid, notify.ErrInvalid, views.ErrInvalid, fleet.ErrInvalid,
}

// Told returns what to say to somebody whose form could not be done as it was
// sent, and false where the error is none of theirs. The page shows its form
// again with it, under status 422.
func Told(err error) (string, bool) {
	for _, e := range invalid {
		if errors.Is(err, e) {
			if _, about, ok := strings.Cut(err.Error(), e.Error()+": "); ok {
				return sentence(about), true
			}
			return sentence(err.Error()), true
		}
	}
	for _, e := range []error{identity.ErrSignIn, identity.ErrExpired, identity.ErrLink, identity.ErrNoAccount} {
		if errors.Is(err, e) {
			return sentence(e.Error()), true
		}
	}
	if limited, ok := errors.AsType[*identity.LimitedError](err); ok {
		return sentence(limited.Error()), true
	}
	return "", false
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[size:]
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// failure is an error as its page shows it.
type failure struct {
	status      int
	title, text string
}

// Fail answers with the page of an error. Somebody who is not signed in is led
// there, and back; so is somebody whose sign-in is too long ago.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, identity.ErrUnauthenticated):
		http.Redirect(w, r, SignIn(Next(r)), http.StatusSeeOther)
		return
	case errors.Is(err, identity.ErrRecent):
		q := Next(r)
		q.Set("again", "1")
		http.Redirect(w, r, SignIn(q), http.StatusSeeOther)
		return
	case errors.Is(err, identity.ErrSecondFactor):
		http.Redirect(w, r, "/account/security", http.StatusSeeOther)
		return
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		return // whoever asked has gone
	}
	f := failureOf(err)
	if f.status == http.StatusInternalServerError {
		logger(r.Context()).ErrorContext(r.Context(), "a page failed", "id", w.Header().Get("X-Request-Id"), "path", r.URL.Path, "error", err)
		f.text += " The log has the reason under " + w.Header().Get("X-Request-Id") + "."
	}
	if f.status == http.StatusTooManyRequests {
		Status(w, err) // for when to try again
	}
	if err := Render(w, r, f.status, failed(Of(r, "", f.title), f)); err != nil {
		http.Error(w, f.text, f.status)
	}
}

// Next is the query that leads back to a page after the sign-in. What was sent
// with a form is not sent again; the page it stood on is shown.
func Next(r *http.Request) url.Values {
	to := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		to = "/"
		if back, err := url.Parse(r.Referer()); err == nil && back.Host == r.Host {
			to = back.RequestURI()
		}
	}
	if to = Local(to); to == "/" || len(to) > 2000 {
		return url.Values{}
	}
	return url.Values{"next": {to}}
}

// SignIn is the address of the sign-in with a query.
func SignIn(q url.Values) string {
	if len(q) == 0 {
		return "/sign-in"
	}
	return "/sign-in?" + q.Encode()
}

func failureOf(err error) failure {
	_, limited := errors.AsType[*identity.LimitedError](err)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	told, isTold := Told(err)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return failure{http.StatusNotFound, "Not here", "There is nothing at this address, or it is not for you to see."}
	case errors.Is(err, tenant.ErrForbidden):
		text := "Your role does not include this. An administrator of the group can give you one that does."
		if about, ok := strings.CutPrefix(err.Error(), tenant.ErrForbidden.Error()+": "); ok {
			text = sentence(about)
		}
		return failure{http.StatusForbidden, "Not allowed", text}
	case errors.Is(err, identity.ErrNoOrganisation):
		return failure{http.StatusForbidden, "No organisation", sentence(err.Error())}
	case errors.Is(err, store.ErrConflict):
		return failure{http.StatusConflict, "Changed meanwhile", "Somebody else changed this at the same time, or it is there already. Look at it again."}
	case limited:
		return failure{http.StatusTooManyRequests, "Too many attempts", told}
	case tooLarge:
		return failure{http.StatusRequestEntityTooLarge, "Too large", "What was sent is larger than this page takes."}
	case errors.Is(err, store.ErrCursor):
		return failure{http.StatusBadRequest, "Not a page of this list", sentence(err.Error())}
	case isTold:
		return failure{http.StatusUnprocessableEntity, "This cannot be done", told}
	}
	return failure{http.StatusInternalServerError, "Something went wrong", "It is no fault of yours."}
}

// Status is the status of a page that shows its form again because of err.
func Status(w http.ResponseWriter, err error) int {
	if limited, ok := errors.AsType[*identity.LimitedError](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(1+int(limited.Retry.Seconds())))
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}

// Answer answers a script of the console's with JSON: what it asked for, or a
// problem to show to the person.
func Answer(w http.ResponseWriter, value []byte, err error) error {
	status := http.StatusOK
	if err != nil {
		told, ok := Told(err)
		switch {
		case ok:
			status = Status(w, err)
		case errors.Is(err, identity.ErrRecent), errors.Is(err, tenant.ErrForbidden):
			told, status = sentence(err.Error()), http.StatusForbidden
		default:
			return err
		}
		if value, err = json.Marshal(map[string]string{"problem": told}); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(value)
	return nil
}
