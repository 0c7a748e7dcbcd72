package tenant

import (
	"cmp"
	"slices"
)

// Tree is the groups of one organisation.
type Tree struct {
	// Version grows with each change of the groups. A tree that is not from a
	// directory has none.
	Version int64

	root   int64
	groups map[int64]*Group
	below  map[int64][]int64 // children, by name
	order  []*Group          // for Place: deepest first
}

// NewTree arranges the groups of one organisation. A group whose parent is
// not among them, or that lies in a circle, is left out.
func NewTree(groups []Group) *Tree {
	t := &Tree{groups: make(map[int64]*Group, len(groups)), below: map[int64][]int64{}}
	all := slices.Clone(groups)
	slices.SortFunc(all, func(a, b Group) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	for i := range all {
		g := &all[i]
		if g.Parent == 0 {
			t.root = g.ID
		} else {
			t.below[g.Parent] = append(t.below[g.Parent], g.ID)
		}
		t.groups[g.ID] = g
	}
	depths := map[int64]int{}
	for level, depth := []int64{t.root}, 0; len(level) > 0; depth++ {
		var next []int64
		for _, id := range level {
			depths[id] = depth
			next = append(next, t.below[id]...)
		}
		level = next
	}
	for id := range t.groups {
		if _, ok := depths[id]; !ok {
			delete(t.groups, id)
		}
	}
	for _, g := range t.groups {
		t.order = append(t.order, g)
	}
	slices.SortFunc(t.order, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(depths[b.ID], depths[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return t
}

// Root returns the id of the organisation's root group.
func (t *Tree) Root() int64 { return t.root }

// Group returns the group of that id.
func (t *Tree) Group(id int64) (Group, bool) {
	g, ok := t.groups[id]
	if !ok {
		return Group{}, false
	}
	return *g, true
}

// Children returns the groups directly below one, by name.
func (t *Tree) Children(id int64) []int64 { return t.below[id] }

// Subtree returns the group and all below it, each before its children.
func (t *Tree) Subtree(id int64) []int64 {
	if _, ok := t.groups[id]; !ok {
		return nil
	}
	out := []int64{id}
	for i := 0; i < len(out); i++ {
		out = append(out, t.below[out[i]]...)
	}
	return out
}

// Path returns the groups from the root to this one.
func (t *Tree) Path(id int64) []Group {
	var out []Group
	for g, ok := t.groups[id]; ok; g, ok = t.groups[g.Parent] {
		out = append(out, *g)
	}
	slices.Reverse(out)
	return out
}

// Place returns the group an asset lies in.
func (t *Tree) Place(a Placed) int64 {
	for _, g := range t.order {
		if !g.Scope.Empty() && g.Scope.Takes(a) {
			return g.ID
		}
	}
	return t.root
}

// Reach is where an actor may do something.
type Reach struct {
	All    bool    // in every group of the organisation
	Groups []int64 // otherwise in these, sorted
}

// None reports that there is nowhere.
func (r Reach) None() bool { return !r.All && len(r.Groups) == 0 }

// Has reports whether the group is in it.
func (r Reach) Has(group int64) bool {
	_, found := slices.BinarySearch(r.Groups, group)
	return r.All || found
}

// Within narrows the reach to a group and those below it.
func (r Reach) Within(t *Tree, group int64) Reach {
	if group == 0 || group == t.root {
		return r
	}
	sub := t.Subtree(group)
	slices.Sort(sub)
	if !r.All {
		sub = slices.DeleteFunc(sub, func(id int64) bool { return !r.Has(id) })
	}
	return Reach{Groups: sub}
}

// Reach returns where in the tree the actor has the permission.
func (t *Tree) Reach(a Actor, p Permission) Reach {
	if a.Token != nil && !slices.Contains(a.Token.Permissions, p) {
		return Reach{}
	}
	reach := t.granted(a, p)
	if a.Token != nil {
		return reach.Within(t, a.Token.Group)
	}
	return reach
}

func (t *Tree) granted(a Actor, p Permission) Reach {
	if a.Kind == System {
		return Reach{All: true}
	}
	in := map[int64]bool{}
	for _, g := range a.Grants {
		if !g.Role.May(p) {
			continue
		}
		if g.Group == t.root {
			return Reach{All: true}
		}
		for _, id := range t.Subtree(g.Group) {
			in[id] = true
		}
	}
	var out []int64
	for id := range in {
		out = append(out, id)
	}
	slices.Sort(out)
	return Reach{Groups: out}
}

// May reports whether the actor has the permission in the group; group 0 asks
// for the whole organisation.
func (t *Tree) May(a Actor, p Permission, group int64) bool {
	r := t.Reach(a, p)
	if group == 0 {
		return r.All
	}
	return r.Has(group)
}
