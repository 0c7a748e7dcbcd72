package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"k8s.io/client-go/rest"
)

// client asks an API server, and asks again where that may help.
type client struct {
	http    *http.Client
	base    *url.URL
	timeout time.Duration
	wait    func(context.Context, time.Duration) error
	config  *rest.Config
	mute    atomic.Int32 // requests in a row that nothing answered
}

const (
	maxTries   = 4                // of one request
	maxWait    = 30 * time.Second // before one of them
	maxRefusal = 64 << 10         // of an answer that refuses
	maxMute    = 3                // requests without an answer, until nothing more is asked
)

func newClient(cfg *rest.Config, opt Options) (*client, error) {
	cfg = rest.CopyConfig(cfg)
	cfg.UserAgent = "demarc"
	cfg.QPS, cfg.Burst = -1, 0 // the server says what is too much
	h, err := rest.HTTPClientFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("the client cannot be set up: %w", err)
	}
	base, _, err := rest.DefaultServerUrlFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("the server's address cannot be read: %w", err)
	}
	return &client{http: h, base: base, timeout: opt.timeout, wait: opt.wait, config: cfg}, nil
}

// refusal is an answer that is none: the API's Status object.
type refusal struct {
	status   int
	message  string
	goOn     string // where a list whose state is gone can be continued
	patience time.Duration
}

// Error says what the server said.
func (r *refusal) Error() string {
	if r.message == "" {
		return fmt.Sprintf("the server answered %d %s", r.status, http.StatusText(r.status))
	}
	return r.message
}

// again tells whether the same request may succeed later.
func (r *refusal) again() bool {
	switch r.status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// get asks for a path and has read take the answer. When the answer breaks off
// it is asked for again, and read sees it from its beginning.
func (c *client) get(ctx context.Context, path string, query url.Values, accept string, read func(io.Reader) error) error {
	return c.try(ctx, maxTries, path, query, accept, read)
}

func (c *client) try(ctx context.Context, tries int, path string, query url.Values, accept string, read func(io.Reader) error) error {
	for try := 1; ; try++ {
		err := c.once(ctx, path, query, accept, read)
		if err == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		pause := 200 * time.Millisecond << try
		if r, ok := errors.AsType[*refusal](err); ok {
			if !r.again() {
				return err
			}
			pause = max(pause, r.patience)
		} else if _, bad := errors.AsType[*shapeError](err); bad {
			return err
		}
		if try >= tries || pause > maxWait || c.silent() {
			return err
		}
		if err := c.wait(ctx, pause); err != nil {
			return err
		}
	}
}

// silent tells whether the server has ceased to answer at all.
func (c *client) silent() bool { return c.mute.Load() >= maxMute }

func (c *client) once(ctx context.Context, path string, query url.Values, accept string, read func(io.Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	u := *c.base
	u.Path = strings.TrimSuffix(u.Path, "/") + path
	u.RawPath, u.RawQuery = "", query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", accept)
	resp, err := c.http.Do(req)
	if err != nil {
		c.mute.Add(1)
		return err
	}
	defer resp.Body.Close()
	c.mute.Store(0)
	if resp.StatusCode != http.StatusOK {
		return refused(resp)
	}
	return read(resp.Body)
}

// refused reads the Status that goes with a refusal.
func refused(resp *http.Response) error {
	r := &refusal{status: resp.StatusCode}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s >= 0 && s < 1<<20 {
		r.patience = time.Duration(s) * time.Second
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	if err != nil {
		return r // what it answered is known; why is lost
	}
	var status struct {
		Kind     string `json:"kind"`
		Message  string `json:"message"`
		Metadata struct {
			Continue string `json:"continue"`
		} `json:"metadata"`
	}
	if json.Unmarshal(text, &status) == nil && status.Kind == "Status" {
		r.message, r.goOn = oneLine(status.Message), status.Metadata.Continue
	}
	return r
}

// version is what /version says: gitVersion.
func (c *client) version(ctx context.Context) (string, error) {
	var v struct {
		GitVersion string `json:"gitVersion"`
	}
	err := c.get(ctx, "/version", nil, "application/json", func(r io.Reader) error {
		text, err := io.ReadAll(io.LimitReader(r, maxRefusal))
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, &v); err != nil {
			return &shapeError{"what answers is no API server of Kubernetes"}
		}
		return nil
	})
	if r, ok := errors.AsType[*refusal](err); ok && r.status == http.StatusForbidden {
		return "", nil // a hardened cluster tells its version to few; whether lists are allowed shows by itself
	}
	return v.GitVersion, err
}

// shapeError says that an answer is not what the API promises.
type shapeError struct{ what string }

func (e *shapeError) Error() string { return e.what }

// reason is an error in a few words.
func reason(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	if n, ok := errors.AsType[*net.OpError](err); ok && n.Op == "dial" {
		return "the server cannot be reached: " + oneLine(n.Error())
	}
	return oneLine(err.Error())
}

func oneLine(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "\uFFFD")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "…"
	}
	return s
}
