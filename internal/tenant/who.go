package tenant

import (
	"errors"
	"slices"
	"strings"
)

// ErrForbidden says that the actor sees the thing but may not do this to it.
// What an actor may not even see is reported as not there at all.
var ErrForbidden = errors.New("not allowed")

// Who is an actor in the tree of its organisation: what every method that
// reads or changes something for somebody takes. The packages of the subjects
// check it themselves, so that neither the API nor the console can forget to.
type Who struct {
	Actor
	Tree *Tree
}

// Reach returns where the actor has the permission.
func (w Who) Reach(p Permission) Reach { return w.Tree.Reach(w.Actor, p) }

// Check returns ErrForbidden unless the actor has the permission in the group;
// group 0 asks for the whole organisation.
func (w Who) Check(p Permission, group int64) error {
	if !w.Tree.May(w.Actor, p, group) {
		return ErrForbidden
	}
	return nil
}

// Acting is the actor with only those roles by which something can be done
// about what is found.
func (w Who) Acting() Who {
	if w.Kind == System {
		return w
	}
	w.Grants = slices.DeleteFunc(slices.Clone(w.Grants), func(g Grant) bool {
		return !g.Role.May(Contribute) && !g.Role.May(Respond)
	})
	return w
}

// Teams are the teams of somebody, as duties name them: those whose group
// they have a role in, or one above it that is not the whole organisation's. A
// group of the kind team is the team of its name, and any group is that of the
// teams its scope takes.
func (w Who) Teams() []string {
	var out []string
	add := func(names ...string) {
		for _, n := range names {
			if n != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	for _, g := range w.Grants {
		if g.Group == w.Tree.Root() {
			continue
		}
		for _, id := range w.Tree.Subtree(g.Group) {
			group, _ := w.Tree.Group(id)
			if group.Kind == Team {
				lower := strings.ToLower(group.Name) // as demarc.yaml and tags have it
				add(group.Name, lower, strings.ReplaceAll(lower, " ", "-"), strings.ReplaceAll(lower, " ", "_"))
			}
			add(group.Scope.Teams...)
		}
	}
	return out
}
