package api_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/notify"
	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// hook is what a receiver of webhooks got.
type hook struct {
	header http.Header
	body   []byte
}

// receiver takes webhooks, or refuses them with a status.
func (w *world) receiver() (url string, got chan hook, refuse *atomic.Int32) {
	w.t.Helper()
	got, refuse = make(chan hook, 100), new(atomic.Int32)
	s := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if status := refuse.Load(); status != 0 {
			rw.WriteHeader(int(status))
			return
		}
		got <- hook{r.Header.Clone(), body}
	}))
	w.t.Cleanup(s.Close)
	w.Notify.Roots.AddCert(s.Certificate())
	return s.URL + "/hook", got, refuse
}

// read holds a webhook to its signature and decodes it.
func (h hook) read(t *testing.T, secret string) (b notify.WebhookBody) {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	sum := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(sum, "%s.%s.%s", h.header.Get("webhook-id"), h.header.Get("webhook-timestamp"), h.body)
	if want := "v1," + base64.StdEncoding.EncodeToString(sum.Sum(nil)); h.header.Get("webhook-signature") != want {
		t.Errorf("the signature is %q, not %q", h.header.Get("webhook-signature"), want)
	}
	if at, err := strconv.ParseInt(h.header.Get("webhook-timestamp"), 10, 64); err != nil || time.Since(time.Unix(at, 0)).Abs() > time.Hour {
		t.Errorf("it was sent at %q", h.header.Get("webhook-timestamp"))
	}
	if err := json.Unmarshal(h.body, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// What a rule is made for by the API is told to the channel that the API made,
// once each, and what the API says of it is what came. A rule that is off tells nothing.
func TestRuleDelivers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.tokens["administrator"]
		send := func(method, path string, v any, status int) answer {
			t.Helper()
			var text []byte
			if v != nil {
				text = []byte(body(v))
			}
			return w.wants(method+" "+path, w.do(admin, method, "/api/v1/notifications"+path, text), status)
		}
		// Assessments tell the second they are of, and a rule nothing from before it.
		w.Notify.Now = func() time.Time { return time.Now().Add(-2 * time.Second) }
		url, got, _ := w.receiver()
		var channel api.NewChannel
		send("POST", "/channels", object{"kind": "webhook", "name": "hook", "config": object{"url": url}}, 201).read(t, &channel)
		input := object{"name": "What is mended", "match": object{"kinds": []string{inventory.FindingResolved}}, "channels": []int64{channel.ID}}
		var rule api.Rule
		send("POST", "/rules", input, 201).read(t, &rule)
		quiet := object{"name": "Off", "enabled": false, "match": object{"kinds": []string{inventory.FindingResolved}}, "channels": []int64{channel.ID}}
		send("POST", "/rules", quiet, 201)

		mended := strings.Replace(estate, "publicly_accessible = true", "storage_encrypted = true\nmulti_az = true\ndeletion_protection = true", 1)
		if _, err := w.Inventory.Post(t.Context(), w.admin, w.source, inventory.Meta{Origin: jobs.Pushed}, assessmentOf(t, mended)); err != nil {
			t.Fatal(err)
		}
		var changes struct{ Items []inventory.Change }
		w.wants("changes", w.do(admin, "GET", "/api/v1/changes?kind=finding-resolved&limit=200", nil), 200).read(t, &changes)
		if len(changes.Items) < 2 {
			t.Fatalf("what is resolved is %+v", changes.Items)
		}
		for range 2 { // the second time there is nothing left to say
			if err := w.Notify.Follow(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := w.Notify.Send(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(got) != len(changes.Items) {
			t.Errorf("%d messages for %d findings that are resolved", len(got), len(changes.Items))
		}
		titles := map[string]bool{}
		for range len(got) {
			b := (<-got).read(t, channel.Secret)
			if b.Type != inventory.FindingResolved || len(b.Data.Events) != 1 || !strings.HasPrefix(b.Data.Events[0].URL, "https://demarc.test/findings/") {
				t.Errorf("the message is %+v", b)
				continue
			}
			titles[b.Data.Events[0].Title+b.Data.Events[0].Address] = true
		}
		if len(titles) != len(changes.Items) {
			t.Errorf("the messages are of %d findings, not of %d", len(titles), len(changes.Items))
		}
		var sent struct{ Items []api.Delivery }
		send("GET", fmt.Sprintf("/deliveries?state=sent&rule=%d", rule.ID), nil, 200).read(t, &sent)
		if len(sent.Items) != len(changes.Items) || sent.Items[0].Channel != channel.ID || sent.Items[0].RuleName != rule.Name || sent.Items[0].Sent.IsZero() {
			t.Errorf("the deliveries are %+v", sent.Items)
		}
		var detail api.DeliveryDetail
		send("GET", fmt.Sprintf("/deliveries/%d", sent.Items[0].ID), nil, 200).read(t, &detail)
		if len(detail.Events) != 1 || detail.Events[0].Kind != inventory.FindingResolved {
			t.Errorf("the delivery is %+v", detail)
		}

		// Removed, the rule tells no more: what was mended breaks and is mended again.
		send("DELETE", fmt.Sprintf("/rules/%d", rule.ID), nil, 204)
		for _, a := range []string{estate, mended} {
			if _, err := w.Inventory.Post(t.Context(), w.admin, w.source, inventory.Meta{Origin: jobs.Pushed}, assessmentOf(t, a)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Notify.Follow(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := w.Notify.Send(t.Context()); err != nil || len(got) != 0 {
			t.Errorf("without a rule %d messages come, %v", len(got), err)
		}
	})
}

// The test of a channel tells whether its message was taken. One that was not is
// kept with the reason, and sent again when somebody asks.
func TestChannelTest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.tokens["administrator"]
		url, got, refuse := w.receiver()
		var channel api.NewChannel
		w.wants("a channel", w.do(admin, "POST", "/api/v1/notifications/channels", []byte(body(object{"kind": "webhook", "name": "hook", "config": object{"url": url}}))), 201).read(t, &channel)
		try := func() (out api.ChannelTest) {
			t.Helper()
			w.wants("a test", w.do(admin, "POST", fmt.Sprintf("/api/v1/notifications/channels/%d/test", channel.ID), nil), 200).read(t, &out)
			return out
		}
		if out := try(); !out.Taken || out.Problem != "" || len(got) != 1 {
			t.Fatalf("the test came to %+v, and %d messages", out, len(got))
		}
		if b := (<-got).read(t, channel.Secret); b.Type != notify.Trial || len(b.Data.Events) != 1 || !strings.Contains(b.Data.Events[0].Title, "hook") {
			t.Errorf("the message is %+v", b)
		}

		refuse.Store(http.StatusForbidden)
		if out := try(); out.Taken || !strings.Contains(out.Problem, "403") || strings.Contains(out.Problem, channel.Secret) || len(got) != 0 {
			t.Fatalf("refused, the test came to %+v, and %d messages", out, len(got))
		}
		var dead struct{ Items []api.Delivery }
		w.wants("what was given up", w.do(admin, "GET", "/api/v1/notifications/deliveries?state=dead", nil), 200).read(t, &dead)
		if len(dead.Items) != 1 || !strings.Contains(dead.Items[0].Problem, "403") || dead.Items[0].Form != notify.Trial {
			t.Fatalf("what was given up is %+v", dead.Items)
		}
		refuse.Store(0)
		w.wants("again", w.do(admin, "POST", fmt.Sprintf("/api/v1/notifications/deliveries/%d/again", dead.Items[0].ID), nil), 200)
		if err := w.Notify.Send(t.Context()); err != nil || len(got) != 1 {
			t.Fatalf("sent again, %d messages come, %v", len(got), err)
		}
		(<-got).read(t, channel.Secret)
		var sent api.DeliveryDetail
		w.wants("the delivery", w.do(admin, "GET", fmt.Sprintf("/api/v1/notifications/deliveries/%d", dead.Items[0].ID), nil), 200).read(t, &sent)
		if sent.State != notify.Sent || sent.Problem != "" {
			t.Errorf("sent again, the delivery is %+v", sent.Delivery)
		}
	})
}
