package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// pagerDuty sends events of the Events API v2. The key by which PagerDuty
// knows an incident again is that of the finding, so a second attempt opens no
// second incident.
type pagerDuty struct {
	*web
	base, key string
}

type pagerDutyEvent struct {
	RoutingKey string            `json:"routing_key"`
	Action     string            `json:"event_action"`
	DedupKey   string            `json:"dedup_key"`
	Client     string            `json:"client,omitempty"`
	ClientURL  string            `json:"client_url,omitempty"`
	Links      []pagerDutyLink   `json:"links,omitempty"`
	Payload    *pagerDutyPayload `json:"payload,omitempty"`
}

type pagerDutyLink struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

type pagerDutyPayload struct {
	Summary   string            `json:"summary"`
	Source    string            `json:"source"`
	Severity  string            `json:"severity"`
	Timestamp string            `json:"timestamp"`
	Component string            `json:"component,omitempty"`
	Group     string            `json:"group,omitempty"`
	Class     string            `json:"class,omitempty"`
	Details   map[string]string `json:"custom_details,omitempty"`
}

func (p *pagerDuty) send(ctx context.Context, m *message) (receipt, error) {
	e := m.first()
	out := pagerDutyEvent{RoutingKey: p.key, Action: "trigger", DedupKey: "demarc-" + m.Thread}
	if m.Action == closes {
		out.Action = "resolve"
	} else {
		out.Client, out.ClientURL, out.Links = "Demarc", m.base, []pagerDutyLink{{m.Link(*e), "Look at it in Demarc"}}
		source := e.Address
		if source == "" {
			source = "demarc"
		}
		out.Payload = &pagerDutyPayload{
			Summary: clip(m.Subject(), 1024), Source: source, Severity: pagerDutySeverity(e.Severity), Timestamp: e.At.UTC().Format("2006-01-02T15:04:05.000Z"),
			Component: e.Duty, Group: e.Team, Class: e.Kind, Details: details(e),
		}
	}
	_, err := p.do(ctx, http.MethodPost, join(p.base, "/v2/enqueue"), nil, out, nil)
	return receipt{}, err
}

// pagerDutySeverity is one of the four that PagerDuty knows.
func pagerDutySeverity(s string) string {
	switch s {
	case "critical":
		return "critical"
	case "high":
		return "error"
	case "low":
		return "info"
	}
	return "warning"
}

// details are the facts of an event by name.
func details(e *Event) map[string]string {
	out := map[string]string{"What": e.What()}
	for _, l := range e.Lines() {
		out[l.Name] = l.Value
	}
	if e.Text != "" {
		out["More"] = e.Text
	}
	if e.Do != "" {
		out["What to do"] = e.Do
	}
	return out
}

// opsgenie sends alerts, known again by their alias.
type opsgenie struct {
	*web
	base string
}

type opsgenieAlert struct {
	Message     string            `json:"message"`
	Alias       string            `json:"alias"`
	Description string            `json:"description,omitempty"`
	Details     map[string]string `json:"details,omitempty"`
	Entity      string            `json:"entity,omitempty"`
	Source      string            `json:"source"`
	Priority    string            `json:"priority"`
	Tags        []string          `json:"tags,omitempty"`
	Note        string            `json:"note,omitempty"`
}

type opsgenieClose struct {
	Source string `json:"source"`
	Note   string `json:"note"`
}

func (o *opsgenie) send(ctx context.Context, m *message) (receipt, error) {
	e, alias := m.first(), "demarc-"+m.Thread
	header := map[string]string{"Authorization": "GenieKey " + o.secret}
	if m.Action == closes {
		at := join(o.base, "/v2/alerts/"+url.PathEscape(alias)+"/close?identifierType=alias")
		_, err := o.do(ctx, http.MethodPost, at, header, opsgenieClose{"Demarc", clip(m.Subject(), 1000)}, nil)
		if f, ok := errors.AsType[*SendError](err); ok && strings.HasPrefix(f.Text, "answered 404") {
			return receipt{Note: "there was no alert to close"}, nil
		}
		return receipt{}, err
	}
	text, err := m.Text()
	if err != nil {
		return receipt{}, err
	}
	out := opsgenieAlert{
		Message: clip(m.Subject(), 130), Alias: alias, Description: clip(text, 15000), Details: details(e), Entity: clip(e.Address, 512), Source: "Demarc",
		Priority: opsgeniePriority(e.Severity), Tags: []string{"demarc", clip(e.Kind, 50)}, Note: "",
	}
	out.Details["Link"] = m.Link(*e)
	_, err = o.do(ctx, http.MethodPost, join(o.base, "/v2/alerts"), header, out, nil)
	return receipt{}, err
}

func opsgeniePriority(severity string) string {
	switch r := rank(severity); severity {
	case "critical", "high", "medium", "low":
		return fmt.Sprintf("P%d", r+1)
	}
	return "P3"
}
