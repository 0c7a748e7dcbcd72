package notifications

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// subject has one of each, and keeps what it was asked for.
type subject struct {
	Subject
	rule    notify.Rule
	channel notify.Channel
	secret  string
	did     string
	says    error
}

const evil = `<script>alert(1)</script>"><img src=x onerror=y>`

func sample() *subject {
	return &subject{
		rule: notify.Rule{ID: 4, Group: 1, Name: evil, Enabled: true, Channels: []int64{5, 6}, Match: notify.Match{Kinds: []string{inventory.FindingNew, notify.JobDead}, Severity: "high"}, Timing: notify.Timing{Digest: "daily", At: "08:30", From: "22:00", To: "07:00", Zone: "Europe/Zurich"}},
		channel: notify.Channel{ID: 5, Group: 1, Kind: notify.Email, Name: "Mail", HasSecret: true, Config: notify.Config{
			Host: "mail.test", Port: 587, Security: "starttls", User: "robot", From: "a@b.c", To: []string{"d@e.f", "g@h.i"},
		}},
	}
}

func (s *subject) Rules(_ context.Context, who tenant.Who) ([]notify.Rule, error) {
	if who.Reach(tenant.Administer).None() && who.Reach(tenant.ReadAudit).None() {
		return nil, tenant.ErrForbidden
	}
	return []notify.Rule{s.rule}, s.says
}

func (s *subject) Rule(_ context.Context, _ tenant.Who, id int64) (notify.Rule, error) {
	if id != s.rule.ID {
		return notify.Rule{}, store.ErrNotFound
	}
	return s.rule, nil
}

func (s *subject) AddRule(_ context.Context, _ tenant.Who, r notify.Rule) (notify.Rule, error) {
	s.rule, s.did = r, "add"
	return r, s.says
}

func (s *subject) ChangeRule(_ context.Context, _ tenant.Who, r notify.Rule) (notify.Rule, error) {
	s.rule, s.did = r, "change"
	return r, s.says
}

func (s *subject) RemoveRule(_ context.Context, _ tenant.Who, id int64) error {
	s.did = fmt.Sprint("remove ", id)
	return s.says
}

func (s *subject) Channels(context.Context, tenant.Who) ([]notify.Channel, error) {
	return []notify.Channel{s.channel}, nil
}

func (s *subject) Channel(context.Context, tenant.Who, int64) (notify.Channel, error) {
	return s.channel, nil
}

func (s *subject) AddChannel(_ context.Context, _ tenant.Who, c notify.Channel, secret string) (notify.Channel, error) {
	s.channel, s.secret = c, secret
	s.channel.ID = 5
	if c.Kind == notify.Webhook && secret == "" {
		c.Secret, c.ID = "whsec_made", 5
		return c, s.says
	}
	return s.channel, s.says
}

func (s *subject) ChangeChannel(_ context.Context, _ tenant.Who, c notify.Channel, secret string) (notify.Channel, error) {
	s.channel, s.secret = c, secret
	return c, s.says
}
func (s *subject) Test(context.Context, tenant.Who, int64) error { s.did = "test"; return s.says }
func (s *subject) Deliveries(_ context.Context, _ tenant.Who, ask notify.DeliveryQuery) ([]notify.Delivery, string, error) {
	s.did = fmt.Sprint(ask.States, ask.Channel)
	return []notify.Delivery{s.delivery()}, "next", nil
}

func (s *subject) delivery() notify.Delivery {
	return notify.Delivery{ID: 9, Group: 1, Rule: 4, RuleName: evil, Channel: 5, Name: "Mail", Kind: notify.Email, Form: notify.Single, Title: evil, Total: 1, State: notify.Dead, Attempt: 7, Created: now.Add(-time.Hour), Problem: "the mail server said no: " + evil}
}

func (s *subject) Delivery(context.Context, tenant.Who, int64) (notify.Delivery, []notify.Event, error) {
	return s.delivery(), []notify.Event{{Kind: inventory.FindingNew, Title: evil, Address: evil, Path: "/findings/3"}}, nil
}
func (s *subject) Again(context.Context, tenant.Who, int64) error { s.did = "again"; return s.says }

func ask(t *testing.T, s *subject, role tenant.Role, method, target string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	(&Pages{Notify: s, Now: func() time.Time { return now }}).Register(mux)
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	tree := tenant.NewTree([]tenant.Group{{ID: 1, Kind: tenant.Root, Name: "Shop"}, {ID: 2, Parent: 1, Name: "Web"}})
	who := tenant.Who{Actor: tenant.Actor{Kind: tenant.Person, ID: 1, Grants: []tenant.Grant{{Group: 1, Role: role}}}, Tree: tree}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r.WithContext(identity.WithWho(r.Context(), who)))
	return w
}

var inline = regexp.MustCompile(`<script>|<img|style="| on[a-z]+="`)

