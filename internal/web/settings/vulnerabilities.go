package settings

import (
	"net/http"
	"time"

	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

type dataView struct {
	layout.Page
	fleet.VulnerabilityData

	Now time.Time
}

func (p *Pages) vulnerabilities(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	data, err := p.Fleet.VulnerabilityData(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, dataPage(dataView{page.Of(r, "settings", "Vulnerability data"), data, p.Now()}))
}
