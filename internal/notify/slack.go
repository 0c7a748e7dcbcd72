package notify

import (
	"context"
	"net/http"
	"strings"
)

// slack posts blocks to an incoming webhook.
type slack struct {
	*web
	url string
}

// Slack's bounds.
const (
	slackHeader  = 150
	slackSection = 2900
	slackEvents  = 10 // of three blocks each; 50 blocks at most
)

type slackText struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type slackBlock struct {
	Type     string      `json:"type"`
	Text     *slackText  `json:"text,omitempty"`
	Fields   []slackText `json:"fields,omitempty"`
	Elements []slackText `json:"elements,omitempty"`
}

type slackMessage struct {
	Text   string       `json:"text"`
	Blocks []slackBlock `json:"blocks"`
}

func (s *slack) send(ctx context.Context, m *message) (receipt, error) {
	out := slackMessage{Text: slackEscape(m.Subject(), 500)}
	if m.Form == Digest || m.Form == Summary {
		out.Blocks = append(out.Blocks, slackBlock{Type: "header", Text: &slackText{"plain_text", clip(m.Subject(), slackHeader)}})
	}
	shown := m.Events[:min(len(m.Events), slackEvents)]
	for _, e := range shown {
		text := "*<" + m.Link(e) + "|" + slackEscape(e.Title, 300) + ">*\n" + slackEscape(e.What(), 200)
		if e.Text != "" {
			text += "\n" + slackEscape(e.Text, 900)
		}
		if e.Do != "" {
			text += "\n*What to do:* " + slackEscape(e.Do, 900)
		}
		out.Blocks = append(out.Blocks, slackBlock{Type: "section", Text: &slackText{"mrkdwn", clip(text, slackSection)}})
		var fields []slackText
		for _, l := range e.Lines() {
			fields = append(fields, slackText{"mrkdwn", "*" + l.Name + "*\n" + slackEscape(l.Value, 500)})
		}
		if len(fields) > 0 {
			out.Blocks = append(out.Blocks, slackBlock{Type: "section", Fields: fields})
		}
	}
	if more := max(m.Total, len(m.Events)) - len(shown); more > 0 {
		out.Blocks = append(out.Blocks, slackBlock{Type: "context", Elements: []slackText{{"mrkdwn", "and " + things(more) + " more in <" + m.base + "/|the console>"}}})
	}
	_, err := s.do(ctx, http.MethodPost, s.url, nil, out, nil)
	return receipt{}, err
}

// slackEscape makes text from outside text in Slack too: no links, no
// mentions.
func slackEscape(s string, most int) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(clip(s, most))
}
