package listing

import (
	"context"
	"strconv"

	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// Sources is where a list learns what its sources are called.
type Sources interface {
	List(ctx context.Context, who tenant.Who) ([]sources.Source, error)
}

// Names are what things of a list are called that the ledger knows by number.
type Names struct {
	tree    *tenant.Tree
	sources map[int64]string
}

// NamesFor reads the names that the actor may know.
func NamesFor(ctx context.Context, who tenant.Who, s Sources) (Names, error) {
	list, err := s.List(ctx, who)
	if err != nil {
		return Names{}, err
	}
	n := Names{who.Tree, map[int64]string{}}
	for _, src := range list {
		n.sources[src.ID] = src.Name
	}
	return n, nil
}

// Source is the name of a source. Those of other groups have none here, though
// assets of theirs may lie in a group that is read.
func (n Names) Source(id int64) string {
	if name, ok := n.sources[id]; ok {
		return name
	}
	return "Source " + strconv.FormatInt(id, 10)
}

// Group is the name of a group.
func (n Names) Group(id int64) string {
	if g, ok := n.tree.Group(id); ok {
		return g.Name
	}
	return ""
}

// Titles are how facets write values that the ledger does not name.
func (n Names) Titles() map[string]func(string) string {
	numbered := func(name func(int64) string) func(string) string {
		return func(v string) string {
			id, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return v
			}
			return name(id)
		}
	}
	return map[string]func(string) string{"source": numbered(n.Source), "group": numbered(n.Group)}
}