// Every page shows, escapes what comes from outside, and offers forms to
// administrators only.
func TestPages(t *testing.T) {
	for target, want := range map[string]string{
		base: "daily at 08:30 Europe/Zurich, quiet 22:00–07:00", base + "/rules/new": "Tells when", base + "/rules/4": "Remove the rule", base + "/channels": "d@e.f, g@h.i",
		base + "/channels/new?kind=jira": "Its key.", base + "/channels/5": "One is kept", base + "/deliveries": "Given up", base + "/deliveries/9": "Send it again",
	} {
		w := ask(t, sample(), tenant.Administrator, http.MethodGet, target, nil)
		body := w.Body.String()
		if w.Code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %q", target, w.Code, want)
		}
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s has %s", target, found)
		}
		auditor := ask(t, sample(), tenant.Auditor, http.MethodGet, target, nil).Body.String()
		if strings.Contains(auditor, `action="`+base) {
			for _, button := range []string{">Save<", ">Remove", ">Send"} {
				if strings.Contains(auditor, button) {
					t.Errorf("%s offers %s to an auditor", target, button)
				}
			}
		}
	}
	for _, kind := range notify.ChannelKinds {
		if w := ask(t, sample(), tenant.Administrator, http.MethodGet, base+"/channels/new?kind="+string(kind), nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), kind.Title()) {
			t.Errorf("%s: %d", kind, w.Code)
		}
	}
	if w := ask(t, sample(), tenant.Viewer, http.MethodGet, base, nil); w.Code != http.StatusForbidden {
		t.Errorf("a viewer: %d", w.Code)
	}
	if w := ask(t, sample(), tenant.Administrator, http.MethodGet, base+"/rules/77", nil); w.Code != http.StatusNotFound {
		t.Errorf("a rule that is not there: %d", w.Code)
	}
}

func TestRuleForm(t *testing.T) {
	s := sample()
	form := url.Values{
		"name": {"Nights"}, "group": {"2"}, "enabled": {"on"}, "kind": {inventory.FindingNew, notify.WaiverExpired}, "severity": {"medium"}, "teams": {"payments\r\nsearch\r\n"},
		"digest": {"daily"}, "at": {"07:15"}, "zone": {"Asia/Tokyo"}, "from": {"20:00"}, "to": {"06:00"}, "critical": {"on"}, "bound": {"12"}, "channel": {"5"},
	}
	w := ask(t, s, tenant.Administrator, http.MethodPost, base+"/rules", form)
	if w.Code != http.StatusSeeOther || s.did != "add" {
		t.Fatalf("%d %s", w.Code, s.did)
	}
	want := notify.Rule{
		Name: "Nights", Group: 2, Enabled: true, Channels: []int64{5}, Match: notify.Match{Kinds: []string{inventory.FindingNew, notify.WaiverExpired}, Severity: "medium", Teams: []string{"payments", "search"}},
		Timing: notify.Timing{Digest: "daily", At: "07:15", Zone: "Asia/Tokyo", From: "20:00", To: "06:00", Critical: true, Bound: 12},
	}
	if fmt.Sprintf("%+v", s.rule) != fmt.Sprintf("%+v", want) {
		t.Errorf("%+v, want %+v", s.rule, want)
	}
	s.says = fmt.Errorf("%w: \"Mars\" is no time zone", notify.ErrInvalid)
	w = ask(t, s, tenant.Administrator, http.MethodPost, base+"/rules/4", form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "is no time zone") || !strings.Contains(w.Body.String(), `value="Nights"`) || s.rule.ID != 4 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestChannelForm(t *testing.T) {
	s := sample()
	form := url.Values{"kind": {"email"}, "name": {"Mail"}, "group": {"1"}, "host": {"m.test"}, "to": {"a@b.c\nd@e.f"}, "from": {"x@y.z"}, "port": {"25"}, "security": {"none"}}
	if w := ask(t, s, tenant.Administrator, http.MethodPost, base+"/channels", form); w.Code != http.StatusSeeOther || s.channel.Config.To[1] != "d@e.f" || s.channel.Config.Port != 25 {
		t.Errorf("%d %+v", w.Code, s.channel)
	}
	// A secret is never sent back to the browser, but for one made just now.
	s.says = fmt.Errorf("%w: no", notify.ErrInvalid)
	form.Set("secret", "hunter2")
	if w := ask(t, s, tenant.Administrator, http.MethodPost, base+"/channels/5", form); w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "hunter2") || s.secret != "hunter2" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.says = nil
	made := ask(t, s, tenant.Administrator, http.MethodPost, base+"/channels", url.Values{"kind": {"webhook"}, "name": {"Hook"}, "group": {"1"}, "url": {"https://example.com"}})
	if made.Code != http.StatusOK || !strings.Contains(made.Body.String(), "whsec_made") {
		t.Errorf("%d %s", made.Code, made.Body)
	}
	s.says = &notify.SendError{Text: "answered 401 " + evil}
	if w := ask(t, s, tenant.Administrator, http.MethodPost, base+"/channels/5/test", nil); !strings.Contains(w.Body.String(), "The test was not taken: answered 401 &lt;script") || s.did != "test" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.says = nil
	if w := ask(t, s, tenant.Administrator, http.MethodPost, base+"/deliveries/9/again", nil); w.Code != http.StatusSeeOther || s.did != "again" {
		t.Errorf("%d", w.Code)
	}
	if ask(t, s, tenant.Administrator, http.MethodGet, base+"/deliveries?state=dead&channel=5", nil); s.did != "[dead] 5" {
		t.Errorf("asked for %s", s.did)
	}
}
