package fim

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/fim/walk"
)

// judge compares single files with the baseline and with what was told of them
// already, so that one change is told once.
type judge struct {
	scan  *Scan
	index *baseline.Index
	told  map[string]*entry.Entry // as last told; nil: gone
}

// maxTold is how many changed files are remembered; past it some are told again.
const maxTold = 100000

func newJudge(s *Scan) (*judge, error) {
	x, err := baseline.OpenIndex(s.Baseline)
	if err != nil {
		return nil, err
	}
	return &judge{scan: s, index: x, told: map[string]*entry.Entry{}}, nil
}

// before is how a file was, as far as anybody was told.
func (j *judge) before(path string) (e *entry.Entry, look entry.Set, err error) {
	if e, ok := j.told[path]; ok {
		return e, entry.Everything | entry.Growing | entry.Mtime | entry.Ctime | entry.Inode | entry.Links, nil
	}
	return j.index.Find(path)
}

func (j *judge) tell(path string, e *entry.Entry) {
	if len(j.told) >= maxTold {
		clear(j.told)
	}
	j.told[path] = e
}

// look examines a path; nil where nothing of interest changed. An error is what
// could not be read, a gap.
func (j *judge) look(path string) (*walk.Difference, error) {
	old, looked, err := j.before(path)
	if err != nil {
		return nil, err
	}
	now, r, err := walk.Examine(j.scan.root(), path, j.scan.Policy)
	if errors.Is(err, fs.ErrNotExist) || isNotDirectory(err) {
		return j.gone(path, old), nil
	}
	if err != nil {
		return nil, err
	}
	d := &walk.Difference{Path: path, Old: old, New: now, Rule: r}
	if r == nil {
		if old == nil {
			return nil, nil
		}
		// It ceased to be what its rule is for.
		if d.Rule = j.scan.Policy.Pick(path, old.Kind, old.Mode, old.Privileged); d.Rule == nil {
			return nil, nil
		}
		looked &^= entry.Content
	}
	if !d.Rule.Live {
		return nil, nil
	}
	if old == nil {
		if d.Rule.AllowNew {
			return nil, nil
		}
	} else if d.Attributes = entry.Diff(old, now, d.Rule.Look&(looked|entry.MD5)); d.Attributes == 0 {
		return nil, nil
	}
	j.tell(path, now)
	return d, nil
}

func (j *judge) gone(path string, old *entry.Entry) *walk.Difference {
	if old == nil {
		return nil
	}
	r := j.scan.Policy.Pick(path, old.Kind, old.Mode, old.Privileged)
	if r == nil || !r.Live || r.AllowRemoved {
		return nil
	}
	j.tell(path, nil)
	return &walk.Difference{Path: path, Old: old, Rule: r}
}

// below is all paths that are, were or were told of in a directory.
func (j *judge) below(dir string, limit int) (paths []string, all bool) {
	seen := map[string]bool{}
	add := func(p string) {
		if len(seen) < limit && !seen[p] {
			seen[p] = true
			paths = append(paths, p)
		}
	}
	_ = j.index.Below(dir, add)
	for p := range j.told {
		if strings.HasPrefix(p, dir+"/") {
			add(p)
		}
	}
	_ = filepath.WalkDir(filepath.Join(j.scan.root(), dir), func(p string, _ fs.DirEntry, err error) error {
		if err != nil || len(seen) >= limit {
			return filepath.SkipAll
		}
		if rel, err := filepath.Rel(j.scan.root(), p); err == nil {
			add("/" + rel)
		}
		return nil
	})
	return paths, len(seen) < limit
}

// changes puts differences in words, with the process that the kernel told.
func (j *judge) changes(found []*walk.Difference, at map[string]seenAt, now time.Time) []Change {
	changes := make([]Change, len(found))
	subjects := make([]cause.Subject, len(found))
	for i, d := range found {
		s := at[d.Path]
		changes[i] = changeOf(d, now, SourceLive)
		j.scan.describe(&changes[i], d, true)
		changes[i].At, changes[i].Process = s.at.UTC(), s.process
		subjects[i] = cause.Subject{Path: d.Path, Removed: d.New == nil, At: s.at, Entry: d.New, Process: s.process}
	}
	causes := j.scan.explainer().Explain(subjects)
	for i := range changes {
		changes[i].because(causes[i])
		if p := changes[i].Process; p != nil && expected(found[i].Rule, p) && !changes[i].Explained() {
			changes[i].because(&cause.Cause{
				Kind: cause.Management, Group: "expected writer " + filepath.Base(p.Exe), Name: filepath.Base(p.Exe), At: changes[i].At, Explains: true,
				Detail: "the policy expects it to write this",
			})
		}
	}
	return changes
}

// expected tells whether the rule knows who writes.
func expected(r *policy.Rule, p *cause.Process) bool {
	for _, w := range r.Writers {
		if filepath.Base(p.Exe) == w && (strings.HasPrefix(p.Exe, "/usr/") || strings.HasPrefix(p.Exe, "/sbin/") || strings.HasPrefix(p.Exe, "/lib/")) && !strings.HasPrefix(p.Exe, "/usr/local/") {
			return true
		}
	}
	return false
}

// seenAt is when something was seen of a path, and of whom.
type seenAt struct {
	at      time.Time
	process *cause.Process
}

// unknown drops what was told already from what a scan found.
func (j *judge) unknown(found []walk.Difference) []walk.Difference {
	kept := found[:0]
	for _, d := range found {
		e, ok := j.told[d.Path]
		if ok && (e == nil && d.New == nil || e != nil && d.New != nil && entry.Diff(e, d.New, d.Rule.Look) == 0) {
			continue
		}
		j.tell(d.Path, d.New)
		kept = append(kept, d)
	}
	return kept
}

func isNotDirectory(err error) bool { return errors.Is(err, notDirectory) }
