package notify

import (
	"context"
	"net/http"
	"strings"
)

// teams posts an adaptive card to an incoming webhook or workflow.
type teams struct {
	*web
	url string
}

// teamsEvents bounds the events of a card, which has 28 KB at most.
const teamsEvents = 8

type teamsMessage struct {
	Type        string            `json:"type"`
	Attachments []teamsAttachment `json:"attachments"`
}

type teamsAttachment struct {
	ContentType string    `json:"contentType"`
	ContentURL  *string   `json:"contentUrl"`
	Content     teamsCard `json:"content"`
}

type teamsCard struct {
	Schema  string         `json:"$schema"`
	Type    string         `json:"type"`
	Version string         `json:"version"`
	MSTeams map[string]any `json:"msteams"`
	Body    []any          `json:"body"`
	Actions []teamsAction  `json:"actions,omitempty"`
}

type teamsAction struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

// teamsRich is text that is shown as it is, unlike that of a TextBlock, which
// is read as Markdown.
type teamsRich struct {
	Type    string     `json:"type"`
	Inlines []teamsRun `json:"inlines"`
	Spacing string     `json:"spacing,omitempty"`
}

type teamsRun struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Weight string `json:"weight,omitempty"`
	Size   string `json:"size,omitempty"`
	Subtle bool   `json:"isSubtle,omitempty"`
}

func rich(spacing string, runs ...teamsRun) teamsRich {
	for i := range runs {
		runs[i].Type = "TextRun"
	}
	return teamsRich{"RichTextBlock", runs, spacing}
}

func (t *teams) send(ctx context.Context, m *message) (receipt, error) {
	card := teamsCard{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4", MSTeams: map[string]any{"width": "Full"},
		Actions: []teamsAction{{"Action.OpenUrl", "Look at it in Demarc", m.Link(*m.first())}},
	}
	if m.Form == Digest || m.Form == Summary {
		card.Body = append(card.Body, rich("", teamsRun{Text: m.Subject(), Weight: "Bolder", Size: "Large"}))
	}
	shown := m.Events[:min(len(m.Events), teamsEvents)]
	for _, e := range shown {
		card.Body = append(card.Body,
			rich("Medium", teamsRun{Text: clip(e.What(), 200), Subtle: true}),
			rich("None", teamsRun{Text: clip(e.Title, 300), Weight: "Bolder", Size: "Medium"}))
		for _, l := range e.Lines() {
			card.Body = append(card.Body, rich("None", teamsRun{Text: l.Name + ": ", Subtle: true}, teamsRun{Text: clip(l.Value, 300)}))
		}
		if e.Text != "" {
			card.Body = append(card.Body, rich("Small", teamsRun{Text: clip(e.Text, 700)}))
		}
		if e.Do != "" {
			card.Body = append(card.Body, rich("Small", teamsRun{Text: "What to do: ", Weight: "Bolder"}, teamsRun{Text: clip(e.Do, 700)}))
		}
	}
	if more := max(m.Total, len(m.Events)) - len(shown); more > 0 {
		card.Body = append(card.Body, rich("Medium", teamsRun{Text: "and " + things(more) + " more in the console"}))
	}
	out := teamsMessage{"message", []teamsAttachment{{"application/vnd.microsoft.card.adaptive", nil, card}}}
	a, err := t.do(ctx, http.MethodPost, t.url, nil, out, nil)
	if err != nil {
		return receipt{}, err
	}
	// Some of Teams' webhooks say 200 and tell in words that it was refused.
	if said := oneLine(string(a.Body), 200); strings.Contains(said, "failed with error") {
		f := &SendError{Text: "answered: " + said}
		if strings.Contains(said, "HTTP error 429") {
			f.After = firstPause
		}
		return receipt{}, f
	}
	return receipt{}, nil
}
