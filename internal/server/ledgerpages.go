package server

import (
	"github.com/demarc-sec/demarc/internal/web/assets"
	"github.com/demarc-sec/demarc/internal/web/changes"
	"github.com/demarc-sec/demarc/internal/web/detections"
	"github.com/demarc-sec/demarc/internal/web/duties"
	"github.com/demarc-sec/demarc/internal/web/findings"
	"github.com/demarc-sec/demarc/internal/web/integrity"
	"github.com/demarc-sec/demarc/internal/web/overview"
	"github.com/demarc-sec/demarc/internal/web/planned"
	"github.com/demarc-sec/demarc/internal/web/servers"
	"github.com/demarc-sec/demarc/internal/web/sources"
	"github.com/demarc-sec/demarc/internal/web/views"
	"github.com/demarc-sec/demarc/internal/web/vulnerabilities"
)

// ledgerPages are the console's pages over the ledger.
func (s *Server) ledgerPages() {
	now := s.Config.Now
	saved := &views.Pages{Views: s.Views, Now: now}
	saved.Register(s.mux)
	(&overview.Pages{Ledger: s.Inventory, Sources: s.Sources, Now: now}).Register(s.mux)
	(&assets.Pages{Ledger: s.Inventory, Sources: s.Sources, Views: saved, Now: now}).Register(s.mux)
	(&findings.Pages{Ledger: s.Inventory, Sources: s.Sources, Views: saved, Now: now}).Register(s.mux)
	(&duties.Pages{Ledger: s.Inventory, Sources: s.Sources, Views: saved, Now: now}).Register(s.mux)
	(&changes.Pages{Ledger: s.Inventory, Sources: s.Sources, Now: now}).Register(s.mux)
	(&servers.Pages{Fleet: s.Fleet, Ledger: s.Inventory, URL: s.URL, Now: now}).Register(s.mux)
	(&integrity.Pages{Fleet: s.Fleet, Now: now}).Register(s.mux)
	(&vulnerabilities.Pages{Fleet: s.Fleet, Now: now}).Register(s.mux)
	(&detections.Pages{Fleet: s.Fleet, Now: now}).Register(s.mux)
	(&planned.Pages{Fleet: s.Fleet, Now: now}).Register(s.mux)
	(&sources.Pages{Sources: s.Sources, Jobs: s.Jobs, Ledger: s.Inventory, Now: now}).Register(s.mux)
}
