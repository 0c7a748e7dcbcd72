package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

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

// Problem is an error as RFC 9457 has it. Programs go by its code, which does
// not change; the detail is for people.
type Problem struct {
	Type   string  `json:"type" format:"uri-reference" doc:"The code as an address, in the served documentation."`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Code   Code    `json:"code" doc:"What kind of problem it is; stable."`
	Detail string  `json:"detail,omitempty"`
	Errors []Wrong `json:"errors,omitempty" doc:"What is wrong where in the request."`
}

// Wrong is what is wrong at one place of a request. The value is not repeated:
// it may be a secret.
type Wrong struct {
	Location string `json:"location,omitempty"`
	Message  string `json:"message"`
}

// Code is the kind of a problem.
type Code string

// The codes.
const (
	BadRequest       Code = "bad-request"
	Unauthenticated  Code = "unauthenticated"
	Forbidden        Code = "forbidden"
	NotFound         Code = "not-found"
	MethodNotAllowed Code = "method-not-allowed"
	Conflict         Code = "conflict"
	Changed          Code = "changed"     // If-Match does not hold
	InProgress       Code = "in-progress" // the same Idempotency-Key, at this moment
	KeyReused        Code = "key-reused"  // the same Idempotency-Key for something else
	TooLarge         Code = "too-large"
	Unsupported      Code = "unsupported-media-type"
	Invalid          Code = "invalid"
	BadCursor        Code = "bad-cursor"
	RateLimited      Code = "rate-limited"
	SignInAgain      Code = "sign-in-again" // the console's session is not fresh enough for this
	SecondFactor     Code = "second-factor" // the organisation asks for one that the holder does not have
	Internal         Code = "internal"
)

// Codes are all of them, with their status and what to do.
var Codes = []struct {
	Code   Code
	Status int
	Means  string
}{
	{BadRequest, 400, "The request cannot be read."},
	{BadCursor, 400, "The cursor is not of this list; begin without one."},
	{Unauthenticated, 401, "There is no token or session that holds."},
	{Forbidden, 403, "The token or its holder's role does not include this."},
	{SignInAgain, 403, "This needs a sign-in in the console that is less than an hour old."},
	{SecondFactor, 403, "The organisation asks for a second factor, which whoever asks has not added."},
	{NotFound, 404, "There is no such thing, or it is not for whoever asks."},
	{MethodNotAllowed, 405, "The address is there, but not for this method; Allow has those it takes."},
	{Conflict, 409, "It is there already, or changed meanwhile."},
	{InProgress, 409, "A request with the same Idempotency-Key is being worked on; ask again in a moment."},
	{Changed, 412, "It is not what If-Match says; get it again and decide anew."},
	{TooLarge, 413, "The body is larger than this takes."},
	{Unsupported, 415, "The body's type is not taken here."},
	{Invalid, 422, "Something in the request does not hold; detail and errors say what."},
	{KeyReused, 422, "The Idempotency-Key was used for another request."},
	{RateLimited, 429, "Too many requests; Retry-After says how long to wait."},
	{Internal, 500, "It is no fault of the request; the server's log has the reason under X-Request-Id."},
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func newCoded(code Code, detail string) *Problem {
	p := &Problem{Type: "/api/docs#" + string(code), Title: strings.ReplaceAll(string(code), "-", " "), Status: http.StatusInternalServerError, Code: code, Detail: detail}
	for _, c := range Codes {
		if c.Code == code {
			p.Status = c.Status
		}
	}
	p.Title = strings.TrimSuffix(sentence(p.Title), ".")
	return p
}

// newProblem is how Huma's own errors are made.
func newProblem(status int, message string, errs ...error) huma.StatusError {
	code := Internal
	switch status {
	case http.StatusBadRequest, http.StatusRequestTimeout, http.StatusNotAcceptable:
		code = BadRequest
	case http.StatusRequestEntityTooLarge:
		code = TooLarge
	case http.StatusUnsupportedMediaType:
		code = Unsupported
	case http.StatusUnprocessableEntity:
		code = Invalid
	default:
		for _, c := range Codes {
			if c.Status == status {
				code = c.Code
				break
			}
		}
	}
	p := newCoded(code, sentence(message))
	if code == Internal {
		p.Detail = "Something went wrong here. The server's log has the reason."
		return p
	}
	for _, err := range errs {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return problemOf(tooLarge)
		}
		if d, ok := err.(huma.ErrorDetailer); ok {
			p.Errors = append(p.Errors, Wrong{d.ErrorDetail().Location, d.ErrorDetail().Message})
		} else if err != nil {
			p.Errors = append(p.Errors, Wrong{Message: err.Error()})
		}
	}
	return p
}

