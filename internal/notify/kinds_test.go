package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// strict decodes and takes no field that the shape does not have.
func strict[T any](t *testing.T, body []byte) T {
	t.Helper()
	var out T
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		t.Errorf("%v in %s", err, body)
	}
	return out
}

func TestWebhookSigned(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	rec := w.receiver(nil)
	w.rule(Rule{Channels: []int64{w.hook(rec).ID}})
	w.finding(inventory.FindingNew, "f1", "high")
	w.work()
	r := rec.requests()[0]
	id, at := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	key, err := signingKey(testKey)
	if err != nil {
		t.Fatal(err)
	}
	if r.Header.Get("webhook-signature") != sign(key, id, at, r.Body) || !strings.HasPrefix(id, "msg_") || at != strconv.FormatInt(w.clock().Unix(), 10) {
		t.Errorf("%v", r.Header)
	}
	// The example that the specification's libraries are tested with.
	key, err = signingKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	if got := sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`)); got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("signed %s", got)
	}
}

func TestSlack(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	rec := w.receiver(func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.Write([]byte("ok")) })
	c := w.channel(Channel{Kind: Slack}, rec.URL+"/services/T0/B0/xyz")
	w.rule(Rule{Channels: []int64{c.ID}})
	w.rule(Rule{Name: "digest", Channels: []int64{c.ID}, Match: Match{Kinds: []string{inventory.LineMoved}}, Timing: Timing{Digest: "hourly"}})
	w.finding(inventory.FindingNew, "f1", "high")
	for i := range 100 {
		item := w.finding(inventory.LineMoved, fmt.Sprint("d", i), "")
		item.Now = inventory.State{Owner: "customer"}
		item.Was = inventory.State{Owner: "provider"}
	}
	w.work()
	w.pass(time.Hour)
	w.work()
	got := rec.requests()
	if len(got) != 2 || got[0].Path != "/services/T0/B0/xyz" {
		t.Fatalf("%d messages", len(got))
	}
	for _, r := range got {
		m := strict[slackMessage](t, r.Body)
		if m.Text == "" || len(m.Blocks) == 0 || len(m.Blocks) > 50 {
			t.Errorf("%d blocks", len(m.Blocks))
		}
		for _, b := range m.Blocks {
			if b.Text != nil && (len(b.Text.Text) > 3000 || b.Type == "header" && (len([]rune(b.Text.Text)) > 150 || b.Text.Type != "plain_text")) || len(b.Fields) > 10 {
				t.Errorf("a block out of bounds: %+v", b)
			}
			for _, f := range b.Fields {
				if len(f.Text) > 2000 {
					t.Errorf("a field of %d", len(f.Text))
				}
			}
		}
	}
	first := string(decodedText(t, got[0].Body))
	for _, want := range []string{"<https://demarc.test/findings/21|Bucket &lt;b&gt;is&lt;/b&gt; public>", "&lt;!channel&gt;", "live/storage.tf:12", "Set block_public_acls", "customer, team payments"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %q in %s", want, first)
		}
	}
	if strings.Contains(first, "<!channel>") {
		t.Error("it calls everybody")
	}
	if digest := string(decodedText(t, got[1].Body)); !strings.Contains(digest, "100 events in “digest”") || !strings.Contains(digest, "and 90 events more") {
		t.Errorf("%s", digest)
	}
}

// decodedText is JSON without the escapes of its texts.
func decodedText(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(decoded[any](t, body)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTeams(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	rec := w.receiver(answers(http.StatusAccepted))
	c := w.channel(Channel{Kind: Teams}, rec.URL+"/workflows/abc?sig=xyz")
	w.rule(Rule{Channels: []int64{c.ID}})
	w.finding(inventory.FindingNew, "f1", "high")
	w.work()
	got := rec.requests()
	if len(got) != 1 || got[0].Path != "/workflows/abc?sig=xyz" || len(got[0].Body) > 28<<10 {
		t.Fatalf("%+v", got)
	}
	m := strict[teamsMessage](t, got[0].Body)
	if m.Type != "message" || len(m.Attachments) != 1 || m.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" || m.Attachments[0].Content.Type != "AdaptiveCard" {
		t.Errorf("%+v", m)
	}
	for _, b := range m.Attachments[0].Content.Body { // TextBlocks would be read as Markdown
		if kind := b.(map[string]any)["type"]; kind != "RichTextBlock" {
			t.Errorf("a %v", kind)
		}
	}
	text := string(decodedText(t, got[0].Body))
	for _, want := range []string{"Bucket <b>is</b> public", "[x](http://evil)", "live/storage.tf:12", "https://demarc.test/findings/21", "Set block_public_acls"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	// It says 200 and means 429.
	rec.set(func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		w.Write([]byte("Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x"))
	})
	w.finding(inventory.FindingNew, "f2", "high")
	w.work()
	if d := w.deliveries(Waiting); len(d) != 1 || !strings.Contains(d[0].Problem, "429") {
		t.Errorf("%+v", w.deliveries())
	}
}

// Incidents open, and close by the same key, whatever the rule asks for.
func TestPagerDuty(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		rec := w.receiver(answers(http.StatusAccepted))
		c := w.channel(Channel{Kind: PagerDuty, Config: Config{URL: rec.URL}}, strings.Repeat("k", 32))
		w.rule(Rule{Channels: []int64{c.ID}, Match: Match{Kinds: []string{inventory.FindingNew}}})
		w.finding(inventory.FindingNew, "f1", "critical")
		w.finding(inventory.FindingResolved, "f0", "high") // never opened
		w.work()
		w.finding(inventory.FindingResolved, "f1", "critical")
		w.work()
		w.finding(inventory.FindingResolved, "f1", "critical") // once is enough
		w.work()
		got := rec.requests()
		if len(got) != 2 || got[0].Path != "/v2/enqueue" {
			t.Fatalf("%d requests", len(got))
		}
		open, done := strict[pagerDutyEvent](t, got[0].Body), strict[pagerDutyEvent](t, got[1].Body)
		if open.Action != "trigger" || done.Action != "resolve" || open.DedupKey != done.DedupKey || len(open.DedupKey) > 255 || open.RoutingKey != strings.Repeat("k", 32) {
			t.Errorf("%+v then %+v", open, done)
		}
		if p := open.Payload; p == nil || p.Severity != "critical" || p.Source != "aws_s3_bucket.logs" || len(p.Summary) > 1024 || p.Details["In"] != "live/storage.tf:12" {
			t.Errorf("%+v", p)
		}
		if open.Links[0].Href != "https://demarc.test/findings/21" {
			t.Errorf("%+v", open.Links)
		}
	})
}

func TestOpsgenie(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	rec := w.receiver(answers(http.StatusAccepted))
	c := w.channel(Channel{Kind: Opsgenie, Config: Config{URL: rec.URL}}, "genie-key")
	w.rule(Rule{Channels: []int64{c.ID}})
	w.finding(inventory.FindingNew, "f1", "high").Title = strings.Repeat("long ", 60)
	w.work()
	w.finding(inventory.FindingWaived, "f1", "high") // accepted: nothing to be alarmed about
	w.work()
	w.finding(inventory.FindingRegressed, "f1", "high")
	w.work()
	got := rec.requests()
	if len(got) != 3 || got[0].Path != "/v2/alerts" || got[0].Header.Get("Authorization") != "GenieKey genie-key" || got[2].Path != "/v2/alerts" {
		t.Fatalf("%+v", got)
	}
	a := strict[opsgenieAlert](t, got[0].Body)
	if len(a.Message) > 130 || a.Priority != "P2" || len(a.Alias) > 512 || a.Details["Link"] == "" || !strings.Contains(a.Description, "Set block_public_acls") {
		t.Errorf("%+v", a)
	}
	if want := "/v2/alerts/" + a.Alias + "/close?identifierType=alias"; got[1].Path != want {
		t.Errorf("%s, want %s", got[1].Path, want)
	}
	if again := strict[opsgenieAlert](t, got[2].Body); again.Alias != a.Alias {
		t.Errorf("another alias: %s", again.Alias)
	}
}

// tracker is a double of GitHub's and Jira's issues, as far as they are asked.
type tracker struct {
	t      *testing.T
	mu     sync.Mutex
	issues []*ticket
	after  func(r *http.Request) bool // reports that the answer gets lost
	broken bool
}

type ticket struct {
	title, body string
	labels      []string
	comments    []string
	closed      bool
}

var (
	githubPath = regexp.MustCompile(`^/repos/shop/infra/issues(?:/(\d+))?(/comments)?$`)
	jiraPath   = regexp.MustCompile(`^/rest/api/[23]/(issue|search|search/jql)(?:/SEC-(\d+))?(/comment|/transitions)?$`)
)

func (k *tracker) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.broken {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	status, out := http.StatusNotFound, any(nil)
	if m := githubPath.FindStringSubmatch(r.URL.Path); m != nil && r.Header.Get("Authorization") == "Bearer token" {
		status, out = k.github(r, m[1], m[2], body)
	} else if m := jiraPath.FindStringSubmatch(r.URL.Path); m != nil && r.Header.Get("Authorization") != "" {
		status, out = k.jira(r, m[1], m[2], m[3], body)
	}
	if k.after != nil && k.after(r) {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
	if out != nil {
		json.NewEncoder(w).Encode(out) //nolint:errcheck // a test
	}
}

func (k *tracker) at(number string) *ticket {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(k.issues) {
		k.t.Errorf("issue %q is asked for", number)
		return &ticket{}
	}
	return k.issues[n-1]
}

func (k *tracker) github(r *http.Request, number, comments string, body []byte) (int, any) {
	view := func(n int, i *ticket) map[string]any {
		return map[string]any{"number": n, "html_url": "https://github.test/shop/infra/issues/" + strconv.Itoa(n), "body": i.body, "state": "open"}
	}
	switch {
	case r.Method == http.MethodPost && number == "":
		in := strict[struct {
			Title  string   `json:"title"`
			Body   string   `json:"body"`
			Labels []string `json:"labels"`
		}](k.t, body)
		if in.Title == "" || len(in.Title) > 256 {
			return http.StatusUnprocessableEntity, nil
		}
		k.issues = append(k.issues, &ticket{title: in.Title, body: in.Body, labels: in.Labels})
		return http.StatusCreated, view(len(k.issues), k.issues[len(k.issues)-1])
	case r.Method == http.MethodGet && number == "":
		if r.URL.Query().Get("state") != "all" {
			k.t.Errorf("closed ones are left out: %s", r.URL)
		}
		list := []any{}
		for n, i := range k.issues {
			list = append(list, view(n+1, i))
		}
		return http.StatusOK, list
	case comments != "" && r.Method == http.MethodPost:
		k.at(number).comments = append(k.at(number).comments, strict[struct {
			Body string `json:"body"`
		}](k.t, body).Body)
		return http.StatusCreated, nil
	case comments != "":
		list := []any{}
		for _, c := range k.at(number).comments {
			list = append(list, map[string]string{"body": c})
		}
		return http.StatusOK, list
	case r.Method == http.MethodPatch:
		in := strict[struct {
			State  string `json:"state"`
			Reason string `json:"state_reason"`
		}](k.t, body)
		k.at(number).closed = in.State == "closed"
		n, _ := strconv.Atoi(number)
		return http.StatusOK, view(n, k.at(number))
	}
	return http.StatusNotFound, nil
}

func (k *tracker) jira(r *http.Request, what, number, below string, body []byte) (int, any) {
	category := func(closed bool) any {
		return map[string]any{"statusCategory": map[string]string{"key": map[bool]string{true: "done", false: "new"}[closed]}}
	}
	switch {
	case what != "issue":
		jql := strict[struct {
			JQL    string   `json:"jql"`
			Most   int      `json:"maxResults"`
			Fields []string `json:"fields"`
		}](k.t, body).JQL
		list := []any{}
		for n, i := range k.issues {
			if slices.ContainsFunc(i.labels, func(l string) bool { return strings.Contains(jql, strconv.Quote(l)) }) {
				list = append(list, map[string]string{"key": "SEC-" + strconv.Itoa(n+1)})
			}
		}
		return http.StatusOK, map[string]any{"issues": list}
	case number == "":
		in := strict[struct {
			Fields struct {
				Project     struct{ Key string }  `json:"project"`
				Type        struct{ Name string } `json:"issuetype"`
				Summary     string                `json:"summary"`
				Description any                   `json:"description"`
				Labels      []string              `json:"labels"`
			} `json:"fields"`
		}](k.t, body).Fields
		if in.Project.Key != "SEC" || in.Type.Name != "Bug" || in.Summary == "" || len(in.Summary) > 255 || strings.Contains(in.Summary, "\n") {
			return http.StatusBadRequest, nil
		}
		_, isText := in.Description.(string)
		if cloud := strings.HasPrefix(r.URL.Path, "/rest/api/3/"); cloud == isText {
			k.t.Errorf("a description of %T in %s", in.Description, r.URL.Path)
		}
		k.issues = append(k.issues, &ticket{title: in.Summary, body: fmt.Sprint(in.Description), labels: in.Labels})
		return http.StatusCreated, map[string]string{"key": "SEC-" + strconv.Itoa(len(k.issues))}
	case below == "/comment" && r.Method == http.MethodPost:
		k.at(number).comments = append(k.at(number).comments, fmt.Sprint(decoded[map[string]any](k.t, body)["body"]))
		return http.StatusCreated, nil
	case below == "/comment":
		return http.StatusOK, map[string]any{"comments": k.at(number).comments}
	case below == "/transitions" && r.Method == http.MethodPost:
		id := strict[struct {
			Transition struct{ ID string } `json:"transition"`
		}](k.t, body).Transition.ID
		k.at(number).closed = id == "31"
		return http.StatusNoContent, nil
	case below == "/transitions":
		return http.StatusOK, map[string]any{"transitions": []any{
			map[string]any{"id": "11", "to": category(false)}, map[string]any{"id": "31", "to": category(true)},
		}}
	}
	return http.StatusOK, map[string]any{"fields": map[string]any{"status": category(k.at(number).closed)}}
}

// A ticket is opened once for a finding, closed when it is resolved, and
// commented on and opened again when it comes back; answers that get lost make
// no second one.
func TestTickets(t *testing.T) {
	for name, config := range map[string]Channel{
		"github":     {Kind: GitHub, Config: Config{Project: "shop/infra", Labels: []string{"security"}}},
		"jira cloud": {Kind: Jira, Config: Config{Project: "SEC", Type: "Bug", User: "robot@shop.test", Labels: []string{"security"}}},
		"jira":       {Kind: Jira, Config: Config{Project: "SEC", Type: "Bug", Labels: []string{"security"}}},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				w := newWorld(t, db)
				k := &tracker{t: t}
				rec := w.receiver(k.serve)
				config := config
				config.Config.URL = rec.URL
				c := w.channel(config, "token")
				w.rule(Rule{Channels: []int64{c.ID}, Timing: Timing{Digest: "daily"}}) // tickets are not gathered
				lost := 0
				k.after = func(r *http.Request) bool { // the answer to each first try of each change
					if r.Method == http.MethodGet || strings.Contains(r.URL.Path, "search") || lost%2 == 1 {
						if r.Method != http.MethodGet && !strings.Contains(r.URL.Path, "search") {
							lost++
						}
						return false
					}
					lost++
					return true
				}
				settle := func() {
					for range 12 {
						w.work()
						w.pass(maxPause)
					}
				}
				w.finding(inventory.FindingNew, "f1", "high").Title = "Public\n@everyone ```"
				settle()
				if len(k.issues) != 1 {
					t.Fatalf("%d issues, want one; %+v", len(k.issues), w.deliveries())
				}
				i := k.issues[0]
				for _, want := range []string{"live/storage.tf:12", "Set block_public_acls", "https://demarc.test/findings/21", "customer, team payments"} {
					if !strings.Contains(i.body, want) {
						t.Errorf("it does not say %q: %s", want, i.body)
					}
				}
				if !slices.Contains(i.labels, "security") || strings.Contains(i.title, "\n") {
					t.Errorf("%+v", i)
				}
				w.finding(inventory.FindingResolved, "f1", "high")
				settle()
				if !i.closed || len(i.comments) != 1 {
					t.Errorf("after it was resolved: closed %v, %d comments", i.closed, len(i.comments))
				}
				w.finding(inventory.FindingRegressed, "f1", "high")
				settle()
				if i.closed || len(i.comments) != 2 || len(k.issues) != 1 {
					t.Errorf("after it came back: closed %v, %d comments, %d issues", i.closed, len(i.comments), len(k.issues))
				}
				for _, d := range w.deliveries() {
					if d.State != Sent || !strings.HasPrefix(d.URL, "https://") || d.Attempt < 2 {
						t.Errorf("%+v", d)
					}
				}
				// Removing the source closes what it left open.
				w.finding(inventory.SourceGone, "", "").Asset = 0
				settle()
				if !i.closed {
					t.Error("it stays open without its source")
				}
				k.after = nil
				if err := w.Test(t.Context(), w.admin(), c.ID); err != nil || len(k.issues) != 2 || !k.issues[1].closed {
					t.Errorf("a test: %v, %d issues", err, len(k.issues))
				}
			})
		})
	}
}

// What happens to a finding while its ticket cannot be opened is told in
// order: opened before it is closed.
func TestTicketsInOrder(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	k := &tracker{t: t, broken: true}
	rec := w.receiver(k.serve)
	c := w.channel(Channel{Kind: GitHub, Config: Config{Project: "shop/infra", URL: rec.URL}}, "token")
	w.rule(Rule{Channels: []int64{c.ID}})
	w.finding(inventory.FindingNew, "f1", "high")
	w.work()
	w.finding(inventory.FindingResolved, "f1", "high")
	w.work()
	k.broken = false
	w.work() // the first is not due yet, so the second has to wait too
	if len(k.issues) != 0 {
		t.Error("out of order")
	}
	w.pass(maxPause)
	w.work()
	w.work()
	if len(k.issues) != 1 || !k.issues[0].closed || len(w.deliveries(Sent)) != 2 {
		t.Errorf("%d issues, %+v", len(k.issues), w.deliveries())
	}
	for _, r := range rec.requests() {
		if u, err := url.Parse(r.Path); err != nil || strings.Contains(u.Path, "..") {
			t.Errorf("%s", r.Path)
		}
	}
}
