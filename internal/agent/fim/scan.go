package fim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/agent/fim/content"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/fim/walk"
)

// Scan is what Init and Check need to know.
type Scan struct {
	Root     string // "/" where it is empty
	Baseline string // path of the file
	Policy   *policy.Policy
	Full     bool // hash what looks unchanged too
	Workers  int
	CPULimit float64 // in cores; 0: no limit
	Spans    []cause.Span
	Version  string // of the program
	// Live only: the files that are watched as they change.
	LiveOnly bool
	Progress func(walk.Counts)
	// As in walk.Options.
	Every func(path string, e *entry.Entry, capable bool)
	Seen  func(path string, e *entry.Entry, r *policy.Rule) bool // Adjust there
	Go    func(f func())
	Pace  func(ctx context.Context) error
	Sign  func(hash string) ([]byte, error)
	// Verify is asked about a baseline before it is used; nil believes every one that is whole.
	Verify func(baseline.Footer) error

	store *content.Store // nil where no contents are kept
	read  func(path string, e *entry.Entry, r *policy.Rule)
	told  bool // what is found is kept as told
}

// Sources of a baseline.
const (
	FromScan     = "scan"     // what is there now is right
	FromPackages = "packages" // what packages brought is right, whatever is there
)

// Made is what became of Init.
type Made struct {
	Coverage Coverage          `json:"coverage"`
	Baseline string            `json:"baseline"`
	Policy   string            `json:"policy"`
	Entries  uint64            `json:"entries"`
	Skipped  map[string]string `json:"skipped,omitempty"` // mounts, with their kinds
	// Of a baseline from packages: files whose content is the manifest's, those
	// that differ from it, and those where packages alone put files and none put these.
	Proven  uint64   `json:"proven,omitempty"`
	Differ  []string `json:"differ,omitempty"`
	Foreign uint64   `json:"foreign,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

// maxListed is how many paths a summary names.
const maxListed = 1000

// Init makes a baseline. Interrupted, it leaves what the next Init goes on from.
func (s *Scan) Init(ctx context.Context, from string) (*Made, error) {
	var read readers
	o := s.options()
	o.Encode, o.Read = true, read.see
	m := &Made{Baseline: s.Baseline, Policy: s.Policy.Name, Notes: s.Policy.Notes}
	switch from {
	case FromScan:
		if cache := s.cache(); cache != nil && !s.Full {
			defer cache.Close()
			o.Cache = cache
		}
	case FromPackages:
		shipped, err := cause.ReadShipped(s.Root)
		if err != nil {
			return nil, err
		}
		if shipped.Files == 0 {
			return nil, fmt.Errorf("no database of dpkg, rpm or apk is below %s; use a scan", s.root())
		}
		o.MD5 = true
		o.Adjust = m.hold(shipped)
	default:
		return nil, fmt.Errorf("a baseline is made from %s or %s, not from %q", FromScan, FromPackages, from)
	}
	host, _ := os.Hostname()
	w, err := baseline.Create(s.Baseline, baseline.Header{Created: time.Now().UTC(), Host: host, Root: s.root(), Policy: s.Policy.Name, PolicyHash: s.Policy.Hash(), Source: from, Version: s.Version})
	if err != nil {
		return nil, err
	}
	r, err := walk.Walk(ctx, o, func(b *walk.Batch) error { return w.Block(b.Dir, b.Records, b.N, b.Hashed) })
	if err != nil {
		if errors.Is(err, context.Canceled) && from == FromScan {
			return nil, errors.Join(errors.New("interrupted; the next run takes over what was hashed"), w.Keep())
		}
		w.Discard()
		return nil, err
	}
	w.Gaps = r.AllGaps
	if err := w.Commit(s.Sign); err != nil {
		return nil, err
	}
	if err := s.keepAll(read.all); err != nil {
		m.Notes = append(m.Notes, "what files say is not kept, and changes in them are not put in words: "+err.Error())
	}
	m.Entries, m.Skipped = w.Entries, r.Skipped
	m.Coverage = s.coverage(r, w.Footer.Hash)
	return m, nil
}

// hold holds files against what packages brought.
func (m *Made) hold(shipped *cause.Shipped) func(string, *entry.Entry, *policy.Rule) bool {
	var mu sync.Mutex
	return func(path string, e *entry.Entry, r *policy.Rule) bool {
		if e.Kind != entry.File || !e.Hashed {
			return true
		}
		word, algorithm, sum := shipped.Ask(path, e.MD5, e.HasMD5, e.Hash, !e.Partial)
		switch word {
		case cause.Equal:
			atomic.AddUint64(&m.Proven, 1)
		case cause.Differs:
			// What should be there is recorded, so that every check says so.
			mu.Lock()
			if text, _ := escaped(path); len(m.Differ) < maxListed {
				m.Differ = append(m.Differ, text)
			}
			mu.Unlock()
			e.Known = entry.Type | entry.Content
			if algorithm == "md5" {
				e.Known, e.Hashed = entry.Type|entry.Content|entry.MD5, false
				copy(e.MD5[:], sum[:])
			} else {
				e.Hash = sum
			}
		case cause.NotOwned:
			if r.Owned {
				atomic.AddUint64(&m.Foreign, 1)
				return false
			}
		}
		return true
	}
}

// cache is what hashes of unchanged files are taken from: an interrupted run, or
// the baseline that is replaced.
func (s *Scan) cache() *baseline.Reader {
	if r, err := baseline.OpenPartial(s.Baseline); err == nil {
		// Create writes to the same name: read on from the file that it was.
		if os.Remove(s.Baseline+".partial") == nil {
			return r
		}
		r.Close()
	}
	if r, err := baseline.Open(s.Baseline); err == nil {
		return r
	}
	return nil
}

func (s *Scan) root() string {
	if s.Root == "" {
		return "/"
	}
	return s.Root
}

func (s *Scan) options() walk.Options {
	return walk.Options{
		Root: s.root(), Policy: s.Policy, Full: s.Full, Workers: s.Workers, Limit: s.CPULimit, LiveOnly: s.LiveOnly, Progress: s.Progress,
		Every: s.Every, Adjust: s.Seen, Read: s.read, Go: s.Go, Pace: s.Pace,
	}
}

// coverage says what a scan saw.
func (s *Scan) coverage(r *walk.Result, hash string) Coverage {
	c := Coverage{
		Source: SourceScan, From: r.Start.UTC(), To: r.End.UTC(), Complete: r.AllGaps == 0, Paths: []string{s.root()},
		Policy: s.Policy.Name + " " + s.Policy.Hash(), Baseline: hash,
		Counts: Counts{Entries: r.Entries, Hashed: r.Hashed, Bytes: r.Bytes},
	}
	for _, g := range r.Gaps {
		path, _ := escaped(g.Path)
		c.Gaps = append(c.Gaps, Gap{Paths: []string{path}, Reason: g.Reason, From: c.From, To: c.To, Seconds: r.End.Sub(r.Start).Seconds()})
	}
	if more := r.AllGaps - len(r.Gaps); more > 0 {
		c.Gaps = append(c.Gaps, Gap{Reason: "and more", Count: more, From: c.From, To: c.To, Paths: []string{s.root()}})
	}
	return c
}

// Check compares what is there with the baseline.
func (s *Scan) Check(ctx context.Context) (*Report, error) {
	old, err := openBaseline(s.Baseline)
	if err != nil {
		return nil, err
	}
	defer old.Close()
	if s.Verify != nil {
		if err := s.Verify(old.Footer); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Baseline, err)
		}
	}
	report := newReport(old, s.Policy, s.root())
	if s.store, err = content.Open(s.Baseline, false); err != nil {
		report.Warnings = append(report.Warnings, "what files said before cannot be read: "+err.Error())
	}
	found, dropped, r, err := s.walk(ctx, old)
	if err != nil {
		return nil, err
	}
	report.Dropped, report.Skipped = dropped, r.Skipped
	report.Coverage = s.coverage(r, old.Footer.Hash)
	report.add(s.changes(found, r.End))
	return report, nil
}

// walk compares what is there with a baseline.
func (s *Scan) walk(ctx context.Context, old *baseline.Reader) (found []walk.Difference, dropped int, r *walk.Result, err error) {
	o := s.options()
	o.Old = old
	r, err = walk.Walk(ctx, o, func(b *walk.Batch) error {
		for _, d := range b.Differences {
			if len(found) < maxChanges {
				found = append(found, d)
			} else {
				dropped++
			}
		}
		return nil
	})
	return found, dropped, r, err
}

// differences from the baseline, as it is on disk. Those that are too many are a
// gap.
func (s *Scan) differences(ctx context.Context) ([]walk.Difference, *walk.Result, error) {
	old, err := openBaseline(s.Baseline)
	if err != nil {
		return nil, nil, err
	}
	defer old.Close()
	found, dropped, r, err := s.walk(ctx, old)
	if dropped > 0 {
		r.Gaps = append(r.Gaps, walk.Gap{Path: s.root(), Reason: fmt.Sprintf("%d more changes than are kept of one scan", dropped)})
		r.AllGaps++
	}
	return found, r, err
}

func openBaseline(path string) (*baseline.Reader, error) {
	r, err := baseline.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no baseline %s; make one with `demarc-agent fim init`", path)
	}
	return r, err
}

// changes puts differences in words and finds their causes.
func (s *Scan) changes(found []walk.Difference, now time.Time) []Change {
	changes := make([]Change, len(found))
	subjects := make([]cause.Subject, len(found))
	for i, d := range found {
		changes[i] = changeOf(&d, now, SourceScan)
		if d.New == nil {
			changes[i].At = s.goneAt(d.Path, now)
		}
		s.describe(&changes[i], &d, s.told)
		subjects[i] = cause.Subject{Path: d.Path, Removed: d.New == nil, At: changes[i].At, Entry: d.New}
	}
	causes := s.explainer().Explain(subjects)
	for i := range changes {
		changes[i].because(causes[i])
	}
	return changes
}

func (s *Scan) explainer() *cause.Explainer {
	return cause.New(s.root(), s.Spans, func(path, algorithm string) (string, error) { return walk.Digest(s.root(), path, algorithm) })
}

// goneAt is when a file went, as well as its directory remembers.
func (s *Scan) goneAt(path string, now time.Time) time.Time {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		info, err := os.Lstat(filepath.Join(s.root(), dir))
		if err == nil {
			return info.ModTime().UTC()
		}
		if dir == "/" {
			return now.UTC()
		}
	}
}

// Compare tells how a second baseline differs from a first: of a golden image and
// a server, or of two servers that should be alike.
func Compare(a, b string, p *policy.Policy) (*Report, error) {
	old, err := openBaseline(a)
	if err != nil {
		return nil, err
	}
	defer old.Close()
	now, err := openBaseline(b)
	if err != nil {
		return nil, err
	}
	defer now.Close()
	report := newReport(old, p, now.Header.Root)
	report.Against = b
	said, err := kept(a, b)
	if err != nil {
		report.Warnings = append(report.Warnings, "what files said cannot be read: "+err.Error())
	}
	var found []Change
	at := now.Header.Created
	err = merge(old, now, func(path string, x, y *entry.Entry, look entry.Set) {
		// Two machines never agree on these.
		look &^= entry.Inode | entry.Ctime | entry.Mtime | entry.Links
		d := walk.Difference{Path: path, Old: x, New: y}
		if x != nil && y != nil {
			if d.Attributes = entry.Diff(x, y, look); d.Attributes == 0 {
				return
			}
		}
		e := y
		if e == nil {
			e = x
		}
		if d.Rule = p.Pick(path, e.Kind, e.Mode, e.Privileged); d.Rule == nil {
			return
		}
		if len(found) >= maxChanges {
			report.Dropped++
			return
		}
		c := changeOf(&d, at, SourceScan)
		describe(&c, &d, said[0], said[1])
		found = append(found, c)
	})
	if err != nil {
		return nil, err
	}
	report.Coverage = Coverage{
		Source: SourceScan, From: old.Header.Created, To: at, Complete: old.Footer.Gaps+now.Footer.Gaps == 0, Paths: []string{old.Header.Root, now.Header.Root},
		Policy: p.Name + " " + p.Hash(), Baseline: old.Footer.Hash, Counts: Counts{Entries: now.Footer.Entries},
	}
	if n := old.Footer.Gaps + now.Footer.Gaps; n > 0 {
		report.Coverage.Gaps = []Gap{{Paths: []string{"/"}, Reason: "when the baselines were made, some places could not be read", Count: n, From: old.Header.Created, To: at}}
	}
	report.add(found)
	return report, nil
}

// kept are the contents of two baselines.
func kept(paths ...string) (said [2]saidBy, err error) {
	for i, path := range paths {
		store, oerr := content.Open(path, false)
		if oerr != nil {
			err = errors.Join(err, oerr)
		}
		said[i] = func(f content.File, e *entry.Entry) ([]byte, bool) {
			if store == nil || oerr != nil {
				return nil, false
			}
			return store.Get(f.Path, e.Hash)
		}
	}
	return said, err
}

// merge goes through two baselines together.
func merge(a, b *baseline.Reader, each func(path string, x, y *entry.Entry, look entry.Set)) error {
	l, r := &stream{r: a}, &stream{r: b}
	for {
		okL, err := l.peek()
		if err != nil {
			return err
		}
		okR, err := r.peek()
		if err != nil {
			return err
		}
		order := 0
		switch {
		case !okL && !okR:
			return nil
		case !okL:
			order = 1
		case !okR:
			order = -1
		default:
			if order = baseline.Order(l.dir, r.dir); order == 0 {
				order = compareText(l.name, r.name)
			}
		}
		switch {
		case order < 0:
			each(l.path(), l.entry, nil, l.look)
			l.have = false
		case order > 0:
			each(r.path(), nil, r.entry, r.look)
			r.have = false
		default:
			each(l.path(), l.entry, r.entry, l.look&r.look)
			l.have, r.have = false, false
		}
	}
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// stream is a baseline, record by record.
type stream struct {
	r     *baseline.Reader
	dir   string
	rest  []byte
	name  string
	look  entry.Set
	entry *entry.Entry // that may be kept
	have  bool
	end   bool
}

func (s *stream) peek() (bool, error) {
	for !s.have && !s.end {
		if len(s.rest) == 0 {
			dir, records, err := s.r.Next()
			if errors.Is(err, io.EOF) {
				s.end = true
				break
			} else if err != nil {
				return false, err
			}
			s.dir, s.rest = dir, records
			continue
		}
		name, body, rest, err := baseline.Split(s.rest)
		if err != nil {
			return false, err
		}
		s.entry = &entry.Entry{}
		if s.look, err = baseline.Decode(body, s.entry); err != nil {
			return false, err
		}
		s.name, s.rest, s.have = string(name), rest, true
	}
	return s.have, nil
}

func (s *stream) path() string {
	if s.dir == "/" {
		return "/" + s.name
	}
	return s.dir + "/" + s.name
}
