package account

import (
	"net/http"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// sessionsView is the page of one's sessions.
type sessionsView struct {
	layout.Page
	Sessions []identity.Session
	Now      time.Time
}

func (p *Pages) sessions(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	all, err := p.People.Sessions(r.Context(), who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, sessions(sessionsView{page.Of(r, "", "Your sessions"), all, p.Now()}))
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err == nil {
		err = p.People.EndSession(r.Context(), who, id)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/account/sessions", "The session is ended.")
}

func (p *Pages) endOthers(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	if err := p.People.EndOtherSessions(r.Context(), who); err != nil {
		return err
	}
	return page.Done(w, r, "/account/sessions", "All sessions but this one are ended.")
}

// browserOf names the browser and system that an agent says it is.
func browserOf(agent string) string {
	first := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser := first([2]string{"Edg/", "Edge"}, [2]string{"Firefox/", "Firefox"}, [2]string{"OPR/", "Opera"}, [2]string{"Chrom", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := first([2]string{"Android", "Android"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Windows", "Windows"},
		[2]string{"Mac OS", "macOS"}, [2]string{"CrOS", "ChromeOS"}, [2]string{"Linux", "Linux"})
	switch {
	case browser == "" && agent == "":
		return "Unknown browser"
	case browser == "":
		return agent
	case system == "":
		return browser
	}
	return browser + " on " + system
}
