package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 1 << 20

// web sends requests for the channels that are reached by HTTP.
type web struct {
	client *http.Client
	agent  string
	secret string
}

// client is one within the policy that follows no redirects: what is sent is
// for the address that was entered.
func (n *Notify) client() *http.Client {
	c := n.Outbound.Client(patience / 2)
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if t, ok := c.Transport.(*http.Transport); ok {
		t.TLSClientConfig = &tls.Config{RootCAs: n.Roots, MinVersion: tls.VersionTLS12}
		t.DisableKeepAlives = true // each attempt has a client of its own
	}
	return c
}

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// do sends JSON and reads the answer into out, where there is one. A status
// that says no is a *SendError.
func (w *web) do(ctx context.Context, method, url string, header map[string]string, in, out any) (*answer, error) {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	return w.raw(ctx, method, url, header, body, out)
}

func (w *web) raw(ctx context.Context, method, url string, header map[string]string, body []byte, out any) (*answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", w.agent)
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	resp, err := w.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	a := &answer{Status: resp.StatusCode, Header: resp.Header}
	if a.Body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return nil, err
	}
	if err := refused(a, time.Now()); err != nil {
		return a, err
	}
	if out != nil {
		if err := json.Unmarshal(a.Body, out); err != nil {
			return a, &SendError{Text: fmt.Sprintf("answered %s, but not as its kind does", status(a.Status)), Final: false}
		}
	}
	return a, nil
}

// refused reads from an answer whether the message was taken, and if not
// whether it may be another time.
func refused(a *answer, now time.Time) error {
	s := a.Status
	if s >= 200 && s < 300 {
		return nil
	}
	f := &SendError{Text: "answered " + status(s)}
	switch {
	case s >= 300 && s < 400:
		f.Text += "; enter the address that it leads to"
	case s == http.StatusBadRequest, s == http.StatusRequestEntityTooLarge, s == http.StatusUnprocessableEntity:
		f.Final = true // the same message will not be liked better
	}
	if s == http.StatusTooManyRequests || s == http.StatusServiceUnavailable || s == http.StatusForbidden {
		f.After = retryAfter(a.Header, now)
	}
	if said := oneLine(string(a.Body), 200); said != "" && !strings.HasPrefix(said, "<") {
		f.Text += ": " + said
	}
	return f
}

func status(s int) string {
	if text := http.StatusText(s); text != "" {
		return fmt.Sprintf("%d %s", s, text)
	}
	return strconv.Itoa(s)
}

// retryAfter is how long an answer asks to wait: in seconds or until a date;
// GitHub also tells when its count begins anew.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if text := h.Get("Retry-After"); text != "" {
		if s, err := strconv.Atoi(text); err == nil && s > 0 {
			return time.Duration(min(s, int(maxWait.Seconds()))) * time.Second
		}
		if at, err := http.ParseTime(text); err == nil && at.After(now) {
			return at.Sub(now)
		}
	}
	if h.Get("X-RateLimit-Remaining") == "0" {
		if s, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil && s > now.Unix() {
			return time.Unix(s, 0).Sub(now)
		}
	}
	return 0
}

// join puts a path behind the address of an API.
func join(base, path string) string { return strings.TrimRight(base, "/") + path }
