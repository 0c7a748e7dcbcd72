package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sort"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
)

// Paging is the part of a list's input that every list has.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"1000" doc:"Where to go on: next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Most items of the page."`
}

func (p Paging) inventory() inventory.Paging {
	return inventory.Paging{Cursor: p.Cursor, Limit: p.Limit}
}

// list is the answer with a page of a list.
type list[T any] struct {
	Link string `header:"Link" doc:"The page that follows, as rel=next."`
	Body page[T]
}

type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"The cursor of the page that follows; absent on the last."`
}

type contextKey int

const urlKey contextKey = iota

// withURL keeps the request's address for the Link of lists.
func withURL(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), urlKey, r.URL))
}

func listed[T any](ctx context.Context, items []T, next string, err error) (*list[T], error) {
	if err != nil {
		return nil, err
	}
	out := &list[T]{Body: page[T]{Items: items, Next: next}}
	if u, ok := ctx.Value(urlKey).(*url.URL); ok && next != "" {
		q := u.Query()
		q.Set("cursor", next)
		out.Link = fmt.Sprintf("<%s?%s>; rel=\"next\"", u.EscapedPath(), q.Encode())
	}
	return out, nil
}

// cut takes a page from a list that a subject gives as a whole. The key orders
// it and tells its items apart.
func cut[T any](all []T, p Paging, key func(T) string) (items []T, next string, err error) {
	sort.SliceStable(all, func(i, j int) bool { return key(all[i]) < key(all[j]) })
	if p.Cursor != "" {
		var after string
		if err := store.ReadCursor(p.Cursor, &after); err != nil {
			return nil, "", err
		}
		all = all[sort.Search(len(all), func(i int) bool { return key(all[i]) > after }):]
	}
	if len(all) > p.Limit {
		return all[:p.Limit], store.Cursor(key(all[p.Limit-1])), nil
	}
	return all, "", nil
}

// numbered makes ids sort as text.
func numbered(id int64) string { return fmt.Sprintf("%020d", id) }

// mapped turns what a subject has into what the API says.
func mapped[T, U any](in []T, f func(T) U) []U {
	out := make([]U, len(in))
	for i := range in {
		out[i] = f(in[i])
	}
	return out
}

// values are a filter's, with the word for having none in its place.
func values(in []string) []string {
	out := make([]string, 0, len(in))
	for _, v := range in {
		if v == "none" {
			v = inventory.None
		}
		out = append(out, v)
	}
	return out
}
