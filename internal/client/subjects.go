package client

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
)

// Page is a page of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// List asks for pages until it has as many items as are wanted; 0 wants all.
func List[T any](ctx context.Context, c *Client, path string, query url.Values, most int) ([]T, error) {
	q := url.Values{}
	maps.Copy(q, query)
	all := []T{}
	for {
		limit := 200
		if most > 0 {
			limit = min(limit, most-len(all))
		}
		q.Set("limit", strconv.Itoa(limit))
		var p Page[T]
		if err := c.Do(ctx, Request{Method: http.MethodGet, Path: path, Query: q}, &p); err != nil {
			return nil, err
		}
		all = append(all, p.Items...)
		if most > 0 && len(all) >= most {
			return all[:most], nil
		}
		if p.Next == "" {
			return all, nil
		}
		q.Set("cursor", p.Next)
	}
}

// Me is who the token is of.
type Me struct {
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	Organisation struct {
		Name string `json:"name"`
	} `json:"organisation"`
	Permissions map[string]struct{} `json:"permissions"` // those that there is any use for
}

// Me asks who the token is of.
func (c *Client) Me(ctx context.Context) (me Me, err error) {
	err = c.Do(ctx, Request{Method: http.MethodGet, Path: "/me"}, &me)
	return me, err
}

// Source is a source.
type Source struct {
	ID       int64        `json:"id,omitzero"`
	Group    int64        `json:"group,omitzero"`
	Kind     string       `json:"kind"`
	Name     string       `json:"name"`
	Config   SourceConfig `json:"config,omitzero"`
	Schedule string       `json:"schedule,omitempty"`
	NextRun  time.Time    `json:"next_run,omitzero"`
}

// SourceConfig is where a source's files are.
type SourceConfig struct {
	URL  string `json:"url,omitempty"`
	Ref  string `json:"ref,omitempty"`
	Path string `json:"path,omitempty"`
	User string `json:"user,omitempty"`
}

// AddSource makes a source.
func (c *Client) AddSource(ctx context.Context, s Source, credential string) (made Source, err error) {
	err = c.Do(ctx, Request{Method: http.MethodPost, Path: "/sources", Body: JSON(struct {
		Source
		Credential string `json:"credential,omitempty"`
	}{s, credential})}, &made)
	return made, err
}

// SourceNamed returns the source of a name.
func (c *Client) SourceNamed(ctx context.Context, name string) (Source, error) {
	found, err := List[Source](ctx, c, "/sources", url.Values{"name": {name}}, 1)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("there is no source %q that the token reaches; `demarc source add --kind push %s` makes one", name, name)
	}
	if err != nil {
		return Source{}, err
	}
	return found[0], nil
}

// Job is a job.
type Job struct {
	ID       int64     `json:"id"`
	State    string    `json:"state"`
	Stage    string    `json:"stage"`
	Problem  string    `json:"problem"`
	Finished time.Time `json:"finished"`
	Snapshot int64     `json:"snapshot"`
}

// Push sends an assessment to a source. write gives its JSON anew for each
// attempt.
func (c *Client) Push(ctx context.Context, source int64, revision, branch string, write func(io.Writer) error) (job Job, err error) {
	q := url.Values{}
	for name, v := range map[string]string{"revision": revision, "branch": branch} {
		if v != "" {
			q.Set(name, v)
		}
	}
	err = c.Do(ctx, Request{
		Method: http.MethodPost, Path: fmt.Sprintf("/sources/%d/results", source), Query: q, Header: http.Header{"Content-Encoding": {"gzip"}},
		Body: func() (io.ReadCloser, error) {
			r, w := io.Pipe()
			go func() {
				z := gzip.NewWriter(w)
				err := write(z)
				if err == nil {
					err = z.Close()
				}
				w.CloseWithError(err)
			}()
			return r, nil
		},
	}, &job)
	return job, err
}

// Wait asks for a job until it has ended.
func (c *Client) Wait(ctx context.Context, id int64) (job Job, err error) {
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		if err = c.Do(ctx, Request{Method: http.MethodGet, Path: fmt.Sprintf("/jobs/%d", id)}, &job); err != nil || !job.Finished.IsZero() {
			return job, err
		}
		if err := c.Pause(ctx, pause); err != nil {
			return job, err
		}
	}
}

// Counts returns how a snapshot differs from the one before.
func (c *Client) Counts(ctx context.Context, snapshot int64, source int64) (inventory.Counts, error) {
	found, err := List[inventory.Snapshot](ctx, c, "/snapshots", url.Values{"source": {strconv.FormatInt(source, 10)}}, 20)
	if err != nil {
		return inventory.Counts{}, err
	}
	for _, s := range found {
		if s.ID == snapshot {
			return s.Counts, nil
		}
	}
	return inventory.Counts{}, fmt.Errorf("snapshot %d is not among the latest of its source", snapshot)
}
