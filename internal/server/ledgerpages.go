package server

import (
	"github.com/demarc-sec/demarc/internal/web/assets"
	"github.com/demarc-sec/demarc/internal/web/findings"
	"github.com/demarc-sec/demarc/internal/web/overview"
)

// ledgerPages are the console's pages over the ledger.
func (s *Server) ledgerPages() {
	now := s.Config.Now
	(&overview.Pages{Ledger: s.Inventory, Sources: s.Sources, Now: now}).Register(s.mux)
	(&assets.Pages{Ledger: s.Inventory, Sources: s.Sources, Now: now}).Register(s.mux)
	(&findings.Pages{Ledger: s.Inventory, Sources: s.Sources, Now: now}).Register(s.mux)
}
