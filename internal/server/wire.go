package server

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/time/rate"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/outbound"
	"github.com/demarc-sec/demarc/internal/queue"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/views"
	"github.com/demarc-sec/demarc/internal/waivers"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// wire makes the subjects and the routes. It is the one place that knows all
// of them.
func (s *Server) wire(ctx context.Context) error {
	if err := s.subjects(ctx); err != nil {
		return err
	}
	if err := s.fleet(ctx); err != nil {
		return err
	}
	s.work()
	s.console()
	s.ledgerPages()
	s.programs()
	if err := s.install(); err != nil {
		return err
	}

	s.mux.HandleFunc("GET /healthz", s.healthz)
	s.mux.HandleFunc("GET /readyz", s.readyz)
	return nil
}

// subjects makes what holds state, each on those before it.
func (s *Server) subjects(ctx context.Context) (err error) {
	policy := outbound.Policy{Allowed: s.Config.Networks}
	if s.Keys, err = s.Config.keys(); err != nil {
		return err
	}
	if err := s.checkKey(ctx); err != nil {
		return err
	}
	if s.Queue, err = queue.Open(ctx, queue.Options{URL: s.Config.NATSURL, Dir: filepath.Join(s.Config.DataDir, "queue"), Log: s.log}); err != nil {
		return err
	}
	s.closers = append(s.closers, func() error { s.Queue.Close(); return nil })
	s.Directory = &directory.Directory{DB: s.DB, Now: s.Config.Now}
	s.Views = &views.Views{DB: s.DB, Now: s.Config.Now}
	send, err := s.Config.mail()
	if err != nil {
		return err
	}
	s.Identity, err = identity.New(identity.Config{
		DB: s.DB, Directory: s.Directory, Seal: s.Keys, Log: s.log, Now: s.Config.Now, URL: s.URL, Providers: s.Config.Providers,
		Left: s.Views.Forget, Mail: send,
	})
	if err != nil {
		return err
	}
	s.Inventory = &inventory.Inventory{DB: s.DB, Now: s.Config.Now, Groups: s.Directory, Keep: s.Config.Keep}
	s.Waivers = &waivers.Waivers{DB: s.DB, Ledger: s.Inventory, Now: s.Config.Now}
	s.Inventory.Accepted = s.Waivers.Accepted
	s.Sources = &sources.Sources{DB: s.DB, Sealer: s.Keys, Outbound: policy, Now: s.Config.Now}
	s.Jobs = &jobs.Jobs{DB: s.DB, Queue: s.Queue, Sources: s.Sources, Now: s.Config.Now, Log: s.log}
	s.Notify = &notify.Notify{
		DB: s.DB, Sealer: s.Keys, Outbound: policy, Ledger: s.Inventory, Groups: s.Directory, Sources: s.Sources,
		PublicURL: s.URL, Version: s.Config.Version, Replica: replicaName(), Now: s.Config.Now, Log: s.log,
	}
	s.Waivers.Event, s.Jobs.Event = s.tellWaiver, s.tellJob
	sources.UsePolicy(policy)
	s.metrics.registry.MustRegister(newWaiting(s))
	return nil
}

// programs adds the API.
func (s *Server) programs() {
	a := &api.API{
		DB: s.DB, Sealer: s.Keys, People: s.Identity, Directory: s.Directory, Inventory: s.Inventory, Sources: s.Sources, Jobs: s.Jobs,
		Waivers: s.Waivers, Views: s.Views, Notify: s.Notify, Fleet: s.Fleet, Audit: &audit.Log{DB: s.DB}, Version: s.Config.Version, Log: s.log, Now: s.Config.Now,
	}
	s.api = a.Handler()
	s.tasks = append(s.tasks, task{"answers", s.every("answers", time.Hour, a.Tend)})
}

// work adds what runs beside the requests.
func (s *Server) work() {
	w := &jobs.Worker{
		Jobs: s.Jobs, Name: replicaName(), Dir: filepath.Join(s.Config.DataDir, "work"), Ledger: observedLedger{s.Inventory, s}, Groups: s.Directory,
		Tool: report.Tool{Name: "demarc", Version: s.Config.Version}, Observe: s.observeJob,
		Agents: s.Fleet, Vulnerabilities: s.Fleet.Software.DB, Patching: s.Fleet.Software.Policy,
	}
	workers := s.Config.Workers
	if workers <= 0 {
		workers = max(1, runtime.GOMAXPROCS(0)/2)
	}
	s.tasks = append(s.tasks,
		task{"jobs", s.Jobs.Run},
		task{"notifications", s.Notify.Run},
		task{"agents", s.Fleet.Run},
		task{"vulnerability data", s.updates},
		task{"ledger", s.every("the ledger", 15*time.Second, s.Inventory.Tend)},
		task{"waivers", s.every("waivers", time.Minute, s.Waivers.Tend)},
		task{"worker", func(ctx context.Context) error {
			if err := w.Sweep(); err != nil {
				return err
			}
			return s.Queue.Work(ctx, workers, w.Handle)
		}},
	)
}

// every makes a task of something to do now and then. That it fails once is
// logged, and no reason to end.
func (s *Server) every(name string, pause time.Duration, do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			if err := do(ctx); err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "tending "+name, "error", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	}
}

// replicaName tells people which replica it was.
func replicaName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "replica"
	}
	return fmt.Sprintf("%s-%d", host, os.Getpid())
}

// handler is everything a request passes, outermost first.
func (s *Server) handler(https bool) http.Handler {
	return layered(routed(s.served()),
		requestID,
		fromProxies(s.Config.Proxies),
		traced(s.traces),
		observed(s.log, s.metrics),
		recovered(s.log),
		secured(https),
		limited(newLimiter(rate.Limit(50), 300, time.Now)),
		bounded(1<<20, s.largerBody),
		legible,
		sameOrigin,
		located,
		s.logged,
		authenticated(s.log, s.Identity),
	)
}

// served is the API and, at every other address, the console and what watches
// the server. The two have no router in common: in it the console's pattern
// for all pages would answer programs that ask for what is not there.
func (s *Server) served() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if api.Serves(r) {
			s.api.ServeHTTP(w, r)
			return
		}
		if forAgent(r.URL.Path) {
			s.agents.ServeHTTP(w, r)
			return
		}
		s.mux.ServeHTTP(w, r)
	})
}

// logged lets pages write to the server's log.
func (s *Server) logged(next http.Handler) http.Handler { return page.Logged(s.log, next) }

// largerBody is the limit of requests that carry files.
func (s *Server) largerBody(r *http.Request) int64 {
	if ok, _ := path.Match("/sources/*/upload", r.URL.Path); ok && r.Method == http.MethodPost {
		return sources.MaxUpload + 1<<20 // and what a form adds
	}
	if forAgent(r.URL.Path) {
		return wire.MaxBatch + 1 // which the door refuses itself
	}
	return api.LargestBody(r)
}

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Write([]byte("ok\n"))
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
	if err := s.Queue.Ready(ctx); err != nil {
		http.Error(w, "not ready: the work queue does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n"))
}
