package kubernetes

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// asTable asks for what kubectl shows of secrets: their names, their types, and
// the metadata. Values do not leave the server.
const (
	asTable = "application/json;as=Table;v=v1;g=meta.k8s.io"
	asJSON  = "application/json"
)

const maxRestarts = 3

// list reads every object of a type.
func (c *collector) list(ctx context.Context, t resource) {
	spaces := []string{""}
	if len(c.target.Namespaces) > 0 && t.namespaced {
		spaces = c.target.Namespaces
	}
	r := &listing{collector: c, t: t, accept: asJSON, seen: map[uint64]struct{}{}, seed: maphash.MakeSeed()}
	if t.native == "core/Secret" {
		r.accept = asTable
	}
	c.listed[t.native] = true
	for _, space := range spaces {
		var err error
		if t.native == "core/Namespace" && len(c.target.Namespaces) > 0 {
			for _, name := range c.target.Namespaces {
				err = errors.Join(err, r.all(ctx, "", url.Values{"fieldSelector": {"metadata.name=" + name}}))
			}
		} else {
			err = r.all(ctx, space, url.Values{})
		}
		if err != nil && ctx.Err() == nil {
			c.failed(t, err)
			return
		}
	}
}

// listing is the reading of one type.
type listing struct {
	*collector
	t      resource
	accept string
	seen   map[uint64]struct{} // names handed on, by their hashes
	seed   maphash.Seed
	batch  []map[string]any // nodes of the page
}

// all follows a list to its end. A list whose state the server no longer has is
// continued in a newer one where the server offers that, and else begun again;
// what was seen before is not handed on twice.
func (l *listing) all(ctx context.Context, space string, query url.Values) error {
	query.Set("limit", strconv.Itoa(l.opt.page))
	at, restarts := "", 0
	for {
		query.Del("continue")
		if at != "" {
			query.Set("continue", at)
		}
		var p page
		err := l.api.get(ctx, l.t.path(space), query, l.accept, func(r io.Reader) (err error) {
			l.batch = l.batch[:0]
			p, err = decode(r, l.object)
			return err
		})
		if gone, ok := errors.AsType[*refusal](err); ok && gone.status == http.StatusGone && at != "" && restarts < maxRestarts {
			restarts++
			at = gone.goOn
			continue
		}
		if err != nil {
			return err
		}
		l.nodes(ctx)
		if p.goOn == "" {
			return nil
		}
		if p.goOn == at {
			return &shapeError{"the list does not end: its pages lead back to themselves"}
		}
		at = p.goOn
	}
}

// object takes one object, or one row of a table.
func (l *listing) object(item map[string]any, columns []column) error {
	var cells []any
	if l.accept == asTable {
		if item["object"] == nil && item["metadata"] != nil {
			return &shapeError{"the server gives no table; objects with values are not read"}
		}
		cells, _ = item["cells"].([]any)
		item, _ = item["object"].(map[string]any)
	}
	meta, _ := item["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	namespace, _ := meta["namespace"].(string)
	if name == "" {
		return nil
	}
	h := maphash.String(l.seed, namespace+"/"+name)
	if _, twice := l.seen[h]; twice {
		return nil
	}
	l.seen[h] = struct{}{}
	if l.made(meta) || asShipped(l.t.native, item, meta) {
		return nil
	}
	item["apiVersion"], item["kind"] = l.t.apiVersion(), l.t.kind
	switch l.t.native {
	case "core/Secret":
		item = secret(item, meta, cells, columns)
	case "core/Node":
		l.batch = append(l.batch, item)
		return nil
	}
	tidy(item, meta)
	l.yield(item, l.t.path(namespace)+"/"+name)
	return nil
}

// made tells whether another object that was read makes this one: its findings
// would be those of that object once more.
func (l *listing) made(meta map[string]any) bool {
	if l.t.native != "core/Pod" && l.t.native != "apps/ReplicaSet" && l.t.native != "batch/Job" && l.t.native != "core/ReplicationController" {
		return false
	}
	owners, _ := meta["ownerReferences"].([]any)
	for _, o := range owners {
		m, _ := o.(map[string]any)
		if is, _ := m["controller"].(bool); !is {
			continue
		}
		kind, _ := m["kind"].(string)
		version, _ := m["apiVersion"].(string)
		native := nativeOf(version, kind)
		return native != l.t.native && rank(native) < len(first) && native != "core/Node" && l.listed[native]
	}
	return false
}
