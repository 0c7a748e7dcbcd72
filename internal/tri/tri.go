// Package tri is three-valued logic in which an unknown carries its reason.
// The enrichers and the policy analysis use it, so that what a source did not
// tell never turns into a pass.
package tri

// Bool is true, false, or unknown with a reason. The zero value is false.
type Bool struct {
	value bool
	why   string // not empty: unknown
}

// True and False are the known values.
var (
	True  = Bool{value: true}
	False = Bool{}
)

// Of returns the known value b.
func Of(b bool) Bool { return Bool{value: b} }

// Unknown returns an unknown value. An empty reason is replaced by a general one.
func Unknown(why string) Bool {
	if why == "" {
		why = "not known"
	}
	return Bool{why: why}
}

// IsTrue reports whether b is known to be true.
func (b Bool) IsTrue() bool { return b.why == "" && b.value }

// IsFalse reports whether b is known to be false.
func (b Bool) IsFalse() bool { return b.why == "" && !b.value }

// Known reports whether b is true or false.
func (b Bool) Known() bool { return b.why == "" }

// Why is the reason of an unknown, and empty otherwise.
func (b Bool) Why() string { return b.why }

// Not negates b; unknown stays unknown.
func (b Bool) Not() Bool {
	if !b.Known() {
		return b
	}
	return Bool{value: !b.value}
}

// Or is true if any x is, else unknown for the first unknown, else false.
func Or(xs ...Bool) Bool {
	out := False
	for _, x := range xs {
		if x.IsTrue() {
			return True
		}
		if !x.Known() && out.Known() {
			out = x
		}
	}
	return out
}

// And is false if any x is, else unknown for the first unknown, else true.
func And(xs ...Bool) Bool {
	out := True
	for _, x := range xs {
		if x.IsFalse() {
			return False
		}
		if !x.Known() && out.Known() {
			out = x
		}
	}
	return out
}

// String is "true", "false" or "unknown".
func (b Bool) String() string {
	switch {
	case !b.Known():
		return "unknown"
	case b.value:
		return "true"
	default:
		return "false"
	}
}
