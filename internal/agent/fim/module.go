package fim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/agent/fim/content"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/live"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/fim/walk"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Options of a Module. What is zero has a default.
type Options struct {
	State    string // directory of the baseline
	Baseline string // the file; State/baseline if it is empty
	Root     string
	Policy   *policy.Policy // linux
	// Every so often everything is compared with the baseline (6 h), and every so
	// often everything is hashed again (24 h).
	ScanEvery, FullEvery time.Duration
	// CoverageEvery is how long a statement of coverage is for: 5 minutes.
	CoverageEvery time.Duration
	CPULimit      float64 // of scans, in cores: 0.25
	Spans         []cause.Span
	Version       string
	// Survey is asked at the start of each scan of everything for what sees every file of
	// it, and what is called at its end with why not all were seen; empty where all were.
	Survey func() (see func(path string, e *entry.Entry, capable bool), end func(why string))
	// Go starts what works beside; the go statement where it is nil. Pace is called
	// between pieces of a scan's work.
	Go   func(f func())
	Pace func(ctx context.Context) error
	// WithoutScan leaves out the scan at the start.
	WithoutScan bool
	// Backend of watching, queue and watches, as in live.Options. live.None watches nothing.
	Backend    string
	QueueBytes int
	Limited    bool
	MaxWatches int
}

// Module watches a host. See the package's description.
type Module struct {
	o         Options
	scan      *Scan
	asked     chan struct{}
	approvals chan approval
	mu        sync.Mutex
	state     string
	reason    string

	// what follows is Run's alone
	judge    *judge
	emit     func(wire.EventKind, any)
	watcher  live.Watcher // nil: nothing is watched live
	noLive   error        // why
	open     []Gap        // that no coverage has told yet
	since    time.Time
	counts   Counts
	lastFull time.Time
	digests  *wire.Digests // as last told
	scans    chan scanned
	running  bool
	next     *order // what is to be scanned after what runs
}

// order is a scan that is wanted: of everything, or of what may have been missed.
type order struct {
	full, mend bool
	gaps       []live.Gap
}

// scanned is what a scan found.
type scanned struct {
	order
	read   *readers
	scan   Scan
	found  []walk.Difference
	result *walk.Result
	err    error

	digests *digests // nil where none are wanted
}

// New makes a Module.
func New(o Options) (*Module, error) {
	if o.Baseline == "" {
		o.Baseline = filepath.Join(o.State, "baseline")
	}
	if o.Policy == nil {
		p, err := policy.Load(policy.Default)
		if err != nil {
			return nil, err
		}
		o.Policy = p
	}
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&o.ScanEvery, 6*time.Hour)
	def(&o.FullEvery, 24*time.Hour)
	def(&o.CoverageEvery, 5*time.Minute)
	if o.CPULimit <= 0 {
		o.CPULimit = 0.25
	}
	s := &Scan{Root: o.Root, Baseline: o.Baseline, Policy: o.Policy, CPULimit: o.CPULimit, Workers: 1, Spans: o.Spans, Version: o.Version, Go: o.Go, Pace: o.Pace}
	return &Module{o: o, scan: s, asked: make(chan struct{}, 1), approvals: make(chan approval), scans: make(chan scanned, 1), state: "ok"}, nil
}

// Scan asks for a scan that hashes everything, soon.
func (m *Module) Scan() {
	select {
	case m.asked <- struct{}{}:
	default:
	}
}

// Health is the state and the reason, for wire.Module.
func (m *Module) Health() (state, reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state, m.reason
}

func (m *Module) health(state, reason string) {
	m.mu.Lock()
	m.state, m.reason = state, reason
	m.mu.Unlock()
}

// Run watches until ctx is done.
func (m *Module) Run(ctx context.Context, emit func(wire.EventKind, any)) error {
	m.emit = emit
	if err := m.prepare(ctx); err != nil {
		m.health("failed", err.Error())
		return err
	}
	defer m.judge.index.Close()
	in := &inbox{pending: map[string]seenAt{}, wake: make(chan struct{}, 1)}
	done := make(chan error, 1)
	// Watching begins before the first scan, so that nothing falls between.
	m.watch()
	if m.watcher != nil {
		defer func() { _ = m.watcher.Close() }()
		m.beside(func() { done <- m.watcher.Run(ctx, in) })
	}
	if !m.o.WithoutScan {
		m.start(ctx, order{})
	}
	err := m.loop(ctx, in, done)
	if ctx.Err() == nil {
		return err
	}
	// What was told before the end is looked at, and what that cannot answer
	// stays a gap.
	m.take(ctx, in)
	m.cover(time.Now())
	return nil
}

// watch has the kernel tell what changes, by the best means there are.
func (m *Module) watch() {
	m.since = time.Now()
	if m.o.Backend == live.None {
		m.noLive = errors.New("nothing is to be watched live")
		return
	}
	m.watcher, m.noLive = live.Open(live.Options{
		Wanted: m.wanted, Root: m.scan.root(), Backend: m.o.Backend, QueueBytes: m.o.QueueBytes, Limited: m.o.Limited, MaxWatches: m.o.MaxWatches,
	})
	switch {
	case m.noLive != nil:
		m.watcher = nil
		m.health("degraded", m.noLive.Error()+"; scans alone see what changes")
	case m.watcher.Why() != "":
		m.health("degraded", m.watcher.Why()+"; inotify watches instead, and does not tell who changed a file")
	}
}

