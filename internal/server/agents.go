package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/uptrace/bun"
	"golang.org/x/time/rate"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// forAgent reports whether a path is of the agents' side.
func forAgent(path string) bool { return strings.HasPrefix(path, fleet.Prefix) }

// fleet makes the agents' side.
func (s *Server) fleet(ctx context.Context) error {
	stream, err := fleet.OpenStream(ctx, s.Queue)
	if err != nil {
		return err
	}
	cloud, err := s.clouds()
	if err != nil {
		return err
	}
	s.Fleet = &fleet.Fleet{
		DB: s.DB, Sealer: s.Keys, Groups: s.Directory, Stream: stream, Cloud: cloud, Ledger: s.Inventory, Assess: assessor{s},
		Now: s.Config.Now, Log: s.log, Replica: replicaName(), Keep: s.Config.Keep, Event: s.tellAgent,
		Software: s.software(),
	}
	s.Inventory.Silent, s.Inventory.Home = s.Fleet.Silent, s.Fleet.Home
	answers := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "demarc_agent_answers_total", Help: "Requests of agents, by what they asked for and how they were answered: ok, or the code of the refusal.",
	}, []string{"what", "code"})
	s.metrics.registry.MustRegister(answers, &fleetStates{fleet: s.Fleet})
	s.agents = fleet.NewDoor(s.Fleet, func(what, code string) { answers.WithLabelValues(what, code).Inc() })
	return nil
}

// clouds are the keys by which instances prove who they are. Those that
// providers change are read from the data directory, where the operator puts
// them: trust/google.json, trust/azure.pem and trust/azure-intermediates.pem.
func (s *Server) clouds() (*cloudid.Verifier, error) {
	v := &cloudid.Verifier{Audience: s.URL, Now: s.Config.Now}
	dir := filepath.Join(s.Config.DataDir, "trust")
	if text, err := os.ReadFile(filepath.Join(dir, "google.json")); err == nil {
		if v.Google, err = cloudid.ReadKeys(text); err != nil {
			return nil, fmt.Errorf("trust/google.json: %w", err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, f := range []struct {
		name string
		pool **x509.CertPool
	}{{"azure.pem", &v.Azure}, {"azure-intermediates.pem", &v.AzureBetween}} {
		text, err := os.ReadFile(filepath.Join(dir, f.name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if *f.pool = x509.NewCertPool(); !(*f.pool).AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("trust/%s holds no certificate", f.name)
		}
	}
	return v, nil
}

// assessor has host documents assessed as jobs.
type assessor struct{ s *Server }

// Source implements fleet.Assessor.
func (a assessor) Source(ctx context.Context, tx bun.Tx, org, group int64, name string) (int64, error) {
	return a.s.Sources.AddAgents(ctx, tx, org, group, name)
}

// Assess implements fleet.Assessor.
func (a assessor) Assess(ctx context.Context, org, source int64) (bool, error) {
	tree, err := a.s.Directory.Tree(ctx, org)
	if err != nil {
		return false, err
	}
	return a.s.Jobs.AddUnlessOpen(ctx, tenant.Who{Actor: tenant.BySystem(org), Tree: tree}, source, jobs.Reported)
}

// agentKinds are what happens to agents, as people are told of it.
var agentKinds = map[string]struct{ kind, title string }{
	string(fleet.Missing):  {notify.AgentMissing, "%s does not report"},
	fleet.Returned:         {notify.AgentReturned, "%s is accounted for again"},
	string(fleet.Tampered): {notify.AgentTampered, "The agent of %s is not what it was"},
	fleet.Duplicate:        {notify.AgentDuplicate, "%s has the machine id of another server"},
	fleet.Incomplete:       {notify.EventsLost, "%s lost events"},
	fleet.Unknown:          {notify.FilesChanged, "Files changed on %s and nothing explains it"},
	fleet.Detected:         {notify.IntrusionSign, "%s logged a sign of intrusion"},
}

// tellAgent passes what happens to an agent on to whoever wants to be told.
func (s *Server) tellAgent(ctx context.Context, tx bun.Tx, h fleet.Happened) error {
	k, ok := agentKinds[h.Kind]
	if !ok {
		return nil
	}
	e := notify.Event{
		Org: h.Org, Group: h.Group, Kind: k.kind, Severity: h.Severity, Title: fmt.Sprintf(k.title, h.Hostname), Text: h.Text, Do: h.Do,
		Path: "/servers/" + strconv.FormatInt(h.Agent, 10),
	}
	if e.Severity == "info" {
		e.Severity = "low"
	}
	switch e.Kind {
	case notify.AgentMissing, notify.AgentTampered, notify.AgentReturned: // opened once, and closed
		e.Thread = "agent:" + strconv.FormatInt(h.Agent, 10)
	}
	return s.Notify.Emit(ctx, tx, e)
}

// forAgents asks those for a client certificate who say that they are agents,
// and lets no more of them begin at a time than leaves processors for others.
func forAgents(t *tls.Config) *tls.Config {
	asks := t.Clone()
	asks.ClientAuth = tls.RequestClientCert // whose it must be, the signature says
	cores := runtime.GOMAXPROCS(0)
	handshakes := rate.NewLimiter(rate.Limit(400*cores), 800*cores)
	out := t.Clone()
	out.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if !slices.Contains(hello.SupportedProtos, wire.ALPN) {
			return nil, nil //nolint:nilnil // as ever
		}
		if !handshakes.Allow() {
			return nil, errors.New("more agents connect than can be served")
		}
		return asks, nil
	}
	return out
}

// fleetStates measures how many agents are in each state, as this replica knows.
type fleetStates struct{ fleet *fleet.Fleet }

var agentsDesc = prometheus.NewDesc("demarc_agents", "Agents by state.", []string{"state"}, nil)

// Describe implements prometheus.Collector.
func (f *fleetStates) Describe(c chan<- *prometheus.Desc) { c <- agentsDesc }

// Collect implements prometheus.Collector.
func (f *fleetStates) Collect(c chan<- prometheus.Metric) {
	for state, n := range f.fleet.Count() {
		c <- prometheus.MustNewConstMetric(agentsDesc, prometheus.GaugeValue, float64(n), string(state))
	}
}