// invalid are the errors of the subjects whose text is for whoever asked.
var invalid = []error{
	audit.ErrInvalid, directory.ErrInvalid, fleet.ErrInvalid, identity.ErrInvalid, inventory.ErrInvalid, jobs.ErrInvalid, notify.ErrInvalid, sources.ErrInvalid,
	waivers.ErrInvalid, views.ErrInvalid, errInvalid,
}

// errInvalid is wrapped by what the API finds wrong itself.
var errInvalid = errors.New("not valid")

// problem turns a subject's error into an answer, and logs what is nobody's
// business.
func (a *API) problem(ctx context.Context, err error) error {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	p := problemOf(err)
	if p.Code == Internal && ctx.Err() == nil {
		a.Log.ErrorContext(ctx, "a request of the API failed", "id", audit.OriginOf(ctx).Request, "error", err)
	}
	if limited, ok := errors.AsType[*identity.LimitedError](err); ok {
		return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {retryAfter(limited)}})
	}
	return p
}

func problemOf(err error) *Problem {
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	_, limited := errors.AsType[*identity.LimitedError](err)
	switch {
	case errors.Is(err, store.ErrCursor):
		return newCoded(BadCursor, sentence(store.ErrCursor.Error()))
	case errors.Is(err, store.ErrNotFound):
		return newCoded(NotFound, "There is no such thing, or it is not for you to see.")
	case errors.Is(err, identity.ErrRecent):
		return newCoded(SignInAgain, sentence(identity.ErrRecent.Error()))
	case errors.Is(err, identity.ErrSecondFactor):
		return newCoded(SecondFactor, sentence(identity.ErrSecondFactor.Error()))
	case errors.Is(err, identity.ErrNoOrganisation):
		return newCoded(Forbidden, sentence(identity.ErrNoOrganisation.Error()))
	case errors.Is(err, identity.ErrUnauthenticated):
		return unauthenticated()
	case errors.Is(err, tenant.ErrForbidden):
		text := "The token, or its holder's role, does not include this."
		if about, ok := strings.CutPrefix(err.Error(), tenant.ErrForbidden.Error()+": "); ok {
			text = sentence(about)
		}
		return newCoded(Forbidden, text)
	case limited:
		return newCoded(RateLimited, "There were too many attempts.")
	case tooLarge:
		return newCoded(TooLarge, "The body is larger than this takes.")
	}
	for _, e := range invalid {
		if errors.Is(err, e) {
			text := err.Error()
			if _, about, ok := strings.Cut(text, e.Error()+": "); ok {
				text = about
			}
			return newCoded(Invalid, sentence(text))
		}
	}
	for _, e := range []error{identity.ErrSignIn, identity.ErrExpired} {
		if errors.Is(err, e) {
			return newCoded(Invalid, sentence(e.Error()))
		}
	}
	if errors.Is(err, store.ErrConflict) {
		return newCoded(Conflict, "It is there already, or somebody changed it at the same time.")
	}
	return newCoded(Internal, "Something went wrong here. The server's log has the reason.")
}

func unauthenticated() *Problem {
	return newCoded(Unauthenticated, "The request has no API token or session that holds.")
}

// WriteProblem answers a program where no operation can.
func WriteProblem(w http.ResponseWriter, code Code, detail string) {
	writeProblem(w, newCoded(code, detail))
}

// Fail answers a program with the problem that an error is, and logs what is
// nobody's business.
func Fail(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	p := problemOf(err)
	if p.Code == Internal && r.Context().Err() == nil {
		log.ErrorContext(r.Context(), "a request of the API failed", "id", audit.OriginOf(r.Context()).Request, "error", err)
	}
	if limited, ok := errors.AsType[*identity.LimitedError](err); ok {
		w.Header().Set("Retry-After", retryAfter(limited))
	}
	writeProblem(w, p)
}

func retryAfter(e *identity.LimitedError) string { return strconv.Itoa(1 + int(e.Retry.Seconds())) }

func writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	if p.Code == Unauthenticated {
		h.Set("WWW-Authenticate", `Bearer realm="demarc"`)
	}
	w.WriteHeader(p.Status)
	_ = format.Marshal(w, p) // whoever asked has gone
}

// unrouted answers what the router knows no operation for.
func unrouted(w http.ResponseWriter, r *http.Request, routed http.Handler) {
	said := httptest.NewRecorder()
	routed.ServeHTTP(said, r)
	if said.Code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", said.Header().Get("Allow"))
		WriteProblem(w, MethodNotAllowed, "The address takes "+said.Header().Get("Allow")+".")
		return
	}
	WriteProblem(w, NotFound, "There is nothing at this address; /api/docs lists what there is.")
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if s = strings.TrimSpace(s); s == "" {
		return s
	}
	s = string(unicode.ToUpper(first)) + s[size:]
	if strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}
