package notifications

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// usual is what a new rule tells of until somebody chooses.
var usual = []string{inventory.FindingNew, inventory.FindingRegressed, inventory.FindingReopened}

// ruleForm is what the form of a rule shows.
type ruleForm struct {
	rule     notify.Rule
	problem  string
	channels []notify.Channel
	groups   []option
}

// channelForm is what the form of a channel shows.
type channelForm struct {
	channel notify.Channel
	problem string
	groups  []option
}

// option is a choice of a select.
type option struct {
	value int64
	title string
}

// groups are those the actor administers, each below its parent.
func groups(who tenant.Who) []option {
	var out []option
	for _, id := range who.Tree.Subtree(who.Tree.Root()) {
		if who.Check(tenant.Administer, id) == nil {
			out = append(out, option{id, groupName(who, id)})
		}
	}
	slices.SortStableFunc(out, func(a, b option) int { return strings.Compare(a.title, b.title) })
	return out
}

func firstGroup(who tenant.Who) int64 {
	if list := groups(who); len(list) > 0 {
		return list[0].value
	}
	return 0
}

// groupName is a group with those it stands below.
func groupName(who tenant.Who, id int64) string {
	var names []string
	for _, g := range who.Tree.Path(id) {
		names = append(names, g.Name)
	}
	if len(names) == 0 {
		return "a group that is gone"
	}
	return strings.Join(names, " / ")
}

func readRule(r *http.Request) (notify.Rule, error) {
	f := page.ReadForm(r)
	rule := notify.Rule{
		Name: f.Line("name", 200), Group: f.Number("group"), Enabled: f.Has("enabled"), Channels: f.Numbers("channel"),
		Match: notify.Match{
			Kinds: f.Many("kind"), Severity: f.One("severity", append([]string{""}, report.Severities...)...),
			Teams: f.Lines("teams", 100), Environments: f.Lines("environments", 100),
		},
		Timing: notify.Timing{
			Digest: f.One("digest", notify.Digests...), At: f.Line("at", 5), Zone: f.Line("zone", 100), From: f.Line("from", 5), To: f.Line("to", 5),
			Critical: f.Has("critical"), Bound: int(f.Number("bound")),
		},
	}
	return rule, pathID(r, &rule.ID, f.Err())
}

func readChannel(r *http.Request) (notify.Channel, string, error) {
	f := page.ReadForm(r)
	c := notify.Channel{
		Kind: notify.Kind(f.Line("kind", 20)), Name: f.Line("name", 200), Group: f.Number("group"),
		Config: notify.Config{
			URL: f.Line("url", 2000), Host: f.Line("host", 300), Port: int(f.Number("port")), Security: f.Line("security", 20), User: f.Line("user", 200),
			From: f.Line("from", 320), To: f.Lines("to", 50), Project: f.Line("project", 200), Type: f.Line("type", 100), Labels: f.Lines("labels", 10),
		},
	}
	secret := f.Line("secret", 8<<10)
	return c, secret, pathID(r, &c.ID, f.Err())
}

// pathID reads the id of what is changed; what is new has none.
func pathID(r *http.Request, id *int64, err error) error {
	if err == nil && r.PathValue("id") != "" {
		*id, err = page.ID(r, "id")
	}
	return err
}

// filters are the head of the list of deliveries.
func filters(ask notify.DeliveryQuery) layout.Filters {
	f := layout.Facet{Name: "state", Title: "State"}
	for _, s := range notify.DeliveryStates {
		f.Options = append(f.Options, layout.Option{Value: s, Title: stateWord(s), Count: -1, Chosen: slices.Contains(ask.States, s)})
	}
	out := layout.Filters{Action: base + "/deliveries", Facets: []layout.Facet{f}}
	for name, id := range map[string]int64{"channel": ask.Channel, "rule": ask.Rule} {
		if id != 0 {
			out.Hidden = append(out.Hidden, layout.Param{Name: name, Value: fmt.Sprint(id)})
		}
	}
	return out
}

// when says when a rule's messages are sent.
func when(t notify.Timing) string {
	out := "at once"
	zone := t.Zone
	if zone == "" {
		zone = "UTC"
	}
	switch t.Digest {
	case "hourly":
		out = "hourly"
	case "daily":
		out = "daily at " + t.At + " " + zone
	}
	if t.From != "" {
		out += ", quiet " + t.From + "–" + t.To + " " + zone
	}
	return out
}

// where says where a channel leads.
func where(c notify.Channel) string {
	switch c.Kind {
	case notify.Email:
		return strings.Join(c.Config.To, ", ")
	case notify.Syslog:
		return fmt.Sprintf("%s:%d over %s", c.Config.Host, c.Config.Port, c.Config.Security)
	case notify.Jira, notify.GitHub:
		return c.Config.Project + " at " + c.Config.URL
	case notify.Slack, notify.Teams:
		return c.Config.Host
	}
	return c.Config.URL
}

// tone colours a state.
func tone(state string) string {
	switch state {
	case notify.Sent:
		return "good"
	case notify.Dead:
		return "bad"
	case notify.Waiting, notify.Sending:
		return "warn"
	}
	return ""
}

// secretOf says what a kind's secret is.
func secretOf(k notify.Kind) (title, hint string) {
	switch k {
	case notify.Email:
		return "Password", "For the user above; leave both empty for a server that asks for none."
	case notify.Slack:
		return "Webhook address", "Of an incoming webhook: https://hooks.slack.com/services/… It is kept as a secret."
	case notify.Teams:
		return "Webhook address", "Of the channel's workflow “Post to a channel when a webhook request is received”. It is kept as a secret."
	case notify.Webhook:
		return "Signing secret", "whsec_ and 24 to 64 bytes in base64, as Standard Webhooks has it. Leave it empty and one is made."
	case notify.PagerDuty:
		return "Integration key", "Of an Events API v2 integration of the service; 32 characters."
	case notify.Opsgenie:
		return "API key", "Of an API integration that may create and close alerts."
	case notify.Jira:
		return "API token", "Of the account above; in a data center a personal access token."
	case notify.GitHub:
		return "Token", "A fine-grained token that may read and write the repository's issues."
	}
	return "", ""
}
