package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/demarc-sec/demarc/internal/server/api"
)

// layer is a handler around another one.
type layer func(http.Handler) http.Handler

// layered puts layers around h, the first outermost.
func layered(h http.Handler, layers ...layer) http.Handler {
	for _, l := range slices.Backward(layers) {
		h = l(h)
	}
	return h
}

type contextKey int

const (
	requestIDKey contextKey = iota
	routeKey
	queryKey
)

// requestID gives each request an id of ours, in the log and in the answer.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:16]
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey, id)))
	})
}

// seen remembers what was answered.
type seen struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (s *seen) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *seen) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(b)
	s.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the writer below.
func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// observed logs and measures each request. Neither holds its query, in which
// one-time codes may stand.
func observed(log *slog.Logger, m *metrics) layer {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s, start, route := &seen{ResponseWriter: w}, time.Now(), new(string)
			r = r.WithContext(context.WithValue(r.Context(), routeKey, route))
			m.inFlight.Inc()
			defer func() {
				took := time.Since(start)
				m.inFlight.Dec()
				m.observe(r.Method, *route, s.status, took)
				level := slog.LevelInfo
				switch {
				case s.status == http.StatusServiceUnavailable && forAgent(r.URL.Path):
					level = slog.LevelDebug // told to come later, of which a crowd is counted and not listed
				case s.status >= 500:
					level = slog.LevelError
				case quiet(r.URL.Path):
					level = slog.LevelDebug
				}
				log.Log(r.Context(), level, "request", "id", r.Context().Value(requestIDKey), "method", r.Method, "path", r.URL.Path,
					"status", s.status, "bytes", s.bytes, "took", took.Round(time.Microsecond), "from", r.RemoteAddr)
			}()
			next.ServeHTTP(s, r)
		})
	}
}

// routed tells observed which pattern the request was routed by.
func routed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if route, ok := r.Context().Value(routeKey).(*string); ok {
			*route = r.Pattern
			trace.SpanFromContext(r.Context()).SetName(spanName(r))
		}
	})
}

func spanName(r *http.Request) string {
	if r.Pattern == "" {
		return method(r.Method)
	}
	return r.Pattern
}

// quiet are requests that come every few seconds. Agents' have bounds of their
// own: a thousand of them may stand behind one address.
func quiet(path string) bool {
	return path == "/healthz" || path == "/readyz" || strings.HasPrefix(path, "/static/") || forAgent(path) || forInstall(path)
}

// recovered answers 500 where a handler panics, and logs where.
func recovered(log *slog.Logger) layer {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				v := recover()
				if v == nil {
					return
				}
				if v == http.ErrAbortHandler { //nolint:errorlint // a value that net/http compares the same way
					panic(v)
				}
				log.ErrorContext(r.Context(), "panic", "id", r.Context().Value(requestIDKey), "path", r.URL.Path, "what", fmt.Sprint(v), "stack", string(debug.Stack()))
				if s, ok := w.(*seen); ok && s.status != 0 {
					return
				}
				const text = "Something went wrong here. The log has the reason under this request's id."
				if api.Serves(r) {
					api.WriteProblem(w, api.Internal, text)
					return
				}
				http.Error(w, text, http.StatusInternalServerError)
			}()
			next.ServeHTTP(w, r)
		})
	}
}

// legible refuses queries that cannot be read. The API tells programs itself.
func legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !api.Serves(r) && !api.Legible(r.URL.RawQuery) {
			http.Error(w, "The address cannot be read.", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses changes that a browser sends from another site.
func sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const text = "The request comes from another site."
		if api.Serves(r) {
			api.WriteProblem(w, api.Forbidden, text)
			return
		}
		http.Error(w, text, http.StatusForbidden)
	}))
	return protection.Handler(next)
}

// policy is what pages may load: only what this server serves, and no script
// or style within a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"

// answersPolicy is that of what programs are answered, which is never shown as a page
// of this host, whoever is led to it.
const answersPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

// secured sets the headers that browsers protect people by.
func secured(https bool) layer {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", policy)
			if api.Serves(r) && !slices.Contains(api.Public, r.URL.Path) {
				h.Set("Content-Security-Policy", answersPolicy)
			}
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
			if !strings.HasPrefix(r.URL.Path, "/static/") {
				h.Set("Cache-Control", "no-store")
			}
			if https {
				h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
			}
			next.ServeHTTP(w, r)
		})
	}
}

// fromProxies takes the client's address from X-Forwarded-For where the
// connection comes from a proxy that is believed: the last address in it that
// is none itself.
func fromProxies(trusted []netip.Prefix) layer {
	believed := func(host string) bool {
		ip, err := netip.ParseAddr(host)
		return err == nil && slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
	}
	return func(next http.Handler) http.Handler {
		if len(trusted) == 0 {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			if err == nil && believed(host) {
				hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
				for _, hop := range slices.Backward(hops) {
					hop = strings.TrimSpace(hop)
					if _, err := netip.ParseAddr(hop); err != nil {
						break
					}
					r = r.Clone(r.Context())
					r.RemoteAddr = net.JoinHostPort(hop, "0")
					if !believed(hop) {
						break
					}
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// bounded limits the size of a body where a handler has no larger limit of its
// own, and how many requests one address may send.
func bounded(limit int64, larger func(*http.Request) int64) layer {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, max(limit, larger(r)))
			next.ServeHTTP(w, r)
		})
	}
}
