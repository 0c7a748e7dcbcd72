package notify

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/outbound"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Every method, by every role: in its group, in another one, and in another
// organisation.
func TestAccess(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(answers(http.StatusBadRequest))
		c := w.channel(Channel{Group: w.web, Kind: Webhook, Config: Config{URL: rec.URL}}, testKey)
		r := w.rule(Rule{Group: w.web, Channels: []int64{c.ID}})
		w.finding(inventory.FindingNew, "f1", "high")
		w.work()
		dead := w.deliveries(Dead)[0].ID
		reads := map[string]func(context.Context, tenant.Who) error{
			"channel":  func(ctx context.Context, who tenant.Who) error { _, err := w.Channel(ctx, who, c.ID); return err },
			"rule":     func(ctx context.Context, who tenant.Who) error { _, err := w.Rule(ctx, who, r.ID); return err },
			"delivery": func(ctx context.Context, who tenant.Who) error { _, _, err := w.Delivery(ctx, who, dead); return err },
			"channels": func(ctx context.Context, who tenant.Who) error { return found(w.Channels(ctx, who)) },
			"rules":    func(ctx context.Context, who tenant.Who) error { return found(w.Rules(ctx, who)) },
			"deliveries": func(ctx context.Context, who tenant.Who) error {
				list, _, err := w.Deliveries(ctx, who, DeliveryQuery{})
				return found(list, err)
			},
		}
		writes := map[string]func(context.Context, tenant.Who) error{
			"add channel": func(ctx context.Context, who tenant.Who) error {
				a, err := w.AddChannel(ctx, who, Channel{Group: w.web, Kind: Webhook, Name: "new", Config: Config{URL: rec.URL}}, testKey)
				if err == nil {
					err = w.RemoveChannel(ctx, who, a.ID)
				}
				return err
			},
			"change channel": func(ctx context.Context, who tenant.Who) error {
				_, err := w.ChangeChannel(ctx, who, c, "")
				return err
			},
			"test":        func(ctx context.Context, who tenant.Who) error { return taken200(w.Test(ctx, who, c.ID)) },
			"change rule": func(ctx context.Context, who tenant.Who) error { _, err := w.ChangeRule(ctx, who, r); return err },
			"add rule": func(ctx context.Context, who tenant.Who) error {
				a := r
				a.Name = "new"
				a, err := w.AddRule(ctx, who, a)
				if err == nil {
					err = w.RemoveRule(ctx, who, a.ID)
				}
				return err
			},
			"again": func(ctx context.Context, who tenant.Who) error { err := w.Again(ctx, who, dead); w.work(); return err },
		}
		for _, role := range tenant.Roles {
			for name, act := range reads {
				err := act(t.Context(), w.person(1, role, w.web))
				if ok := role == tenant.Administrator || role == tenant.Auditor; ok != (err == nil) || !ok && !errors.Is(err, tenant.ErrForbidden) {
					t.Errorf("%s by %s of the group: %v", name, role, err)
				}
				if err := act(t.Context(), w.person(1, role, w.data)); !hidden(err) {
					t.Errorf("%s by %s of another group: %v", name, role, err)
				}
				if err := act(t.Context(), w.person(2, role, 0)); !hidden(err) {
					t.Errorf("%s by %s of another organisation: %v", name, role, err)
				}
			}
			for name, act := range writes {
				err := act(t.Context(), w.person(1, role, w.web))
				if ok := role == tenant.Administrator; ok != (err == nil) || !ok && !errors.Is(err, tenant.ErrForbidden) {
					t.Errorf("%s by %s of the group: %v", name, role, err)
				}
				if err := act(t.Context(), w.person(1, role, w.data)); !hidden(err) {
					t.Errorf("%s by %s of another group: %v", name, role, err)
				}
				if err := act(t.Context(), w.person(2, role, 0)); !hidden(err) {
					t.Errorf("%s by %s of another organisation: %v", name, role, err)
				}
			}
		}
		// Who administers a group below can neither change what stands above nor
		// have its channel told.
		till := w.person(1, tenant.Administrator, w.till)
		if _, err := w.AddRule(t.Context(), till, Rule{Group: w.till, Name: "till", Match: r.Match, Channels: []int64{c.ID}}); !errors.Is(err, ErrInvalid) {
			t.Errorf("a rule that uses the channel of a group above: %v", err)
		}
		moved := c
		moved.Group = w.data
		if _, err := w.ChangeChannel(t.Context(), w.person(1, tenant.Administrator, w.web), moved, ""); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("a channel moved to a group that is not one's own: %v", err)
		}
		if err := w.RemoveChannel(t.Context(), w.person(1, tenant.Administrator, w.data), c.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("removing: %v", err)
		}
		if err := w.RemoveRule(t.Context(), w.person(1, tenant.Auditor, 0), r.ID); !errors.Is(err, tenant.ErrForbidden) {
			t.Errorf("removing by an auditor: %v", err)
		}
	})
}