// prepare makes a baseline if there is none.
func (m *Module) prepare(ctx context.Context) error {
	if _, err := os.Stat(m.o.Baseline); errors.Is(err, os.ErrNotExist) {
		if err := atomicfile.MakeDir(filepath.Dir(m.o.Baseline)); err != nil {
			return err
		}
		made, err := m.scan.Init(ctx, FromScan)
		if err != nil {
			return err
		}
		m.emit(wire.EventCoverage, &made.Coverage)
	}
	var err error
	if m.scan.store, err = content.Open(m.o.Baseline, true); err != nil {
		m.health("degraded", "what files say is not kept: "+err.Error())
	}
	m.scan.told = true
	m.judge, err = newJudge(m.scan)
	return err
}

// wanted tells whether a rule that is live is for anything in a directory.
func (m *Module) wanted(dir string) bool {
	s := m.o.Policy.LiveRoot()
	root := m.scan.root()
	if root != "/" {
		rel, err := filepath.Rel(root, dir)
		if err != nil || rel == ".." || len(rel) > 2 && rel[:3] == "../" {
			return false
		}
		dir = "/" + rel
	}
	for _, name := range splitPath(dir) {
		if s == nil {
			return false
		}
		s = s.Enter(name)
	}
	return s != nil
}

// loop takes what comes, until it ends.
func (m *Module) loop(ctx context.Context, in *inbox, done <-chan error) error {
	cover, scan := time.NewTicker(m.o.CoverageEvery), time.NewTicker(m.o.ScanEvery)
	defer cover.Stop()
	defer scan.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-done:
			if ctx.Err() == nil && err != nil {
				m.noLive = err
				m.health("degraded", err.Error()+"; scans alone see what changes")
			}
			done = nil
		case <-in.wake:
			time.Sleep(settle) // a file is often written in several steps
			m.take(ctx, in)
		case now := <-cover.C:
			m.cover(now)
		case now := <-scan.C:
			m.start(ctx, order{full: now.Sub(m.lastFull) >= m.o.FullEvery})
		case <-m.asked:
			m.start(ctx, order{full: true})
		case a := <-m.approvals:
			a.done <- m.approve(a.list)
		case s := <-m.scans:
			m.finish(ctx, s)
		}
	}
}

// settle is how long files are let alone after the first sign of a change.
const settle = 15 * time.Millisecond

// take looks at what was told since.
func (m *Module) take(ctx context.Context, in *inbox) {
	pending, trees, gaps, n := in.empty()
	m.counts.Events += n
	now := time.Now()
	seen := make(map[string]seenAt, len(pending))
	for path, s := range pending {
		if p, ok := m.local(path); ok {
			seen[p] = s
		}
	}
	for path, s := range trees {
		dir, ok := m.local(path)
		if !ok {
			continue
		}
		paths, all := m.judge.below(dir, maxPending)
		for _, p := range paths {
			if _, ok := seen[p]; !ok {
				seen[p] = s
			}
		}
		if !all {
			gaps = append(gaps, live.Gap{From: s.at, To: now, Reason: "a large directory was moved", Paths: []string{dir}})
		}
	}
	var found []*walk.Difference
	for path, s := range seen {
		d, err := m.judge.look(path)
		if err != nil {
			text, _ := escaped(path)
			m.gap(Gap{Paths: []string{text}, Reason: err.Error(), From: s.at.UTC(), To: now.UTC()})
		} else if d != nil {
			found = append(found, d)
		}
	}
	if len(found) > 0 {
		m.tell(m.judge.changes(found, seen, time.Now()))
	}
	if len(gaps) > 0 {
		m.start(ctx, order{mend: true, gaps: gaps})
	}
}

// local is a path below the root that is watched.
func (m *Module) local(path string) (string, bool) {
	root := m.scan.root()
	if root == "/" {
		return path, true
	}
	rest, ok := strings.CutPrefix(path, root+"/")
	return "/" + rest, ok
}

func (m *Module) tell(changes []Change) {
	for i := range changes {
		m.counts.Changes++
		m.emit(wire.EventIntegrity, &changes[i])
	}
}

func (m *Module) gap(g Gap) {
	g.Seconds = g.To.Sub(g.From).Seconds()
	if len(m.open) < maxListed {
		m.open = append(m.open, g)
	} else {
		m.open[maxListed-1].Count++
	}
}

