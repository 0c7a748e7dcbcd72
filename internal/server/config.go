package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/mailer"
	"github.com/demarc-sec/demarc/internal/seal"
)

// DatabaseFile is what the SQLite database in a data directory is called.
const DatabaseFile = "demarc.db"

// Config is everything that is decided before a server starts. The zero value
// of each field but DataDir and Log works.
type Config struct {
	DataDir     string // database, event streams, keys, certificates; made if it is not there
	DatabaseURL string // postgres://…; empty is SQLite in DataDir
	SealKey     string // file of the keys of sealed secrets, the same for all replicas; default one in DataDir
	NATSURL     string // nats://…, several by comma; empty is a server in the process

	Listen    string // address to listen at; default 127.0.0.1:8080, with TLS 127.0.0.1:8443
	PublicURL string // how browsers reach it, for links, sign-in and cookies; default from Listen
	Metrics   string // address for /metrics; empty serves none
	TLS       TLS

	// Proxies are those whose X-Forwarded-For and -Proto are believed.
	Proxies []netip.Prefix

	// Networks are those of the operator that sources and notifications may
	// reach besides the public internet.
	Networks []netip.Prefix

	// Mail is the SMTP server of links that people ask for, as smtp://…; without one
	// administrators hand them over.
	Mail string

	// Providers are those of OpenID Connect that people sign in with besides
	// passwords and passkeys.
	Providers []identity.Provider

	// Agents is the directory of agents that servers may install from here; empty
	// offers none.
	Agents string

	Patching Patching

	Keep    time.Duration // for how long history is kept; 0 for ever
	Version string        // of this program
	Workers int           // assessments that this replica runs at a time; 0 is one for every two processors
	Log     *slog.Logger
	Now     func() time.Time
}

// Patching is where the database of vulnerabilities is, and how it stays up to
// date. Each replica has its own.
type Patching struct {
	Dir      string // of the database; default vulnerabilities in DataDir
	Mirror   string // where it is updated from: osv, a URL, a directory or a zip; empty never
	Families []string
	EPSS     string // URL or file; empty is the mirror's, none is none
	KEV      string
	Every    time.Duration // how often it is updated; 0 is twelve hours
	MaxAge   time.Duration // beyond which it evaluates nothing; 0 is a week
}

// TLS tells which certificate to serve with. At most one of the three is set.
type TLS struct {
	CertFile, KeyFile string   // both, read again when they change
	SelfSigned        bool     // one made for the names of PublicURL, for trials
	ACME              []string // host names to get certificates for
}

// On reports whether TLS is served at all.
func (t TLS) On() bool { return t.CertFile != "" || t.SelfSigned || len(t.ACME) > 0 }

// complete fills defaults in and finds contradictions.
func (c *Config) complete() error {
	ways := 0
	for _, on := range []bool{c.TLS.CertFile != "" || c.TLS.KeyFile != "", c.TLS.SelfSigned, len(c.TLS.ACME) > 0} {
		if on {
			ways++
		}
	}
	switch {
	case c.DataDir == "":
		return errors.New("no data directory is named")
	case ways > 1:
		return errors.New("choose one of a certificate of your own, a self-signed one and ACME")
	case (c.TLS.CertFile == "") != (c.TLS.KeyFile == ""):
		return errors.New("a certificate and its key go together")
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:8080"
		if c.TLS.On() {
			c.Listen = "127.0.0.1:8443"
		}
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
			return fmt.Errorf("%q is no public URL; write it as https://demarc.example.com", c.PublicURL)
		}
		c.PublicURL = u.Scheme + "://" + u.Host
	}
	if c.DatabaseURL == "" {
		c.DatabaseURL = "sqlite:" + filepath.Join(c.DataDir, DatabaseFile)
	}
	c.Patching.complete(c.DataDir)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

// keys reads what seals secrets.
func (c *Config) keys() (*seal.Keys, error) {
	if c.SealKey != "" {
		return seal.LoadMounted(c.SealKey)
	}
	return seal.LoadOrCreate(c.DataDir)
}

// mail is what sends mail, or nil.
func (c *Config) mail() (func(ctx context.Context, to, subject, text string) error, error) {
	if c.Mail == "" {
		return nil, nil
	}
	m, err := mailer.Parse(c.Mail)
	if err != nil {
		return nil, err
	}
	return m.Send, nil
}

// keyFile is where the keys are read from.
func (c *Config) keyFile() string {
	if c.SealKey != "" {
		return c.SealKey
	}
	return filepath.Join(c.DataDir, seal.FileName)
}

// publicURL is the one that was set, or that of the address listened at.
func (c *Config) publicURL(at net.Addr) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	scheme := "http"
	if c.TLS.On() {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return scheme + "://" + at.String()
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
