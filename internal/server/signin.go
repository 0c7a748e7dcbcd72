package server

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/web/account"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/signin"
)

// located puts where a request comes from into its context, for the audit log
// and the limits of sign-ins.
func located(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o := audit.Origin{Agent: r.UserAgent()}
		if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
			o.Address = host
		}
		o.Request, _ = r.Context().Value(requestIDKey).(string) // none in tests of single layers
		next.ServeHTTP(w, r.WithContext(audit.WithOrigin(r.Context(), o)))
	})
}

// authenticated lets requests pass of those who are signed in, with who they
// are in the context, and of others only to what is public. Those others are
// led to the sign-in, or told by the API that they are not.
func authenticated(log *slog.Logger, people *identity.Identity) layer {
	return func(next http.Handler) http.Handler {
		known := people.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			actor, err := people.Authenticate(r)
			if err == nil {
				who, err := people.Who(r.Context(), actor)
				if err != nil {
					refuse(w, r, log, err)
					return
				}
				next.ServeHTTP(w, r.WithContext(identity.WithWho(r.Context(), who)))
				return
			}
			if errors.Is(err, identity.ErrSecondFactor) && actor.ID != 0 && slices.Contains(account.Enrolment, r.URL.Path) {
				who, err := people.Who(r.Context(), actor)
				if err != nil {
					refuse(w, r, log, err)
					return
				}
				next.ServeHTTP(w, r.WithContext(identity.WithWho(r.Context(), who)))
				return
			}
			nobody := errors.Is(err, identity.ErrUnauthenticated) || errors.Is(err, identity.ErrNoOrganisation) || errors.Is(err, identity.ErrSecondFactor)
			if nobody && public(r.URL.Path) {
				next.ServeHTTP(w, r)
				return
			}
			refuse(w, r, log, err)
		}))
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if quiet(r.URL.Path) {
				next.ServeHTTP(w, r) // costs no look at the database
				return
			}
			known.ServeHTTP(w, r)
		})
	}
}

// public reports whether a path is for anybody.
func public(path string) bool {
	return slices.ContainsFunc(slices.Concat(signin.Public, api.Public), func(p string) bool {
		return p == path || (strings.HasSuffix(p, "/") && strings.HasPrefix(path, p))
	})
}

// refuse answers somebody who may not pass: a program with problem+json, a
// person with a page.
func refuse(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	if api.Serves(r) || r.Header.Get("Authorization") != "" {
		api.Fail(w, r, log, err)
		return
	}
	page.Fail(w, r, err)
}
