package tenant

import "errors"

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
