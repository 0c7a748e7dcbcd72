package server

import (
	"net/http"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/notifications"
	"github.com/demarc-sec/demarc/internal/web/page"
	"github.com/demarc-sec/demarc/internal/web/signin"
	"github.com/demarc-sec/demarc/internal/web/static"
)

// console adds the pages.
func (s *Server) console() {
	static.Register(s.mux)
	(&signin.Pages{People: s.Identity}).Register(s.mux)
	(&notifications.Pages{Notify: s.Notify, Now: s.Config.Now}).Register(s.mux)
	s.mux.Handle("GET /", page.For(func(http.ResponseWriter, *http.Request, tenant.Who) error { return store.ErrNotFound }))
}
