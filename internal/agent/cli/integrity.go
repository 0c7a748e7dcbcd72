package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim"
	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/run"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// integrityModule watches files, scans them now and then or when it is asked to,
// and takes what was approved into the baseline.
type integrityModule struct {
	dir    string // of the baseline
	shared *shared

	mu     sync.Mutex
	module *fim.Module // that runs; nil where none does
}

// integrityPolicy is the section "integrity" of the policy.
type integrityPolicy struct {
	Policy string `json:"policy"` // one of those that come with the agent
	Every  string `json:"every"`  // 6h
	Full   string `json:"full"`   // 24h
	Tell   string `json:"tell"`   // 5m; how often what was watched is stated
}

func (*integrityModule) Name() string { return "integrity" }

func (*integrityModule) Kinds() []wire.CommandKind {
	return []wire.CommandKind{wire.CommandIntegrity, wire.CommandApprove}
}

// Do begins a scan of everything, or takes changes into the baseline.
func (m *integrityModule) Do(ctx context.Context, c wire.CommandBody) error {
	m.mu.Lock()
	module := m.module
	m.mu.Unlock()
	if module == nil {
		return fmt.Errorf("file integrity is not watched at the moment")
	}
	if c.Kind == wire.CommandApprove {
		var list []fim.Approval
		if err := json.Unmarshal(c.Args, &list); err != nil || len(list) == 0 {
			return fmt.Errorf("it does not say what is approved")
		}
		ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
		defer stop()
		return module.Approve(ctx, list)
	}
	// It may take long, and other commands wait meanwhile: what it saw, and that it
	// ended, its statement of coverage tells.
	module.Scan()
	return nil
}

func (m *integrityModule) Run(ctx context.Context, h *run.Handle) error {
	if runtime.GOOS != "linux" {
		return run.ErrElsewhere
	}
	o, err := readIntegrityPolicy(h.Policy)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var beside sync.WaitGroup
	o.State, o.Version, o.Pace = m.dir, version(), h.Pace
	o.Survey = func() (func(string, *entry.Entry, bool), func(string)) { return m.shared.survey(ctx) }
	o.Go = func(f func()) {
		h.Go(&beside, func() {
			whole := false
			defer func() {
				if !whole { // it panicked: what waits for it has to end as well
					stop(fmt.Errorf("a part of it panicked"))
				}
			}()
			f()
			whole = true
		})
	}
	module, err := fim.New(o)
	if err != nil {
		return err
	}
	m.set(module)
	defer m.set(nil)
	defer m.shared.forget()
	err = module.Run(ctx, func(kind wire.EventKind, body any) {
		if err := h.Emit(kind, body); err != nil {
			h.Log.Warn("what was seen of a file is not kept", "error", err)
		}
		if state, reason := module.Health(); state == "ok" {
			h.Degraded("")
		} else {
			h.Degraded(reason)
		}
	})
	stop(nil)
	beside.Wait()
	if why := context.Cause(ctx); err == nil && why != context.Canceled { //nolint:errorlint // the very one
		return why
	}
	return err
}

func (m *integrityModule) set(module *fim.Module) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.module = module
}

func readIntegrityPolicy(section json.RawMessage) (o fim.Options, err error) {
	var p integrityPolicy
	if len(section) > 0 {
		if err := json.Unmarshal(section, &p); err != nil {
			return o, fmt.Errorf("the policy's section integrity: %w", err)
		}
	}
	if p.Policy == "" {
		p.Policy = policy.Default
	}
	if !slices.Contains(policy.Names(), p.Policy) { // a name, and no file of somebody's choice
		return o, fmt.Errorf("the policy's integrity.policy is one of %s, not %q", strings.Join(policy.Names(), ", "), p.Policy)
	}
	if o.Policy, err = policy.Load(p.Policy); err != nil {
		return o, err
	}
	for _, d := range []struct {
		name, text string
		least      time.Duration
		to         *time.Duration
	}{{"every", p.Every, 10 * time.Minute, &o.ScanEvery}, {"full", p.Full, time.Hour, &o.FullEvery}, {"tell", p.Tell, 10 * time.Second, &o.CoverageEvery}} {
		if d.text == "" {
			continue
		}
		v, err := time.ParseDuration(d.text)
		if err != nil {
			return o, fmt.Errorf("the policy's integrity.%s: %w", d.name, err)
		}
		*d.to = max(v, d.least)
	}
	return o, nil
}

// shared is what one module sees for another: a scan for integrity meets every
// file, and the host document tells which of them stand out.
type shared struct {
	mu     sync.Mutex
	doc    *host.Document // the latest
	walk   *host.Walk     // of the latest scan
	walked chan struct{}  // told of a new one
}

// collect makes the host document.
func (s *shared) collect(ctx context.Context, roles, listeners []string) (*host.Document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	doc, err := scan(ctx, "/", roles, listeners, s.walk)
	if err == nil {
		s.doc = doc
	}
	return doc, err
}

// survey begins to note which files stand out.
func (s *shared) survey(ctx context.Context) (see func(path string, e *entry.Entry, capable bool), end func(why string)) {
	s.mu.Lock()
	doc := s.doc
	s.mu.Unlock()
	if doc == nil {
		var err error
		if doc, err = s.collect(ctx, nil, nil); err != nil {
			doc = &host.Document{}
		}
	}
	standing := host.NewStanding(doc, nil)
	see = func(path string, e *entry.Entry, capable bool) {
		capabilities := ""
		if capable {
			capabilities = "capabilities"
		}
		standing.See(path, fileMode(e), e.UID, e.GID, capabilities)
	}
	return see, func(why string) {
		w := standing.Walk(why)
		explain(w)
		s.mu.Lock()
		s.walk = w
		s.mu.Unlock()
		s.tell()
	}
}

// forget drops what the last scan found, which nobody will know to be so any more.
func (s *shared) forget() {
	s.mu.Lock()
	had := s.walk != nil
	s.walk = nil
	s.mu.Unlock()
	if had {
		s.tell()
	}
}

// tell has the document be made anew.
func (s *shared) tell() {
	select {
	case s.walked <- struct{}{}:
	default:
	}
}

// explain names the packages that brought what gives rights.
func explain(w *host.Walk) {
	modes := map[string]uint32{}
	for _, list := range [][]host.WalkFile{w.SetID, w.Capabilities} {
		for _, f := range list {
			var mode uint32
			if _, err := fmt.Sscanf(f.Mode, "%o", &mode); err == nil {
				modes[f.Path] = mode
			}
		}
	}
	by := cause.New("/", nil, nil).Packages(modes)
	for _, list := range [][]host.WalkFile{w.SetID, w.Capabilities} {
		for i := range list {
			if name := by[list[i].Path]; name != "" {
				list[i].Explained = "package " + name
			}
		}
	}
}

// fileMode is a file's mode in Go's words.
func fileMode(e *entry.Entry) fs.FileMode {
	m := fs.FileMode(e.Mode & 0o777)
	for bit, mode := range map[uint32]fs.FileMode{entry.SetUID: fs.ModeSetuid, entry.SetGID: fs.ModeSetgid, entry.Sticky: fs.ModeSticky} {
		if e.Mode&bit != 0 {
			m |= mode
		}
	}
	switch e.Kind {
	case entry.File:
	case entry.Directory:
		m |= fs.ModeDir
	case entry.Link:
		m |= fs.ModeSymlink
	default:
		m |= fs.ModeIrregular
	}
	return m
}
