// Package outbound is how the control plane reaches addresses that people give
// it: Git servers, webhooks, ticket systems. It refuses those of the network it
// stands in itself, so that nobody can make it ask there in their place.
package outbound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// ErrRefused says that an address is not one to reach.
var ErrRefused = errors.New("refused")

// Policy decides which addresses may be reached: those of the public internet,
// and the networks that the operator of the control plane allows besides.
type Policy struct {
	Allowed []netip.Prefix
}

// special are ranges that look global to net/netip and are not: IANA's
// registries of special-purpose addresses, for both versions.
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

// Permits reports whether the address may be reached.
func (p Policy) Permits(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	holds := func(n netip.Prefix) bool { return n.Contains(ip) }
	if slices.ContainsFunc(p.Allowed, holds) {
		return true
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !slices.ContainsFunc(special, holds)
}

// control refuses a connection at the moment it is made, when the name has
// been looked up for the last time: a name that changes its answer in between
// gains nothing.
func (p Policy) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrRefused, address)
	}
	if !p.Permits(at.Addr()) {
		return fmt.Errorf("%w: %s is not an address of the public internet; the operator can allow its network with --allow-network", ErrRefused, at.Addr())
	}
	return nil
}

// Dial connects like net.Dialer.DialContext, within the policy.
func (p Policy) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Control: p.control}
	return d.DialContext(ctx, network, address)
}

// Client returns an HTTP client within the policy. It uses no proxy of the
// environment, keeps no cookies, and follows at most three redirects, never
// from https to http.
func (p Policy) Client(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext: p.Dial, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: timeout,
			MaxIdleConns: 20, IdleConnTimeout: 30 * time.Second, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 3 {
				return errors.New("more than three redirects")
			}
			if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
				return fmt.Errorf("%w: a redirect from https to %s", ErrRefused, r.URL.Scheme)
			}
			return nil
		},
	}
}

// CheckURL looks at a URL when somebody enters it: its scheme, and the address
// where it is written as one. Names are judged when they are connected to.
func (p Policy) CheckURL(raw string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return nil, fmt.Errorf("%w: this is no URL with a host", ErrRefused)
	case !slices.Contains(schemes, u.Scheme):
		return nil, fmt.Errorf("%w: the URL begins with none of %v", ErrRefused, schemes)
	case u.User != nil && u.Scheme != "ssh":
		return nil, fmt.Errorf("%w: leave user and password out of the URL; there are fields for them", ErrRefused)
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !p.Permits(ip) {
		return nil, fmt.Errorf("%w: %s is not an address of the public internet; the operator can allow its network with --allow-network", ErrRefused, ip)
	}
	return u, nil
}
