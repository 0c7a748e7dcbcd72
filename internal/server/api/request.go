package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// known lets requests pass of whoever is known: by the session that the server has
// looked at, or by a bearer token.
func (a *API) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = withURL(r)
		if _, ok := identity.WhoOf(r.Context()); ok {
			next.ServeHTTP(w, r)
			return
		}
		if r.Header.Get("Authorization") == "" {
			writeProblem(w, unauthenticated())
			return
		}
		who, err := a.bearer(r)
		if err != nil {
			Fail(w, r, a.Log, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(identity.WithWho(r.Context(), who)))
	})
}

func (a *API) bearer(r *http.Request) (tenant.Who, error) {
	actor, err := a.People.Authenticate(r)
	if err != nil {
		return tenant.Who{}, err
	}
	return a.People.Who(r.Context(), actor)
}

// What one actor may send to one replica: so many at once, and so many a
// second from then on.
const (
	burst     = 300
	perSecond = 20
)

// holder tells actors apart.
type holder struct {
	org  int64
	kind tenant.ActorKind
	id   int64
}

func holderOf(who tenant.Who) holder { return holder{who.Org, who.Kind, who.ID} }

// limits count the requests of each actor.
type limits struct {
	mu    sync.Mutex
	known map[holder]*rate.Limiter
}

func newLimits() *limits { return &limits{known: map[holder]*rate.Limiter{}} }

// allow counts a request and says how many are left, and in how many seconds
// all are again.
func (l *limits) allow(h holder, now time.Time) (ok bool, left, reset int) {
	l.mu.Lock()
	limiter := l.known[h]
	if limiter == nil {
		if len(l.known) >= 10_000 {
			clear(l.known) // more actors than there are people: begin anew
		}
		limiter = rate.NewLimiter(perSecond, burst)
		l.known[h] = limiter
	}
	l.mu.Unlock()
	ok = limiter.AllowN(now, 1)
	tokens := max(0, limiter.TokensAt(now))
	return ok, int(tokens), int((burst-tokens)/perSecond) + 1
}

// limited answers 429 to actors that ask too often.
func (a *API) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, _ := identity.WhoOf(r.Context())
		ok, left, reset := a.limits.allow(holderOf(who), time.Now())
		h := w.Header()
		h.Set("RateLimit-Limit", strconv.Itoa(burst))
		h.Set("RateLimit-Remaining", strconv.Itoa(left))
		h.Set("RateLimit-Reset", strconv.Itoa(reset))
		if !ok {
			h.Set("Retry-After", "1")
			WriteProblem(w, RateLimited, "Too many requests. Wait a moment.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// held is an answer that is kept until it is known whole.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }

// WriteHeader implements http.ResponseWriter.
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Write implements io.Writer.
func (h *held) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(b)
}

// streams are answers too long to hold.
func streams(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/audit/export") }

// tagged gives the answers to GET their ETag, and answers 304 to whoever has it.
func tagged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || streams(r) {
			next.ServeHTTP(w, r)
			return
		}
		answer := &held{header: w.Header()}
		next.ServeHTTP(answer, r)
		if answer.status == http.StatusOK {
			tag := tagOf(answer.body.Bytes())
			w.Header().Set("ETag", tag)
			w.Header().Set("Cache-Control", "private, no-cache")
			if matches(r.Header.Get("If-None-Match"), tag) {
				w.Header().Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		if answer.status != 0 {
			w.WriteHeader(answer.status)
		}
		w.Write(answer.body.Bytes())
	})
}

func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// matches reports whether a list of tags has this one.
func matches(header, tag string) bool {
	return header != "" && slices.ContainsFunc(strings.Split(header, ","), func(t string) bool {
		t = strings.TrimSpace(t)
		return t == "*" || strings.TrimPrefix(t, "W/") == tag
	})
}

// OnlyIf is the part of the input of changes to something that has an ETag.
type OnlyIf struct {
	IfMatch string `header:"If-Match" maxLength:"1000" doc:"Make the change only if it is still what this ETag says."`
}

// holds refuses the change when what is there now is not what was looked at.
func (o OnlyIf) holds(now any) error {
	if o.IfMatch == "" {
		return nil
	}
	var b bytes.Buffer
	if err := format.Marshal(&b, now); err != nil {
		return err
	}
	if !matches(o.IfMatch, tagOf(b.Bytes())) {
		return newCoded(Changed, "It changed since you got it.")
	}
	return nil
}

// ifStill is what changes do first: get what is there, and hold it against If-Match.
func ifStill[T any](ctx context.Context, o OnlyIf, get func(context.Context) (T, error)) (T, error) {
	now, err := get(ctx)
	if err != nil {
		return now, err
	}
	return now, o.holds(now)
}

// removed names what is to be taken away, and as what it was looked at.
type removed struct {
	ByID
	OnlyIf
}

// removal takes one thing away if it still is what was looked at.
func removal[T any](get func(context.Context, tenant.Who, int64) (T, error), remove func(context.Context, tenant.Who, int64) error) func(context.Context, tenant.Who, *removed) (*none, error) {
	return func(ctx context.Context, who tenant.Who, in *removed) (*none, error) {
		if _, err := ifStill(ctx, in.OnlyIf, func(ctx context.Context) (T, error) { return get(ctx, who, in.ID) }); err != nil {
			return nil, err
		}
		return nil, remove(ctx, who, in.ID)
	}
}