// start scans beside the watching, one scan at a time. Lost events are answered by
// looking at everything that may have changed: what has another ctime than is
// recorded.
func (m *Module) start(ctx context.Context, o order) {
	if ctx.Err() != nil || m.running {
		if m.next == nil {
			m.next = &order{mend: o.mend}
		}
		m.next.full = m.next.full || o.full
		m.next.mend = m.next.mend && o.mend
		m.next.gaps = append(m.next.gaps, o.gaps...)
		return
	}
	m.running = true
	s := scanned{order: o, scan: *m.scan, read: &readers{}}
	s.scan.Full = o.full
	if !o.mend {
		s.scan.read = s.read.see
	}
	if o.mend {
		s.scan.LiveOnly, s.scan.CPULimit, s.scan.Workers = true, 0, 0
	}
	m.beside(func() {
		end := func(string) {}
		if m.o.Survey != nil && !o.mend {
			s.scan.Every, end = m.o.Survey()
		}
		if !o.mend {
			s.digests = &digests{files: map[string]string{}}
			s.scan.Seen = s.digests.see
		}
		s.found, s.result, s.err = s.scan.differences(ctx)
		end(s.why())
		m.scans <- s
	})
}

// beside starts what works beside.
func (m *Module) beside(f func()) {
	if m.o.Go != nil {
		m.o.Go(f)
		return
	}
	go f()
}

// maxShown is how many of the places that have one reason a gap names; all are counted.
const maxShown = 100

// why a scan did not see everything.
func (s *scanned) why() string {
	switch {
	case s.err != nil:
		return s.err.Error()
	case s.result.AllGaps > 0 && len(s.result.Gaps) > 0:
		path, _ := escaped(s.result.Gaps[0].Path)
		return fmt.Sprintf("%d places could not be read, such as %s: %s", s.result.AllGaps, path, s.result.Gaps[0].Reason)
	case s.result.AllGaps > 0:
		return fmt.Sprintf("%d places could not be read", s.result.AllGaps)
	}
	return ""
}

// finish tells what a scan found and nobody was told.
func (m *Module) finish(ctx context.Context, s scanned) {
	m.running = false
	before := m.counts.Changes
	if s.err == nil {
		if fresh := m.judge.unknown(s.found); len(fresh) > 0 {
			m.tell(s.scan.changes(fresh, time.Now()))
		}
		if err := m.fill(s.read.all); err != nil {
			m.health("degraded", "what files say is not kept: "+err.Error())
		}
	}
	for _, g := range s.gaps {
		to := g.To
		if s.err == nil {
			to = s.result.Start
		}
		m.gap(Gap{Paths: g.Paths, Reason: g.Reason, From: g.From.UTC(), To: to.UTC(), Rescanned: s.err == nil})
	}
	switch {
	case s.err != nil && ctx.Err() == nil:
		m.health("degraded", s.err.Error())
		now := time.Now()
		m.gap(Gap{Paths: []string{m.scan.root()}, Reason: "the scan failed: " + s.err.Error(), From: now, To: now})
	case s.err == nil && !s.mend:
		if s.full {
			m.lastFull = s.result.Start
		}
		c := s.scan.coverage(s.result, m.judge.index.Footer.Hash)
		c.Counts.Changes = m.counts.Changes - before
		m.emit(wire.EventCoverage, &c)
		m.tellDigests(&s)
	}
	if n := m.next; n != nil && ctx.Err() == nil {
		m.next = nil
		m.start(ctx, *n)
	}
}

// cover states what was seen live since the last statement.
func (m *Module) cover(now time.Time) {
	c := Coverage{
		Source: SourceLive, Backend: live.None, From: m.since.UTC(), To: now.UTC(), Gaps: m.open, Policy: m.o.Policy.Name + " " + m.o.Policy.Hash(),
		Baseline: m.judge.index.Footer.Hash, Counts: m.counts,
	}
	// What is not watched is a gap for the whole time.
	not := func(paths []string, reason string, more int) {
		c.Gaps = append(c.Gaps, Gap{Paths: paths, Reason: reason, From: c.From, To: c.To, Seconds: c.To.Sub(c.From).Seconds(), Count: more})
	}
	if m.noLive == nil {
		c.Backend, c.Paths = m.watcher.Backend(), m.watcher.Paths()
		for _, n := range m.watcher.Missing() {
			count := 0
			if shown := min(len(n.Paths), maxShown); n.More+len(n.Paths) > shown {
				count = n.More + len(n.Paths)
				n.Paths = n.Paths[:shown]
			}
			for i, p := range n.Paths {
				n.Paths[i], _ = escaped(p)
			}
			not(n.Paths, n.Reason, count)
		}
	} else {
		c.Paths = []string{m.scan.root()}
		not(c.Paths, m.noLive.Error(), 0)
	}
	// Lost events whose scan has not ended yet are a gap until it has.
	if m.next != nil {
		for _, g := range m.next.gaps {
			c.Gaps = append(c.Gaps, Gap{Paths: g.Paths, Reason: g.Reason, From: g.From.UTC(), To: now.UTC(), Seconds: now.Sub(g.From).Seconds()})
		}
	}
	c.Complete = len(c.Gaps) == 0
	m.emit(wire.EventCoverage, &c)
	m.since, m.open, m.counts = now, nil, Counts{}
}
