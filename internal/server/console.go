package server

import (
	"net/http"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/account"
	"github.com/demarc-sec/demarc/internal/web/catalogue"
	"github.com/demarc-sec/demarc/internal/web/notifications"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/settings"
	"github.com/demarc-sec/demarc/internal/web/signin"
	"github.com/demarc-sec/demarc/internal/web/static"
	waiverpages "github.com/demarc-sec/demarc/internal/web/waivers"
)

// console adds the pages.
func (s *Server) console() {
	static.Register(s.mux)
	(&account.Pages{People: s.Identity, Now: s.Config.Now}).Register(s.mux)
	(&catalogue.Pages{Now: s.Config.Now, Lifecycles: lifecycles.FS}).Register(s.mux)
	(&settings.Pages{
		Groups: s.Directory, People: s.Identity, Inventory: s.Inventory, Sources: s.Sources, Audit: &audit.Log{DB: s.DB}, Fleet: s.Fleet,
		URL: s.URL, Now: s.Config.Now,
	}).Register(s.mux)
	(&signin.Pages{People: s.Identity}).Register(s.mux)
	(&notifications.Pages{Notify: s.Notify, Now: s.Config.Now}).Register(s.mux)
	(&waiverpages.Pages{Waivers: s.Waivers, Findings: s.Inventory, Now: s.Config.Now}).Register(s.mux)
	s.mux.Handle("GET /", page.For(func(http.ResponseWriter, *http.Request, tenant.Who) error { return store.ErrNotFound }))
}
