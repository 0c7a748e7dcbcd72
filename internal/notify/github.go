package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// github keeps an issue for each finding. GitHub knows no key by which it would
// refuse a second one, so each carries a mark, and from the second attempt on
// it is looked for first.
type github struct {
	*web
	config Config
}

type githubIssue struct {
	Number int    `json:"number"`
	URL    string `json:"html_url"`
	Body   string `json:"body"`
	State  string `json:"state"`
}

func (g *github) send(ctx context.Context, m *message) (receipt, error) {
	ref := m.Ref
	if ref == "" && m.Attempt > 1 && m.Action == opens {
		found, err := g.find(ctx, m)
		if err != nil || found != nil {
			return found.receipt(), err
		}
	}
	switch {
	case ref == "" && m.Action == closes:
		return receipt{Note: "no issue was opened, so none was closed"}, nil
	case ref == "":
		return g.open(ctx, m)
	case m.Action == opens:
		return receipt{Ref: ref}, nil // opened by an attempt that was thought to be lost
	}
	if _, err := strconv.Atoi(ref); err != nil {
		return receipt{}, &SendError{Text: "the issue is not known by a number", Final: true}
	}
	state := map[string]string{"state": "open", "state_reason": "reopened"}
	if m.Action == closes {
		state = map[string]string{"state": "closed", "state_reason": "completed"}
	}
	if err := g.comment(ctx, m, ref); err != nil {
		return receipt{}, err
	}
	var issue githubIssue
	_, err := g.do(ctx, http.MethodPatch, g.at("/issues/"+ref), g.header(), state, &issue)
	return issue.receipt(), err
}

func (i *githubIssue) receipt() receipt {
	if i == nil || i.Number == 0 {
		return receipt{}
	}
	return receipt{Ref: strconv.Itoa(i.Number), URL: safeURL(i.URL)}
}

func (g *github) at(path string) string { return join(g.config.URL, "/repos/"+g.config.Project+path) }

func (g *github) header() map[string]string {
	return map[string]string{"Authorization": "Bearer " + g.secret, "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
}

func (g *github) open(ctx context.Context, m *message) (receipt, error) {
	in := struct {
		Title  string   `json:"title"`
		Body   string   `json:"body"`
		Labels []string `json:"labels,omitempty"`
	}{clip(m.Subject(), 250), markdown(m) + "\n\n" + mark(m), g.config.Labels}
	var issue githubIssue
	_, err := g.do(ctx, http.MethodPost, g.at("/issues"), g.header(), in, &issue)
	if err == nil && issue.Number == 0 {
		return receipt{}, &SendError{Text: "answered without the number of an issue"}
	}
	return issue.receipt(), err
}

// comment says what happened, once.
func (g *github) comment(ctx context.Context, m *message, ref string) error {
	if m.Attempt > 1 {
		var comments []githubIssue
		since := url.QueryEscape(m.Created.Add(-time.Minute).UTC().Format(time.RFC3339))
		if _, err := g.do(ctx, http.MethodGet, g.at("/issues/"+ref+"/comments?per_page=100&since="+since), g.header(), nil, &comments); err != nil {
			return err
		}
		for _, c := range comments {
			if strings.Contains(c.Body, mark(m)) {
				return nil
			}
		}
	}
	_, err := g.do(ctx, http.MethodPost, g.at("/issues/"+ref+"/comments"), g.header(), map[string]string{"body": markdown(m) + "\n\n" + mark(m)}, nil)
	return err
}

// find returns the issue that an attempt before this one opened.
func (g *github) find(ctx context.Context, m *message) (*githubIssue, error) {
	since := url.QueryEscape(m.Created.Add(-time.Minute).UTC().Format(time.RFC3339))
	for page := 1; page <= 10; page++ {
		var issues []githubIssue
		at := g.at(fmt.Sprintf("/issues?state=all&sort=created&direction=desc&per_page=100&since=%s&page=%d", since, page))
		if _, err := g.do(ctx, http.MethodGet, at, g.header(), nil, &issues); err != nil {
			return nil, err
		}
		for i := range issues {
			if strings.Contains(issues[i].Body, mark(m)) {
				return &issues[i], nil
			}
		}
		if len(issues) < 100 {
			return nil, nil //nolint:nilnil // there is none
		}
	}
	return nil, errors.New("too many issues were opened meanwhile to find this one among them")
}

// mark is what a ticket or comment is known again by.
func mark(m *message) string { return "Demarc reference: " + m.Key }

// markdown is a message for GitHub. Text from outside stands in fences, so
// that nothing in it is markup or calls anybody.
func markdown(m *message) string {
	var b strings.Builder
	for _, e := range m.Shown() {
		fmt.Fprintf(&b, "**%s** ([in Demarc](%s))\n", e.What(), m.Link(e))
		var lines strings.Builder
		fmt.Fprintf(&lines, "%s\n", e.Title)
		for _, l := range e.Lines() {
			fmt.Fprintf(&lines, "%s: %s\n", l.Name, l.Value)
		}
		b.WriteString(fenced(lines.String()))
		if e.Text != "" {
			b.WriteString(fenced(e.Text))
		}
		if e.Do != "" {
			b.WriteString("What to do:\n" + fenced(e.Do))
		}
	}
	if m.More() > 0 {
		fmt.Fprintf(&b, "\nand %d more, to be seen in [the console](%s/).", m.More(), m.base)
	}
	return b.String()
}

func fenced(s string) string {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return "\n" + fence + "text\n" + strings.TrimRight(s, "\n") + "\n" + fence + "\n"
}

// safeURL is an address that can stand in a link of the console, or nothing.
func safeURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" || len(raw) > 1000 {
		return ""
	}
	return raw
}
