// Package tenant holds the nouns of who uses the control plane: organisations,
// their groups, the actors in them and what each may do. It imports only the
// standard library; what needs a database is in the packages that use it.
package tenant

import "time"

// Organisation is one customer of the control plane. Nothing is ever shared
// between two of them.
type Organisation struct {
	ID      int64
	Slug    string // in URLs, unique
	Name    string
	Created time.Time
}

// GroupKind tells what a group stands for. It changes nothing but its picture.
type GroupKind string

// The kinds of groups. Each organisation has exactly one root.
const (
	Root         GroupKind = "organisation"
	BusinessUnit GroupKind = "business-unit"
	Environment  GroupKind = "environment"
	Product      GroupKind = "product"
	Team         GroupKind = "team"
)

// GroupKinds are those that people may choose.
var GroupKinds = []GroupKind{BusinessUnit, Environment, Product, Team}

// Group is a node of an organisation's tree: a view of the estate and a bound
// of access at once. An asset lies in exactly one group, the first in order
// of depth and then of id whose scope takes it, deepest first; one that none
// takes lies in the root.
type Group struct {
	ID     int64
	Org    int64
	Parent int64 // 0 for the root
	Kind   GroupKind
	Name   string
	Scope  Scope
}

// ActorKind tells people from programs.
type ActorKind string

// The kinds of actors.
const (
	Person  ActorKind = "person"
	Service ActorKind = "service" // a service account
	System  ActorKind = "system"  // the control plane itself: schedules, expiries
)

// Grant is a role in a group and all groups below it.
type Grant struct {
	Group int64
	Role  Role
}

// Actor is who makes a request, within one organisation.
type Actor struct {
	Kind   ActorKind
	ID     int64 // of the person or service account; 0 for the system
	Name   string
	Email  string
	Org    int64
	Grants []Grant

	// Token is set when the request came with an API token, which can only
	// narrow what its holder may do.
	Token *TokenBounds
}

// TokenBounds narrow an actor.
type TokenBounds struct {
	ID          int64
	Permissions []Permission // those of the holder's that the token carries
	Group       int64        // it works in this group and below; 0 means wherever its holder may
}

// BySystem is the control plane acting for itself in an organisation.
func BySystem(org int64) Actor { return Actor{Kind: System, Name: "demarc", Org: org} }
