package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// webhook posts JSON, signed as Standard Webhooks has it: HMAC-SHA256 over id,
// time and body. The id is the same at each attempt.
type webhook struct {
	*web
	url string
	key []byte
	now func() time.Time
}

// WebhookBody is what a webhook is sent.
type WebhookBody struct {
	Type      string         `json:"type"` // kind of the event, or digest, summary, test
	Timestamp time.Time      `json:"timestamp"`
	Data      WebhookContent `json:"data"`
}

// WebhookContent is the events, of which many are counted only.
type WebhookContent struct {
	Rule   string         `json:"rule,omitempty"`
	Total  int            `json:"total"`
	Events []WebhookEvent `json:"events"`
}

// WebhookEvent is an event with where to look at it.
type WebhookEvent struct {
	Event
	URL string `json:"url"`
}

func (w *webhook) send(ctx context.Context, m *message) (receipt, error) {
	out := WebhookBody{Type: m.Form, Timestamp: m.Created, Data: WebhookContent{Rule: m.Rule, Total: max(m.Total, len(m.Events))}}
	if m.Form == Single {
		out.Type = m.first().Kind
	}
	for _, e := range m.Events {
		out.Data.Events = append(out.Data.Events, WebhookEvent{e, m.Link(e)})
	}
	body, err := json.Marshal(out)
	if err != nil {
		return receipt{}, err
	}
	id, at := "msg_"+m.Key, strconv.FormatInt(w.now().Unix(), 10)
	_, err = w.raw(ctx, http.MethodPost, w.url, map[string]string{
		"webhook-id": id, "webhook-timestamp": at, "webhook-signature": sign(w.key, id, at, body),
	}, body, nil)
	return receipt{}, err
}

func sign(key []byte, id, at string, body []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + at + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}
