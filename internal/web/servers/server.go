package servers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
	"github.com/demarc-sec/demarc/internal/fleet"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/chart"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// How much of each list the page of a server shows.
const (
	mostMoments  = 30
	mostCommands = 10
	mostChanges  = 20
	mostFindings = 10
)

// serverView is what the page of a server shows.
type serverView struct {
	layout.Page
	now      time.Time
	A        fleet.Agent
	Beat     *fleet.Heartbeat
	Moments  []fleet.Moment
	Earlier  string // cursor of the moments before
	Commands []fleet.Command
	Changes  []fleet.FileChange
	Coverage *fleet.Coverage
	Asset    *inventory.AssetDetail // nil where it is in no assessment that the actor may see
	Responds bool
	Rules    bool // administers its group
	me       string
}

func (p *Pages) server(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	return p.render(w, r, who, "", http.StatusOK)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, who tenant.Who, problem string, status int) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	v := &serverView{now: p.Now(), me: who.Name}
	ctx := r.Context()
	if v.A, err = p.Fleet.Get(ctx, who, id); err != nil {
		return err
	}
	v.Page = page.Of(r, "servers", v.A.Host.Hostname)
	v.Problem = problem
	v.Responds, v.Rules = who.Check(tenant.Respond, v.A.Group) == nil, who.Check(tenant.Administer, v.A.Group) == nil
	if v.Beat, err = p.Fleet.Heartbeat(ctx, who, id); err != nil {
		return err
	}
	if v.Moments, v.Earlier, err = p.Fleet.Timeline(ctx, who, id, r.URL.Query().Get("cursor"), mostMoments); err != nil {
		return err
	}
	if v.Commands, _, err = p.Fleet.Commands(ctx, who, id, nil, "", mostCommands); err != nil {
		return err
	}
	if v.Changes, _, err = p.Fleet.FileChanges(ctx, who, fleet.ChangeQuery{Agent: id, Limit: mostChanges}); err != nil {
		return err
	}
	said, _, err := p.Fleet.Coverage(ctx, who, fleet.CoverageQuery{Agent: id, Limit: 1})
	if err != nil {
		return err
	}
	if len(said) > 0 {
		v.Coverage = &said[0]
	}
	if v.Asset, err = p.asset(r, who, &v.A); err != nil {
		return err
	}
	return page.Render(w, r, status, serverPage(v))
}

// asset is the server in the ledger: the host of the agent's document.
func (p *Pages) asset(r *http.Request, who tenant.Who, a *fleet.Agent) (*inventory.AssetDetail, error) {
	if a.Source == 0 {
		return nil, nil //nolint:nilnil // it is in none yet
	}
	found, err := p.Ledger.Assets(r.Context(), who, inventory.AssetQuery{
		Where: inventory.Where{Sources: []int64{a.Source}}, Text: a.Host.Hostname, Paging: inventory.Paging{Limit: inventory.MaxPage},
	})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(found.Items, func(x inventory.Asset) bool { return x.Path == a.File() })
	if i < 0 {
		return nil, nil //nolint:nilnil // not assessed yet
	}
	d, err := p.Ledger.Asset(r.Context(), who, found.Items[i].ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // gone meanwhile
	}
	return d, err
}

// acts are what somebody does with a server, and what the page says then.
var acts = map[string]string{
	"scan":      "The agent is asked for a new document of the server with its next heartbeat.",
	"integrity": "The agent is asked for a full scan of file integrity with its next heartbeat.",
	"retire":    "The agent is retired. It stops when it next reports, and its server leaves the ledger.",
	"revoke":    "The agent is refused from now on.",
	"trust":     "The agent is trusted again. Its next heartbeat begins its chain anew.",
}

func (p *Pages) act(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	in := page.ReadForm(r)
	why := in.Line("why", 500)
	if err := in.Err(); err != nil {
		return err
	}
	act := r.PathValue("act")
	switch act {
	case "scan":
		_, err = p.Fleet.Command(r.Context(), who, id, wire.CommandScan)
	case "integrity":
		_, err = p.Fleet.Command(r.Context(), who, id, wire.CommandIntegrity)
	case "retire":
		_, err = p.Fleet.Retire(r.Context(), who, id, why)
	case "revoke":
		_, err = p.Fleet.Revoke(r.Context(), who, id, why)
	case "trust":
		_, err = p.Fleet.Trust(r.Context(), who, id, why)
	default:
		return store.ErrNotFound
	}
	return p.done(w, r, who, acts[act], err)
}

// command approves what somebody else asked for, or takes a command back.
func (p *Pages) command(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	server, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	id, err := page.ID(r, "command")
	if err != nil {
		return err
	}
	if _, err := p.Fleet.Get(r.Context(), who, server); err != nil {
		return err
	}
	sentence := ""
	switch r.PathValue("act") {
	case "approve":
		sentence = "Approved. The agent is told with its next heartbeat."
		_, err = p.Fleet.ApproveCommand(r.Context(), who, id)
	case "withdraw":
		sentence = "Taken back."
		_, err = p.Fleet.WithdrawCommand(r.Context(), who, id)
	default:
		return store.ErrNotFound
	}
	return p.done(w, r, who, sentence, err)
}