// taken200 passes over that the receiver of the test takes nothing.
func taken200(err error) error {
	if f, ok := errors.AsType[*SendError](err); ok && strings.Contains(f.Text, "400") {
		return nil
	}
	return err
}

func found[T any](list []T, err error) error {
	if err == nil && len(list) == 0 {
		return store.ErrNotFound
	}
	return err
}

func hidden(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, tenant.ErrForbidden) || errors.Is(err, ErrInvalid)
}

// Secrets are in no row and no log in clear, and go to no other server.
func TestSecrets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(answers(500))
		const secret = "hunter2hunter2hunter2hunter2hunt" // of 32 characters
		channels := []Channel{
			{Kind: PagerDuty, Config: Config{URL: rec.URL}},
			{Kind: Opsgenie, Config: Config{URL: rec.URL}},
			{Kind: GitHub, Config: Config{URL: rec.URL, Project: "a/b"}},
			{Kind: Jira, Config: Config{URL: rec.URL, Project: "SEC", User: "a@b.c"}},
			{Kind: Email, Config: Config{Host: "127.0.0.1", Port: 1, User: "u", From: "a@b.c", To: []string{"d@e.f"}}},
		}
		var ids []int64
		for _, c := range channels {
			ids = append(ids, w.channel(c, secret).ID)
		}
		ids = append(ids, w.channel(Channel{Kind: Slack}, rec.URL+"/services/"+secret).ID, w.channel(Channel{Kind: Teams}, "https://127.0.0.1:1/"+secret).ID)
		w.rule(Rule{Channels: ids})
		w.finding(inventory.FindingNew, "f1", "high")
		w.work()
		for _, id := range ids {
			if err := w.Test(t.Context(), w.admin(), id); err == nil || strings.Contains(err.Error(), secret) {
				t.Errorf("testing channel %d: %v", id, err)
			}
		}
		if strings.Contains(everything(t, db), secret) {
			t.Error("a secret is in the database in clear")
		}
		if strings.Contains(w.log.String(), secret) {
			t.Error("a secret is in the log")
		}
		for _, d := range w.deliveries() {
			if d.Problem == "" || strings.Contains(d.Problem, secret) {
				t.Errorf("%+v", d)
			}
		}
		c, err := w.Channel(t.Context(), w.admin(), ids[0])
		if err != nil {
			t.Fatal(err)
		}
		c.Config.URL = "https://events.eu.pagerduty.com"
		if _, err := w.ChangeChannel(t.Context(), w.admin(), c, ""); !errors.Is(err, ErrInvalid) {
			t.Errorf("the secret goes to another server: %v", err)
		}
		if _, err := w.ChangeChannel(t.Context(), w.admin(), c, secret); err != nil {
			t.Error(err)
		}
		made, err := w.AddChannel(t.Context(), w.admin(), Channel{Kind: Webhook, Name: "made", Config: Config{URL: rec.URL}}, "")
		if err != nil || !strings.HasPrefix(made.Secret, signingPrefix) {
			t.Errorf("%+v, %v", made, err)
		}
		if again, err := w.Channel(t.Context(), w.admin(), made.ID); err != nil || again.Secret != "" || !again.HasSecret {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

// Nothing of the control plane's own network is asked for, entered as an
// address or as a name that leads there.
func TestOwnNetwork(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	rec := w.receiver(nil)
	allowed := w.Outbound
	w.Outbound = outbound.Policy{}
	for _, c := range []Channel{
		{Kind: Webhook, Config: Config{URL: rec.URL}},
		{Kind: Webhook, Config: Config{URL: "https://[::1]/"}},
		{Kind: Webhook, Config: Config{URL: "http://example.com/"}},
		{Kind: Webhook, Config: Config{URL: "file:///etc/passwd"}},
		{Kind: Webhook, Config: Config{URL: "https://169.254.169.254/latest"}},
		{Kind: Email, Config: Config{Host: "10.0.0.1", From: "a@b.c", To: []string{"a@b.c"}}},
		{Kind: Syslog, Config: Config{Host: "127.0.0.1", Security: "udp"}},
	} {
		c.Name = "x"
		secret := testKey
		if c.Kind != Webhook {
			secret = ""
		}
		if _, err := w.AddChannel(t.Context(), w.admin(), c, secret); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: %v", c.Config, err)
		}
	}
	if _, err := w.AddChannel(t.Context(), w.admin(), Channel{Name: "x", Kind: Slack}, "https://127.0.0.1/x"); !errors.Is(err, ErrInvalid) {
		t.Errorf("slack: %v", err)
	}
	named := w.channel(Channel{Kind: Webhook, Config: Config{URL: strings.Replace(rec.URL, "127.0.0.1", "localhost", 1)}}, testKey)
	mail := w.channel(Channel{Kind: Email, Config: Config{Host: "localhost", Security: "none", From: "a@b.c", To: []string{"a@b.c"}}}, "")
	udp := w.channel(Channel{Kind: Syslog, Name: "udp", Config: Config{Host: "localhost", Security: "udp"}}, "")
	for _, c := range []Channel{named, mail, udp} {
		if err := w.Test(t.Context(), w.admin(), c.ID); err == nil || !strings.Contains(err.Error(), "not an address of the public internet") {
			t.Errorf("%s: %v", c.Kind, err)
		}
	}
	// A redirect is not followed, wherever it leads.
	w.Outbound = allowed
	rec.set(func(rw http.ResponseWriter, r *http.Request, _ []byte) {
		http.Redirect(rw, r, "http://169.254.169.254/", http.StatusFound)
	})
	if err := w.Test(t.Context(), w.admin(), w.channel(Channel{Kind: Webhook, Name: "r", Config: Config{URL: rec.URL}}, testKey).ID); err == nil || !strings.Contains(err.Error(), "302") {
		t.Errorf("a redirect: %v", err)
	}
}

