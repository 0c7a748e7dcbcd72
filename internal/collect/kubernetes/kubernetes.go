// Package kubernetes reads a running cluster through its API: what discovery
// says is served, listed page by page, nothing watched and nothing changed.
// Objects leave in the same shape as the readers of manifests give them.
// The pipeline that assembles an estate imports it; other readers do not.
package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/manifest"
)

// Want is what is to be done with objects of a type.
type Want int

const (
	// Unmapped types mean nothing to the catalogue. They are not asked for, and
	// are named once.
	Unmapped Want = iota
	// Ignored types are known and make no asset.
	Ignored
	// Taken types are listed.
	Taken
)

// Options are the choices about one cluster.
type Options struct {
	// Root tells the objects of this cluster from those of other sources.
	Root string
	// Want says of a native type (group/Kind) whether it is listed.
	Want func(native string) Want
	// Types are those that Want takes, as far as they are known beforehand: what
	// is not served because its server is dead, is among them.
	Types []string
	// Scan looks for credentials in text, as the readers of manifests do.
	Scan func(path, text string) []string

	page    int           // objects in one answer
	timeout time.Duration // of one answer
	wait    func(context.Context, time.Duration) error
}

const (
	pageSize       = 500 // what kubectl asks for
	requestTimeout = time.Minute
)

// UnreachableError says that nothing of a cluster could be read.
type UnreachableError struct {
	Target string
	Err    error
}

// Error tells what to do about it.
func (e *UnreachableError) Error() string {
	what := reason(e.Err)
	if r, ok := errors.AsType[*refusal](e.Err); ok {
		switch r.status {
		case 401:
			what = "the cluster does not accept the credentials; sign in again, or name another context"
		case 403:
			what = "these credentials may not list anything; demarc permissions kubernetes prints the role that lets them: " + r.message
		}
	}
	return fmt.Sprintf("%s: %s", e.Target, what)
}

// Unwrap gives the cause.
func (e *UnreachableError) Unwrap() error { return e.Err }

// Collect reads the cluster that the target names into sink. What could not be
// read in part is a gap, and named on the cluster so that nothing is concluded
// from its absence; an error means that nothing could be read, or ctx ended.
func Collect(ctx context.Context, target Target, opt Options, sink source.Sink) error {
	cfg, place, err := target.config()
	if err != nil {
		return &UnreachableError{target.String(), err}
	}
	return collect(ctx, target, cfg, place, opt, sink)
}

func collect(ctx context.Context, target Target, cfg *rest.Config, place place, opt Options, sink source.Sink) error {
	if opt.page == 0 {
		opt.page = pageSize
	}
	if opt.timeout == 0 {
		opt.timeout = requestTimeout
	}
	if opt.wait == nil {
		opt.wait = sleep
	}
	api, err := newClient(cfg, opt)
	if err != nil {
		return &UnreachableError{target.String(), err}
	}
	c := &collector{target: target, opt: opt, api: api, sink: sink, place: place, listed: map[string]bool{}, unread: map[string]bool{}, modes: map[string]bool{}}
	if err := c.run(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &UnreachableError{target.String(), err}
	}
	return ctx.Err()
}

// collector is the state of one reading.
type collector struct {
	target Target
	opt    Options
	api    *client
	sink   source.Sink
	place  place

	types    []resource
	groups   []string
	listed   map[string]bool // native types that were read to their end
	unread   map[string]bool // those that were not, or only in part
	modes    map[string]bool // kinds of services that nodes told of
	stopped  string          // why nothing more is asked
	denied   int             // types that these credentials may not list
	refused  error
	noConfig string // why the settings of node agents are not read
}

func (c *collector) run(ctx context.Context) error {
	version, err := c.api.version(ctx)
	if err != nil {
		return err
	}
	c.place.version = version
	if err := c.discover(ctx); err != nil {
		return err
	}
	for _, t := range c.types {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.stopped != "" {
			c.unread[t.native] = true
			continue
		}
		c.list(ctx, t)
	}
	if c.denied == len(c.types) {
		return c.refused
	}
	if c.stopped != "" {
		c.gap("network", "reading stopped before its end: "+c.stopped, "assess again once it answers", true)
	}
	if c.noConfig != "" {
		c.gap(Open, "the settings of node agents (kubelet) were not read: "+c.noConfig, "allow get on nodes/proxy: demarc permissions kubernetes --kubelet prints the rule and what else it allows", false)
	}
	c.narrowed()
	c.cluster()
	return nil
}

// Open is the kind of a gap whose consequences stand in the ledger as unknown
// facts of the assets concerned.
const Open = "unread"

// narrowed says what the choice of namespaces leaves out.
func (c *collector) narrowed() {
	if len(c.target.Namespaces) == 0 {
		return
	}
	c.gap(Open, "only the namespaces "+strings.Join(c.target.Namespaces, ", ")+" were read; what holds for the whole cluster is left open", "leave out namespace= to read all", false)
}

// gap reports something that could not be read. Broken input it never is, but
// for what ended the reading.
func (c *collector) gap(kind, what, mend string, fatal bool) {
	c.sink.Gap(source.Gap{Kind: kind, What: c.target.String() + ": " + what, Mend: mend, At: estate.Location{File: c.target.String()}, Fatal: fatal})
}

// failed reports that a type could not be read, or not to its end.
func (c *collector) failed(t resource, err error) {
	c.unread[t.native] = true
	delete(c.listed, t.native)
	kind, mend := "network", "assess again once it answers"
	if r, ok := errors.AsType[*refusal](err); ok {
		switch r.status {
		case 401:
			c.stopped = "the credentials are no longer accepted"
			return
		case 403:
			c.denied, c.refused = c.denied+1, r
			kind, mend = "permission", "allow list by a rule of a role: "+t.rule()+"; demarc permissions kubernetes prints the whole role"
		case 404:
			mend = "it may have been removed meanwhile; assess again"
		case 429:
			kind, mend = "throttled", "assess again later, or give this user a priority level of its own"
		case 503:
			mend = "see kubectl get apiservices, and mend or remove what serves it"
		}
	} else if c.api.silent() {
		c.stopped = reason(err)
		return
	}
	c.gap(kind, "listing "+t.name()+" failed: "+reason(err)+"; what depends on it is unknown", mend, false)
}

// cluster yields what was seen of the cluster itself.
func (c *collector) cluster() {
	body := map[string]any{"apiVersion": clusterVersion, "kind": "Cluster", "metadata": map[string]any{"name": c.place.name}}
	kind, why := c.kind()
	if kind != "" {
		body["clusterKind"] = kind
	} else {
		body["clusterKind"] = &source.Unknown{Reason: why, NotNull: true}
	}
	if v := number(c.place.version); v != "" {
		body["version"] = v
	}
	unread := []any{}
	for t := range c.unread {
		unread = append(unread, t)
	}
	slices.SortFunc(unread, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	body["unread"] = unread
	if c.place.cloud != "" {
		body["cluster"] = c.place.cloud
	}
	c.yield(body, "")
}

const clusterVersion = "live.demarc.dev/v1"

// yield hands one object on.
func (c *collector) yield(body map[string]any, path string) {
	r := manifest.Object(body, manifest.Options{Root: c.opt.Root, Scan: c.opt.Scan})
	if r == nil {
		return
	}
	r.Account = c.place.name
	r.Region = c.place.region
	r.Location = estate.Location{File: c.target.base() + path}
	c.sink.Resource(r)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