// done leads back to the server, or says there why it cannot be.
func (p *Pages) done(w http.ResponseWriter, r *http.Request, who tenant.Who, sentence string, err error) error {
	if err == nil {
		return page.Done(w, r, "/servers/"+r.PathValue("id"), sentence)
	}
	if told, ok := page.Told(err); ok {
		return p.render(w, r, who, told, http.StatusUnprocessableEntity)
	}
	return err
}

// obeys reports whether the agent does what it is asked.
func (v *serverView) obeys() bool {
	return v.A.State == fleet.Active || v.A.State == fleet.Late || v.A.State == fleet.Missing
}

// duties counts those of the server by owner and status.
func duties(layers ...inventory.Layer) chart.Counts {
	c := chart.Counts{Owners: map[string]int{}, Statuses: map[string]int{}}
	for _, l := range layers {
		for _, d := range l.Duties {
			c.Owners[d.Owner]++
			c.Statuses[d.Status]++
		}
	}
	return c
}

// open are the findings that fail, the worst first, and how many there are of
// each other state.
func open(all []inventory.Finding) (failing []inventory.Finding, rest string) {
	n := map[string]int{}
	for _, f := range all {
		n[f.State]++
		if f.State == inventory.Open {
			failing = append(failing, f)
		}
	}
	var parts []string
	for _, s := range []string{inventory.Waived, inventory.Unverified, inventory.Passing} {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", layout.Number(int64(n[s])), map[string]string{
				inventory.Waived: "with an accepted risk", inventory.Unverified: "unverified", inventory.Passing: "in order",
			}[s]))
		}
	}
	return failing, strings.Join(parts, ", ")
}

// softwareDuty is the duty to install the system's software and its fixes.
const softwareDuty = "guest-os.deploy"

// software are the findings about what is installed on a server.
func software(all []inventory.Finding) (out []inventory.Finding) {
	for _, f := range all {
		if f.Responsibility == softwareDuty {
			out = append(out, f)
		}
	}
	return out
}

// cause is what the page tells of why a file changed.
type cause struct {
	Details []string `json:"details"`
	Diff    string   `json:"diff"`
	Cause   *struct {
		Group string `json:"group"`
	} `json:"cause"`
	Process *struct {
		Exe  string `json:"exe"`
		User string `json:"user"`
	} `json:"process"`
}

// Because says in a line what the agent knows of who changed a file.
func Because(c fleet.FileChange) string {
	var said cause
	if json.Unmarshal(c.Body, &said) != nil {
		return ""
	}
	var parts []string
	if said.Process != nil && said.Process.Exe != "" {
		by := "by " + said.Process.Exe
		if said.Process.User != "" {
			by += " as " + said.Process.User
		}
		parts = append(parts, by)
	}
	if c.Why != "" {
		parts = append(parts, c.Why)
	}
	text := []rune(strings.Join(append(parts, said.Details...), "; "))
	if len(text) > 600 {
		return string(text[:600]) + "…"
	}
	return string(text)
}

// Diff is how the text of a file changed, where the agent says so.
func Diff(c fleet.FileChange) string {
	var said cause
	if json.Unmarshal(c.Body, &said) != nil {
		return ""
	}
	if text := []rune(said.Diff); len(text) > mostDiff {
		return string(text[:mostDiff]) + "…"
	}
	return said.Diff
}

// mostDiff is what is shown of a diff; agents send no more.
const mostDiff = 10000

// statement is what an agent says of how completely it watched.
type statement struct {
	Source  string    `json:"source"`
	Backend string    `json:"backend"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Paths   []string  `json:"paths"`
	Gaps    []struct {
		Reason  string  `json:"reason"`
		Seconds float64 `json:"seconds"`
	} `json:"gaps"`
}

func stated(c *fleet.Coverage) statement {
	var s statement
	if json.Unmarshal(c.Body, &s) != nil {
		return statement{}
	}
	s.Paths = s.Paths[:min(len(s.Paths), 50)]
	s.Gaps = s.Gaps[:min(len(s.Gaps), 20)]
	return s
}

// moduleLook is the symbol of a module's health.
func moduleLook(state string) string {
	switch state {
	case "ok":
		return report.Verified
	case "failed":
		return report.Failing
	case "off":
		return report.Unassured
	}
	return report.Unverified
}

// seconds of processor, as people read them.
func seconds(s float64) string {
	if s < 0 || s > 1e9 {
		return "not told"
	}
	if s < 100 {
		return fmt.Sprintf("%.1f s", s)
	}
	return time.Duration(s * float64(time.Second)).Round(time.Second).String()
}

// kindTitle is a command in words.
func kindTitle(k wire.CommandKind) string {
	switch k {
	case wire.CommandScan:
		return "Scan the server"
	case wire.CommandIntegrity:
		return "Scan file integrity"
	case wire.CommandApprove:
		return "Take changes into the baseline"
	case wire.CommandRetire:
		return "Stop for good"
	}
	return layout.Word(string(k))
}

// Act is the one act by which several files changed, such as the upgrade of
// packages, where the agent knows of one.
func Act(c fleet.FileChange) string {
	var said cause
	if json.Unmarshal(c.Body, &said) != nil || said.Cause == nil {
		return ""
	}
	return said.Cause.Group
}
