package notify

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// jira keeps an issue for each finding: in the cloud by version 3 of the API,
// with an account's address and token; in a data center by version 2, with a
// personal access token. Each issue has a label of its own, by which one that a
// lost attempt opened is found.
type jira struct {
	*web
	config Config
	cloud  bool
}

var issueKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,49}-[0-9]{1,10}$`)

type jiraIssue struct {
	Key string `json:"key"`
}

func (j *jira) send(ctx context.Context, m *message) (receipt, error) {
	ref := m.Ref
	if ref == "" && m.Attempt > 1 && m.Action == opens {
		found, err := j.find(ctx, m)
		if err != nil || found != "" {
			return j.receipt(found), err
		}
	}
	switch {
	case ref == "" && m.Action == closes:
		return receipt{Note: "no issue was opened, so none was closed"}, nil
	case ref == "":
		return j.open(ctx, m)
	case m.Action == opens:
		return j.receipt(ref), nil
	case !issueKey.MatchString(ref):
		return receipt{}, &SendError{Text: "the issue is not known by a key", Final: true}
	}
	if err := j.comment(ctx, m, ref); err != nil {
		return receipt{}, err
	}
	return j.receipt(ref), j.transition(ctx, ref, m.Action == closes)
}

func (j *jira) receipt(key string) receipt {
	if key == "" {
		return receipt{}
	}
	return receipt{Ref: key, URL: safeURL(join(j.config.URL, "/browse/"+key))}
}

func (j *jira) at(path string) string {
	if j.cloud {
		return join(j.config.URL, "/rest/api/3"+path)
	}
	return join(j.config.URL, "/rest/api/2"+path)
}

func (j *jira) header() map[string]string {
	if j.cloud {
		return map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(j.config.User+":"+j.secret))}
	}
	return map[string]string{"Authorization": "Bearer " + j.secret}
}

func (j *jira) label(m *message) string { return "demarc-" + m.Key }

func (j *jira) open(ctx context.Context, m *message) (receipt, error) {
	text, err := j.text(m)
	if err != nil {
		return receipt{}, err
	}
	in := map[string]any{"fields": map[string]any{
		"project": map[string]string{"key": j.config.Project}, "issuetype": map[string]string{"name": j.config.Type},
		"summary": clip(m.Subject(), 250), "description": text, "labels": append([]string{j.label(m)}, j.config.Labels...),
	}}
	var issue jiraIssue
	if _, err := j.do(ctx, http.MethodPost, j.at("/issue"), j.header(), in, &issue); err != nil {
		return receipt{}, err
	}
	if !issueKey.MatchString(issue.Key) {
		return receipt{}, &SendError{Text: "answered without the key of an issue"}
	}
	return j.receipt(issue.Key), nil
}

// text is the message as Jira wants it: a document in the cloud, elsewhere
// wiki markup in which it stands as it is.
func (j *jira) text(m *message) (any, error) {
	text, err := m.Text()
	if err != nil {
		return nil, err
	}
	text = clip(text, 30000) + "\n" + mark(m)
	if !j.cloud {
		return "[Look at it in Demarc|" + m.Link(*m.first()) + "]\n{noformat}\n" + strings.ReplaceAll(text, "{noformat}", "{ noformat}") + "\n{noformat}", nil
	}
	link := map[string]any{"type": "text", "text": "Look at it in Demarc", "marks": []any{map[string]any{"type": "link", "attrs": map[string]string{"href": m.Link(*m.first())}}}}
	return map[string]any{"type": "doc", "version": 1, "content": []any{
		map[string]any{"type": "codeBlock", "attrs": map[string]string{"language": "text"}, "content": []any{map[string]string{"type": "text", "text": text}}},
		map[string]any{"type": "paragraph", "content": []any{link}},
	}}, nil
}

// find returns the issue that an attempt before this one opened.
func (j *jira) find(ctx context.Context, m *message) (string, error) {
	path := "/search"
	if j.cloud {
		path = "/search/jql"
	}
	in := map[string]any{"jql": fmt.Sprintf("project = %q AND labels = %q", j.config.Project, j.label(m)), "maxResults": 1, "fields": []string{"status"}}
	var out struct {
		Issues []jiraIssue `json:"issues"`
	}
	if _, err := j.do(ctx, http.MethodPost, j.at(path), j.header(), in, &out); err != nil {
		return "", err
	}
	if len(out.Issues) == 0 || !issueKey.MatchString(out.Issues[0].Key) {
		return "", nil
	}
	return out.Issues[0].Key, nil
}

// comment says what happened, once.
func (j *jira) comment(ctx context.Context, m *message, ref string) error {
	at := j.at("/issue/" + url.PathEscape(ref) + "/comment")
	if m.Attempt > 1 {
		a, err := j.do(ctx, http.MethodGet, at+"?orderBy=-created&maxResults=100", j.header(), nil, nil)
		if err != nil {
			return err
		}
		if strings.Contains(string(a.Body), mark(m)) {
			return nil
		}
	}
	text, err := j.text(m)
	if err != nil {
		return err
	}
	_, err = j.do(ctx, http.MethodPost, at, j.header(), map[string]any{"body": text}, nil)
	return err
}

// transition moves an issue to a state that is done, or out of one.
func (j *jira) transition(ctx context.Context, ref string, done bool) error {
	at := j.at("/issue/" + url.PathEscape(ref))
	type status struct {
		Category struct {
			Key string `json:"key"`
		} `json:"statusCategory"`
	}
	var issue struct {
		Fields struct {
			Status status `json:"status"`
		} `json:"fields"`
	}
	if _, err := j.do(ctx, http.MethodGet, at+"?fields=status", j.header(), nil, &issue); err != nil {
		return err
	}
	if (issue.Fields.Status.Category.Key == "done") == done {
		return nil
	}
	var out struct {
		Transitions []struct {
			ID string `json:"id"`
			To status `json:"to"`
		} `json:"transitions"`
	}
	if _, err := j.do(ctx, http.MethodGet, at+"/transitions", j.header(), nil, &out); err != nil {
		return err
	}
	for _, t := range out.Transitions {
		if (t.To.Category.Key == "done") == done {
			_, err := j.do(ctx, http.MethodPost, at+"/transitions", j.header(), map[string]any{"transition": map[string]string{"id": t.ID}}, nil)
			return err
		}
	}
	return &SendError{Text: "the issue's workflow has no way from where it is to where it should be; move it by hand", Final: true}
}
