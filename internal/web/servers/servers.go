// Package servers is the console's pages of servers with agents: the fleet,
// one server with what it does and is asked to do, and the tokens by which
// servers enrol.
package servers

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/chart"
	"github.com/demarc-sec/demarc/internal/web/export"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// Fleet is what the pages show and change.
type Fleet interface {
	List(ctx context.Context, who tenant.Who, q fleet.Query) ([]fleet.Agent, string, error)
	Facets(ctx context.Context, who tenant.Who, q fleet.Query) (int64, []fleet.Facet, error)
	GroupStates(ctx context.Context, who tenant.Who, q fleet.Query) (map[int64]map[fleet.State]int64, error)

	Get(ctx context.Context, who tenant.Who, id int64) (fleet.Agent, error)
	Heartbeat(ctx context.Context, who tenant.Who, agent int64) (*fleet.Heartbeat, error)
	Timeline(ctx context.Context, who tenant.Who, agent int64, cursor string, limit int) ([]fleet.Moment, string, error)
	FileChanges(ctx context.Context, who tenant.Who, q fleet.ChangeQuery) ([]fleet.FileChange, string, error)
	Coverage(ctx context.Context, who tenant.Who, q fleet.CoverageQuery) ([]fleet.Coverage, string, error)

	Retire(ctx context.Context, who tenant.Who, id int64, why string) (fleet.Agent, error)
	Revoke(ctx context.Context, who tenant.Who, id int64, why string) (fleet.Agent, error)
	Trust(ctx context.Context, who tenant.Who, id int64, why string) (fleet.Agent, error)

	Commands(ctx context.Context, who tenant.Who, agent int64, states []fleet.CommandState, cursor string, limit int) ([]fleet.Command, string, error)
	Command(ctx context.Context, who tenant.Who, agent int64, kind wire.CommandKind) (fleet.Command, error)
	ApproveCommand(ctx context.Context, who tenant.Who, id int64) (fleet.Command, error)
	WithdrawCommand(ctx context.Context, who tenant.Who, id int64) (fleet.Command, error)

	Tokens(ctx context.Context, who tenant.Who, cursor string, limit int) ([]fleet.Token, string, error)
	AddToken(ctx context.Context, who tenant.Who, t fleet.Token) (fleet.Token, string, error)
	RevokeToken(ctx context.Context, who tenant.Who, id int64) error
	Authorities(ctx context.Context, who tenant.Who) ([]fleet.Authority, error)
	ReplaceAuthority(ctx context.Context, who tenant.Who) (fleet.Authority, error)
	RetireAuthority(ctx context.Context, who tenant.Who, serial int64, why string) error
}

// Ledger is where a server's duties and findings are.
type Ledger interface {
	Assets(ctx context.Context, who tenant.Who, ask inventory.AssetQuery) (inventory.Page[inventory.Asset], error)
	Asset(ctx context.Context, who tenant.Who, id int64) (*inventory.AssetDetail, error)
}

// Pages serves servers.
type Pages struct {
	Fleet  Fleet
	Ledger Ledger
	URL    string // where agents reach the control plane
	Now    func() time.Time
}

// Register adds the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.Handle("GET /servers", page.For(p.list))
	for _, format := range export.Formats {
		mux.Handle("GET /servers."+format, page.For(p.export(format)))
	}
	mux.Handle("GET /servers/tokens", page.For(p.tokens))
	mux.Handle("POST /servers/tokens", page.For(p.addToken))
	mux.Handle("POST /servers/tokens/{id}/revoke", page.For(p.revokeToken))
	mux.Handle("POST /servers/authorities", page.For(p.replaceAuthority))
	mux.Handle("POST /servers/authorities/{id}/retire", page.For(p.retireAuthority))
	mux.Handle("GET /servers/{id}", page.For(p.server))
	mux.Handle("POST /servers/{id}/{act}", page.For(p.act))
	mux.Handle("POST /servers/{id}/commands/{command}/{act}", page.For(p.command))
}

// looks are the symbol and the pattern of each state: of a status of duties
// that means as much.
var looks = map[fleet.State]string{
	fleet.Active: report.Verified, fleet.Late: report.Waived, fleet.Missing: report.Unverified,
	fleet.Tampered: report.Failing, fleet.Revoked: report.Lapsed, fleet.Retired: report.Unassured,
}

// means says what follows from a state.
var means = map[fleet.State]string{
	fleet.Active:   "It reports, and what it says counts.",
	fleet.Late:     "A heartbeat is due. Until one comes, nothing of this server is verified.",
	fleet.Missing:  "It does not report any more, so nothing of this server is verified. Look whether it runs and reaches the control plane, or retire it.",
	fleet.Tampered: "What it says cannot be trusted, so nothing of this server is verified. Find out what happened; then revoke it and enrol the server anew, or trust it if the reason is known.",
	fleet.Revoked:  "Whatever it says is refused. The server is verified again once it enrols anew.",
	fleet.Retired:  "It is out of service for good. Its server is not in the ledger any more.",
}

// word is a state as people read it.
func word(s fleet.State) string {
	if s == fleet.Tampered {
		return "Tampered with"
	}
	return layout.Word(string(s))
}

// counts are servers as a picture of duties has them: their states stand for
// statuses.
func counts(states map[fleet.State]int64) chart.Counts {
	c := chart.Counts{Owners: map[string]int{}, Statuses: map[string]int{}}
	for s, n := range states {
		look := looks[s]
		switch s {
		case fleet.Retired:
			continue // is there no more
		case fleet.Revoked:
			look = report.Failing
		}
		c.Owners[report.Customer] += int(n)
		c.Statuses[look] += int(n)
	}
	return c
}

// system is what runs on a server, as the facet has it.
func system(a *fleet.Agent) string {
	switch {
	case a.Host.Distro == "":
		return a.Host.OS
	case a.Host.Release == "":
		return a.Host.Distro
	}
	return a.Host.Distro + " " + a.Host.Release
}

func itoa(id int64) string { return strconv.FormatInt(id, 10) }
