// Package client asks a control plane's API for the command line.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

// Client is a control plane with a token for it.
type Client struct {
	URL   string // such as https://demarc.example.com
	Token string
	Agent string // what the client calls itself
	HTTP  *http.Client

	// Attempts is how often a request is sent at most that may go well the next time.
	Attempts int

	// Pause waits between attempts; tests replace it.
	Pause func(ctx context.Context, d time.Duration) error
}

// New returns a client for a URL as people write it.
func New(address, token, version string) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("%q is no URL of a control plane; write it as https://demarc.example.com", address)
	}
	return &Client{
		URL: u.Scheme + "://" + u.Host, Token: token, Agent: "demarc/" + version, Attempts: 5, Pause: pause,
		HTTP: &http.Client{Timeout: 10 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Error is a problem that the control plane tells of.
type Error struct {
	Status int
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Location string `json:"location"`
		Message  string `json:"message"`
	} `json:"errors"`
	Request string `json:"-"`
}

// Error implements error.
func (e *Error) Error() string {
	text := e.Detail
	if text == "" {
		text = "the control plane answered " + strconv.Itoa(e.Status) + " " + http.StatusText(e.Status)
	}
	for _, w := range e.Errors {
		text += "\n" + w.Location + ": " + w.Message
	}
	if e.Status >= http.StatusInternalServerError && e.Request != "" {
		text += " (request " + e.Request + ")"
	}
	return text
}

// Request is one request. Its body can be read anew for each attempt.
type Request struct {
	Method string
	Path   string // below /api/v1
	Query  url.Values
	Body   func() (io.ReadCloser, error) // nil for none
	Header http.Header
}

// JSON is a body of JSON.
func JSON(v any) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		text, err := json.Marshal(v)
		return io.NopCloser(bytes.NewReader(text)), err
	}
}

// Do sends a request and decodes the answer into out, if there is one. What
// may pass is tried again: a change carries a key, so that the control plane
// makes it once however often it comes.
func (c *Client) Do(ctx context.Context, r Request, out any) error {
	body, err := c.Open(ctx, r)
	if err != nil {
		return err
	}
	defer body.Close()
	if out == nil {
		return nil
	}
	if err := json.UnmarshalRead(io.LimitReader(body, maxAnswer), out); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", c.URL, err)
	}
	return nil
}

// Open sends a request and returns the answer's body.
func (c *Client) Open(ctx context.Context, r Request) (io.ReadCloser, error) {
	key := rand.Text()
	for attempt := 1; ; attempt++ {
		resp, err := c.send(ctx, r, key)
		if err == nil && resp.StatusCode < 300 {
			return resp.Body, nil
		}
		wait := backoff(attempt)
		if err == nil {
			wait, err = refused(resp, wait)
		} else {
			err = fmt.Errorf("asking %s: %w", c.URL, reason(err))
		}
		if wait == 0 || attempt >= c.Attempts || ctx.Err() != nil {
			return nil, err
		}
		if c.Pause(ctx, wait) != nil {
			return nil, err
		}
	}
}

func (c *Client) send(ctx context.Context, r Request, key string) (*http.Response, error) {
	var body io.Reader
	if r.Body != nil {
		opened, err := r.Body()
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		body = opened
	}
	address := c.URL + "/api/v1" + r.Path
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, address, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("User-Agent", c.Agent)
	req.Header.Set("Accept", "application/json")
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.Method != http.MethodGet {
		req.Header.Set("Idempotency-Key", key)
	}
	maps.Copy(req.Header, r.Header)
	return c.HTTP.Do(req)
}

// reason leaves the method and the address out, which whoever reads it knows.
func reason(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// refused reads what the control plane says, and how long to wait before it is
// asked again; 0 is not at all.
func refused(resp *http.Response, wait time.Duration) (time.Duration, error) {
	defer resp.Body.Close()
	e := &Error{Status: resp.StatusCode, Request: resp.Header.Get("X-Request-Id")}
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && json.Unmarshal(text, e) != nil {
		e.Detail = ""
	}
	e.Status = resp.StatusCode
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	case http.StatusConflict:
		if e.Code != "in-progress" {
			return 0, e
		}
	default:
		if resp.StatusCode < 400 {
			e.Detail = fmt.Sprintf("the control plane sends elsewhere (%d); give the address it is reached at", resp.StatusCode)
		}
		return 0, e
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		wait = min(time.Duration(s)*time.Second, time.Minute)
	}
	return wait, e
}

// backoff doubles from half a second, with a part of chance.
func backoff(attempt int) time.Duration {
	d := 250 * time.Millisecond << attempt
	return d + time.Duration(mathrand.Int64N(int64(d/2))) //nolint:gosec // no secret
}
