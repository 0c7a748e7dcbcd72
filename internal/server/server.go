// Package server is the control plane's process: it opens what it needs, wires
// the subjects together, serves the API and the console, and ends in order.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"
	"golang.org/x/sync/errgroup"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/queue"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/views"
	"github.com/demarc-sec/demarc/internal/waivers"
)

// grace is how long requests and jobs that run have to end once the server is
// told to.
const grace = 30 * time.Second

// Server is one replica of the control plane.
type Server struct {
	Config    Config
	DB        *store.DB
	Keys      *seal.Keys
	Queue     *queue.Queue
	Directory *directory.Directory
	Identity  *identity.Identity
	Inventory *inventory.Inventory
	Sources   *sources.Sources
	Jobs      *jobs.Jobs
	Waivers   *waivers.Waivers
	Views     *views.Views
	Notify    *notify.Notify
	Fleet     *fleet.Fleet

	URL string // how browsers reach it, once it listens

	log      *slog.Logger
	metrics  *metrics
	measured *workMetrics
	traces   trace.TracerProvider
	mux      *http.ServeMux
	api      http.Handler
	agents   http.Handler
	listener net.Listener
	ready    atomic.Bool
	lock     *os.File
	tasks    []task
	closers  []func() error
}

// task runs until its context ends. An error from it ends the server.
type task struct {
	name string
	run  func(context.Context) error
}

// New opens the database, brings it up to date, listens, and wires everything.
// Close must be called whether or not Run is.
func New(ctx context.Context, cfg Config) (_ *Server, err error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s := &Server{Config: cfg, log: cfg.Log, metrics: newMetrics(cfg.Version), mux: http.NewServeMux()}
	s.measured = newWorkMetrics(s.metrics.registry)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.lock, err = Claim(cfg.DataDir); err != nil {
		return nil, err
	}
	if s.DB, err = store.Open(ctx, cfg.DatabaseURL); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, s.DB.Close)
	if err := s.DB.Migrate(ctx); err != nil {
		return nil, err
	}
	if err := s.startTraces(ctx); err != nil {
		return nil, err
	}
	if s.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen); err != nil {
		return nil, fmt.Errorf("listening at %s: %w", cfg.Listen, err)
	}
	s.closers = append(s.closers, s.listener.Close)
	s.URL = s.Config.publicURL(s.listener.Addr())
	if err := s.wire(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Claim makes the data directory and locks it until the file is closed, so that
// two servers with embedded state cannot share one.
func Claim(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data directory: %w", err)
	}
	if err := lockFile(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is in use by another demarc serve; stop it or choose another --data", dir)
	}
	return f, nil
}

// Close frees everything. It may be called more than once.
func (s *Server) Close() error {
	var errs []error
	for len(s.closers) > 0 {
		last := len(s.closers) - 1
		if err := s.closers[last](); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
		s.closers = s.closers[:last]
	}
	if s.lock != nil {
		s.lock.Close()
		s.lock = nil
	}
	return errors.Join(errs...)
}

// Run serves until ctx ends, then lets requests and jobs end.
func (s *Server) Run(ctx context.Context) error {
	tlsConfig, err := s.Config.tlsConfig(ctx)
	if err != nil {
		return err
	}
	if tlsConfig != nil {
		tlsConfig = forAgents(tlsConfig)
	}
	g, running := errgroup.WithContext(ctx)
	web := &http.Server{
		Handler: s.handler(tlsConfig != nil), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Minute, WriteTimeout: 10 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	listener := s.listener
	if tlsConfig != nil {
		listener = tls.NewListener(listener, tlsConfig)
	}
	s.serve(g, running, web, listener)
	if s.Config.Metrics != "" {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Config.Metrics)
		if err != nil {
			return fmt.Errorf("listening at %s for metrics: %w", s.Config.Metrics, err)
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", s.metrics.handler())
		s.serve(g, running, &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}, l)
	}
	for _, t := range s.tasks {
		g.Go(func() error {
			if err := t.run(running); err != nil && !errors.Is(err, context.Canceled) {
				return fmt.Errorf("%s: %w", t.name, err)
			}
			return nil
		})
	}
	s.ready.Store(true)
	return g.Wait()
}

// serve runs an HTTP server until ctx ends, then no longer says it is ready
// and lets it finish what it has begun.
func (s *Server) serve(g *errgroup.Group, ctx context.Context, web *http.Server, l net.Listener) {
	g.Go(func() error {
		if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		s.ready.Store(false)
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		return web.Shutdown(end)
	})
}
