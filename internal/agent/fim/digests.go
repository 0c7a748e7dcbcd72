package fim

import (
	"encoding/hex"
	"fmt"
	"maps"
	"sync"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// digests collects what the servers of a group are compared by, while a scan meets the
// files. Workers call it at the same time.
type digests struct {
	mu    sync.Mutex
	files map[string]string
	more  int // that did not fit
}

// compared tells whether a rule is for files that servers of one kind have alike:
// grave ones that are neither secret, nor grow, nor are read by a few programs only as
// libraries are, of which there are too many.
func compared(r *policy.Rule) bool {
	return !r.Secret && r.Look&entry.Content != 0 && rank(r.Severity) >= rank(policy.High) && r.Live
}

// see takes a file in, and keeps what is recorded of it as it is.
func (d *digests) see(path string, e *entry.Entry, r *policy.Rule) bool {
	if e.Kind != entry.File || !e.Hashed || e.Partial || !compared(r) || !utf8.ValidString(path) {
		return true
	}
	text := hex.EncodeToString(e.Hash[:wire.DigestLength/2])
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.files) >= wire.MaxDigests {
		d.more++
		return true
	}
	d.files[path] = text
	return true
}

// body is what is told, given whether the scan saw everything.
func (d *digests) body(p *policy.Policy, why string) *wire.Digests {
	if d.more > 0 && why == "" {
		why = fmt.Sprintf("%d files more than are compared", d.more)
	}
	return &wire.Digests{Policy: p.Name + " " + p.Hash(), Complete: why == "", Why: why, Files: d.files}
}

// tellDigests tells the control plane the contents of files, when they are not what it
// was told last.
func (m *Module) tellDigests(s *scanned) {
	if s.digests == nil || s.err != nil {
		return
	}
	now := s.digests.body(m.o.Policy, s.why())
	if m.digests != nil && m.digests.Policy == now.Policy && m.digests.Why == now.Why && maps.Equal(m.digests.Files, now.Files) {
		return
	}
	m.digests = now
	m.emit(wire.EventDigests, now)
}
