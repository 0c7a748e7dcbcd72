package server

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/demarc-sec/demarc/internal/server/api"
)

// limiter bounds how many requests one address sends. It remembers a bounded
// number of addresses; IPv6 counts by /64, which is what one customer gets.
type limiter struct {
	mu      sync.Mutex
	each    rate.Limit
	burst   int
	most    int
	known   map[netip.Prefix]*visitor
	forgets time.Duration
	now     func() time.Time
}

type visitor struct {
	limit *rate.Limiter
	last  time.Time
}

func newLimiter(each rate.Limit, burst int, now func() time.Time) *limiter {
	return &limiter{each: each, burst: burst, most: 100_000, known: map[netip.Prefix]*visitor{}, forgets: 5 * time.Minute, now: now}
}

// allow counts a request of the address and reports whether it may pass.
func (l *limiter) allow(addr string) bool {
	key, ok := network(addr)
	if !ok {
		return true // a socket without address, such as in tests
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	v := l.known[key]
	if v == nil {
		if len(l.known) >= l.most {
			l.forget(now)
		}
		v = &visitor{limit: rate.NewLimiter(l.each, l.burst)}
		l.known[key] = v
	}
	v.last = now
	return v.limit.AllowN(now, 1)
}

// forget drops addresses not seen for a while; when a flood leaves none of
// those, all of them.
func (l *limiter) forget(now time.Time) {
	for k, v := range l.known {
		if now.Sub(v.last) > l.forgets {
			delete(l.known, k)
		}
	}
	if len(l.known) >= l.most {
		clear(l.known)
	}
}

func network(addr string) (netip.Prefix, bool) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return netip.Prefix{}, false
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}, false
	}
	bits := 32
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		bits = 64
	}
	p, err := ip.Prefix(bits)
	return p, err == nil
}

// limited answers 429 to addresses that ask too often.
func limited(l *limiter) layer {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !quiet(r.URL.Path) && !l.allow(r.RemoteAddr) {
				w.Header().Set("Retry-After", strconv.Itoa(1+int(1/float64(l.each))))
				const text = "Too many requests from this address. Wait a moment."
				if api.Serves(r) {
					api.WriteProblem(w, api.RateLimited, text)
					return
				}
				http.Error(w, text, http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
