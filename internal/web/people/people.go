// Package people is the parts that the pages about people share: roles and
// groups to choose from, grants, tokens, and secrets that are shown once.
package people

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// Group is a group in a list: its name, how deep it lies, and its path.
type Group struct {
	ID    int64
	Name  string
	Depth int
	Path  string
}

// Groups are those of a tree within a reach, each before those below it.
func Groups(t *tenant.Tree, reach tenant.Reach) []Group {
	var out []Group
	var down func(id int64)
	down = func(id int64) {
		if reach.Has(id) {
			path := t.Path(id)
			out = append(out, Group{id, path[len(path)-1].Name, len(path) - 1, pathName(path)})
		}
		for _, child := range t.Children(id) {
			down(child)
		}
	}
	down(t.Root())
	return out
}

// Option is the group's name, indented by its depth, for a choice of several.
func (g Group) Option() string { return strings.Repeat("\u2003", g.Depth) + g.Name }

// PathName is where a group lies, from below the root down.
func PathName(t *tenant.Tree, id int64) string {
	path := t.Path(id)
	if len(path) == 0 {
		return "a group that was removed"
	}
	return pathName(path)
}

func pathName(path []tenant.Group) string {
	if len(path) == 1 {
		return path[0].Name + " (everything)"
	}
	names := make([]string, len(path)-1)
	for i, g := range path[1:] {
		names[i] = g.Name
	}
	return strings.Join(names, " / ")
}

// Does says what somebody in a role may do.
func Does(r tenant.Role) string {
	return map[tenant.Role]string{
		tenant.Viewer:        "reads assets, duties, findings and waivers",
		tenant.Contributor:   "also adds and runs sources, and asks for waivers",
		tenant.Approver:      "also decides on waivers that others ask for",
		tenant.Responder:     "also works on alerts and incidents",
		tenant.Administrator: "does everything, and decides on people and groups",
		tenant.Auditor:       "reads everything, the audit log too, and changes nothing",
	}[r]
}

// Allows says what a permission is for.
func Allows(p tenant.Permission) string {
	return map[tenant.Permission]string{
		tenant.Read:          "Read assets, duties, findings, changes, waivers, sources and jobs",
		tenant.Contribute:    "Add and run sources, push results",
		tenant.RequestWaiver: "Ask for waivers",
		tenant.ApproveWaiver: "Decide on waivers",
		tenant.Respond:       "Work on alerts and incidents",
		tenant.Administer:    "Administer groups, people and settings",
		tenant.ReadAudit:     "Read the audit log",
	}[p]
}

// ReadGrant reads the fields of GrantFields.
func ReadGrant(in *page.Form) tenant.Grant {
	roles := make([]string, len(tenant.Roles))
	for i, r := range tenant.Roles {
		roles[i] = string(r)
	}
	return tenant.Grant{Group: in.Number("group"), Role: tenant.Role(in.One("role", roles...))}
}

// TokenForm is the form of a new token.
type TokenForm struct {
	Action      string
	Permissions []tenant.Permission // to choose from
	Groups      []Group             // to bind it to
	Root        int64
	Chosen      identity.NewToken
}

// days are for how long a token may hold.
var days = []int{30, 90, 180, 365}

// NewTokenForm is the form for a token of who asks, which can do no more than
// they can.
func NewTokenForm(action string, who tenant.Who) TokenForm {
	f := TokenForm{Action: action, Root: who.Tree.Root(), Groups: Groups(who.Tree, who.Reach(tenant.Read))}
	for _, p := range tenant.Permissions {
		if !who.Reach(p).None() {
			f.Permissions = append(f.Permissions, p)
		}
	}
	f.Chosen.Permissions = []tenant.Permission{tenant.Read}
	return f
}

// NewServiceTokenForm is the form for a token of a service account.
func NewServiceTokenForm(action string, who tenant.Who) TokenForm {
	f := NewTokenForm(action, who)
	f.Permissions = tenant.Permissions
	f.Groups = Groups(who.Tree, who.Reach(tenant.Administer))
	return f
}

// Fill puts back what was chosen.
func (f *TokenForm) Fill(n identity.NewToken) { f.Chosen = n }

func (f TokenForm) has(p tenant.Permission) bool { return slices.Contains(f.Chosen.Permissions, p) }

// ReadToken reads the fields of a new token.
func ReadToken(in *page.Form, now time.Time) identity.NewToken {
	n := identity.NewToken{Name: in.Line("name", 200), Group: in.Number("group")}
	for _, p := range in.Many("permission") {
		n.Permissions = append(n.Permissions, tenant.Permission(p))
	}
	words := make([]string, len(days))
	for i, d := range days {
		words[i] = strconv.Itoa(d)
	}
	d, err := strconv.Atoi(in.One("days", words...))
	if err != nil {
		d = days[0] // the form has its own error then
	}
	n.Expires = now.Add(time.Duration(d) * 24 * time.Hour)
	return n
}
