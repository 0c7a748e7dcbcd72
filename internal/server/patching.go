package server

import (
	"context"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/vuln"
	"github.com/demarc-sec/demarc/internal/vuln/feed"
	vulnstore "github.com/demarc-sec/demarc/internal/vuln/store"
)

// fromOSV is the mirror's name for OSV's own bucket.
const fromOSV = "osv"

// soonestUpdate bounds how often others are asked for data.
const soonestUpdate = 10 * time.Minute

func (p *Patching) complete(dataDir string) {
	if p.Dir == "" {
		p.Dir = filepath.Join(dataDir, "vulnerabilities")
	}
	if p.Every <= 0 {
		p.Every = 12 * time.Hour
	}
	p.Every = max(p.Every, soonestUpdate)
	if p.MaxAge <= 0 {
		p.MaxAge = vuln.DefaultPolicy.MaxAge
	}
}

// software is what the packages of servers are held against.
func (s *Server) software() *fleet.Software {
	policy := vuln.DefaultPolicy
	policy.MaxAge = s.Config.Patching.MaxAge
	return &fleet.Software{
		DB: (&vulnstore.Live{Dir: s.Config.Patching.Dir}).DB, Calendars: lifecycles.FS, Policy: policy, Workers: max(1, runtime.GOMAXPROCS(0)/2),
	}
}

// updates keeps the database of vulnerabilities up to date, where somebody said
// from where. It is not asked for again at each start.
func (s *Server) updates(ctx context.Context) error {
	p := s.Config.Patching
	if p.Mirror == "" {
		return nil
	}
	for {
		wait := p.Every - s.Config.Now().Sub(s.fetched())
		if wait <= 0 {
			if s.update(ctx) {
				wait = p.Every
			} else {
				wait = min(time.Hour, p.Every)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// fetched is when this replica's data was last brought here: of its families,
// the time of the one that was longest ago.
func (s *Server) fetched() (at time.Time) {
	db, err := s.Fleet.Software.DB()
	if err != nil {
		return at
	}
	for _, f := range db.Families() {
		if at.IsZero() || f.Fetched.Before(at) {
			at = f.Fetched
		}
	}
	return at
}

// update brings the database up to date, and tells people how that went. It reports
// whether nothing failed.
func (s *Server) update(ctx context.Context) bool {
	p := s.Config.Patching
	mirror := p.Mirror
	if mirror == fromOSV {
		mirror = ""
	}
	u := fleet.DataUpdate{From: p.Mirror, At: s.Config.Now(), Every: strings.Replace(strings.TrimSuffix(p.Every.String(), "0s"), "h0m", "h", 1)}
	got, err := feed.Update(ctx, feed.Options{
		Dir: p.Dir, Mirror: mirror, Families: p.Families, EPSS: p.EPSS, KEV: p.KEV, Client: &http.Client{Timeout: 2 * time.Hour}, Now: s.Config.Now, Log: s.log, Wait: 2 * time.Second,
	})
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		u.Failed = append(u.Failed, err.Error())
	}
	if got != nil {
		for _, m := range got.Families {
			u.Updated = append(u.Updated, m.Family)
		}
		for _, f := range got.Failed {
			u.Failed = append(u.Failed, f.Part+": "+f.Why)
		}
		u.Missing = got.Missing
	}
	if err := s.Fleet.NoteUpdate(ctx, u); err != nil {
		s.log.ErrorContext(ctx, "noting an update of the vulnerability data", "error", err)
	}
	s.log.InfoContext(ctx, "vulnerability data updated", "from", u.From, "families", len(u.Updated), "failed", len(u.Failed))
	return len(u.Failed) == 0
}
