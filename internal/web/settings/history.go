package settings

import (
	"net/http"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

type historyView struct {
	layout.Page
	inventory.Retention

	Now time.Time
}

func (v historyView) days() int64 { return int64(v.Keep / (24 * time.Hour)) }

func (p *Pages) history(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	kept, err := p.Inventory.Retention(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, historyPage(historyView{page.Of(r, "settings", "History"), kept, p.Now()}))
}