func TestEntered(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	good := Config{Host: "mail.example.com", From: "a@b.c", To: []string{"d@e.f"}}
	email := func(change func(*Config)) Channel {
		c := Channel{Kind: Email, Name: "m", Config: good}
		change(&c.Config)
		return c
	}
	for name, c := range map[string]struct {
		channel Channel
		secret  string
	}{
		"header in an address": {email(func(c *Config) { c.To = []string{"a@b.c\r\nBcc: x@y.z"} }), ""},
		"two in one":           {email(func(c *Config) { c.To = []string{"a@b.c, x@y.z"} }), ""},
		"sender":               {email(func(c *Config) { c.From = "nobody" }), ""},
		"nobody":               {email(func(c *Config) { c.To = nil }), ""},
		"host":                 {email(func(c *Config) { c.Host = "a b" }), ""},
		"host with line end":   {email(func(c *Config) { c.Host = "a\r\nRCPT" }), ""},
		"port":                 {email(func(c *Config) { c.Port = 70000 }), ""},
		"password in clear":    {email(func(c *Config) { c.Security, c.User = "none", "u" }), "pw"},
		"password, no user":    {email(func(*Config) {}), "pw"},
		"secret of two lines":  {Channel{Kind: Opsgenie, Name: "o"}, "a\r\nX-Header: b"},
		"no secret":            {Channel{Kind: Opsgenie, Name: "o"}, ""},
		"short key":            {Channel{Kind: PagerDuty, Name: "p"}, "abc"},
		"weak key":             {Channel{Kind: Webhook, Name: "w", Config: Config{URL: "https://example.com"}}, "whsec_YWJj"},
		"user in the URL":      {Channel{Kind: Webhook, Name: "w", Config: Config{URL: "https://a:b@example.com"}}, testKey},
		"name of two lines":    {Channel{Kind: Opsgenie, Name: "a\nb"}, "key"},
		"kind":                 {Channel{Kind: "pigeon", Name: "p"}, "key"},
		"project":              {Channel{Kind: Jira, Name: "j", Config: Config{URL: "https://j.example.com", Project: `SEC" OR 1`}}, "key"},
		"repository":           {Channel{Kind: GitHub, Name: "g", Config: Config{Project: "../../user"}}, "key"},
		"label":                {Channel{Kind: Jira, Name: "j", Config: Config{URL: "https://j.example.com", Project: "SEC", Labels: []string{"a b"}}}, "key"},
	} {
		if _, err := w.AddChannel(t.Context(), w.admin(), c.channel, c.secret); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := w.channel(email(func(*Config) {}), "")
	if c.Config.Port != 587 || c.Config.Security != "starttls" {
		t.Errorf("%+v", c.Config)
	}
	if _, err := w.AddChannel(t.Context(), w.admin(), email(func(*Config) {}), ""); !errors.Is(err, ErrInvalid) {
		t.Errorf("a second of the name: %v", err)
	}
	for name, change := range map[string]func(*Rule){
		"nothing": func(r *Rule) { r.Match.Kinds = nil }, "kind": func(r *Rule) { r.Match.Kinds = []string{"birthday"} }, "severity": func(r *Rule) { r.Match.Severity = "awful" },
		"channel": func(r *Rule) { r.Channels = []int64{999} }, "no channel": func(r *Rule) { r.Channels = nil }, "team": func(r *Rule) { r.Match.Teams = []string{"a\nb"} },
	} {
		r := Rule{Name: "r", Channels: []int64{c.ID}, Match: Match{Kinds: []string{inventory.FindingNew}}}
		change(&r)
		if _, err := w.AddRule(t.Context(), w.admin(), r); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
