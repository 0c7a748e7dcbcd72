package server

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/demarc-sec/demarc/internal/directory"
)

// wire makes the subjects and the routes. It is the one place that knows all
// of them.
func (s *Server) wire(context.Context) error {
	s.Directory = &directory.Directory{DB: s.DB, Now: s.Config.Now}

	s.mux.HandleFunc("GET /healthz", s.healthz)
	s.mux.HandleFunc("GET /readyz", s.readyz)
	return nil
}

// handler is everything a request passes, outermost first.
func (s *Server) handler(https bool) http.Handler {
	return layered(routed(s.mux),
		requestID,
		fromProxies(s.Config.Proxies),
		observed(s.log, s.metrics),
		recovered(s.log),
		secured(https),
		limited(newLimiter(rate.Limit(50), 300, time.Now)),
		bounded(1<<20, s.largerBody),
		http.NewCrossOriginProtection().Handler,
	)
}

// largerBody is the limit of requests that carry files.
func (s *Server) largerBody(*http.Request) int64 { return 0 }

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Write([]byte("ok\n")) //nolint:errcheck // whoever asked has gone
}

// readyz says whether requests should be sent here: not before everything
// runs, not while it ends, not without a database.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if !s.ready.Load() {
		http.Error(w, "not ready: starting or ending", http.StatusServiceUnavailable)
		return
	}
	if err := s.DB.PingContext(ctx); err != nil {
		http.Error(w, "not ready: the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n")) //nolint:errcheck // whoever asked has gone
}
