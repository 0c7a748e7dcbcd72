package googleaccess

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// binding is one entry of the fact iam_bindings: a role, and who holds it.
type binding struct {
	role    string // "" when not known
	doubt   string // why the role is not known
	members []member
	narrow  tri.Bool // a condition asks who the caller is, so that not everybody gets through
}

// member is one holder of a role. Of one that is known in part, text holds
// what is known, with holes.
type member struct {
	text  string
	doubt string // why it is not wholly known
}

// grants are all bindings of an asset.
type grants struct {
	bindings []binding
	missing  string // there are bindings that are not known at all
	from     estate.Origin
}

// read reads the fact iam_bindings. The second result is false where an asset
// has none, or where it is an account that no source says anything of.
func read(a *estate.Asset) (grants, bool) {
	f, ok := a.Fact("iam_bindings")
	if !ok {
		return grants{}, false
	}
	g := grants{from: derive.From(f)}
	if !f.Known() {
		g.missing = f.Unknown
		return g, f.Unknown != estate.NotSetForAccount
	}
	list, _ := f.Value.([]any)
	for _, v := range list {
		switch v := v.(type) {
		case map[string]any:
			g.bindings = append(g.bindings, readBinding(v))
		case *source.Unknown:
			// An account always may hold more than the sources say; what they
			// say is what is judged.
			if v.Reason != estate.NotSetForAccount {
				g.missing = reason(v, "a grant is not known")
			}
		default:
			g.missing = "a grant is not known"
		}
	}
	return g, true
}

func readBinding(m map[string]any) binding {
	b := binding{narrow: tri.False}
	switch r := m["role"].(type) {
	case string:
		b.role = r
	default:
		b.doubt = reason(r, "the role of a grant is not known")
	}
	switch c := m["condition"].(type) {
	case nil:
	case string:
		b.narrow = tri.Of(asksWho(c))
	case map[string]any: // as the policy's own JSON gives it
		text, _ := c["expression"].(string)
		b.narrow = tri.Of(asksWho(text))
	default:
		b.narrow = tri.Unknown(reason(c, "the condition of a grant is not known"))
	}
	switch ms := m["members"].(type) {
	case []any:
		for _, v := range ms {
			b.members = append(b.members, readMember(v))
		}
	default:
		b.members = append(b.members, readMember(ms))
	}
	return b
}

// asksWho tells whether a condition depends on the caller. Times and names of
// resources leave the door open to everybody.
func asksWho(condition string) bool {
	return strings.Contains(condition, "access_levels") || strings.Contains(condition, "request.auth")
}

func readMember(v any) member {
	switch v := v.(type) {
	case string:
		return member{text: v}
	case *source.Unknown:
		return member{text: v.Text, doubt: reason(v, "a member is not known")}
	}
	return member{doubt: "a member is not known"}
}

func reason(v any, otherwise string) string {
	if u, ok := v.(*source.Unknown); ok && u.Reason != "" {
		return u.Reason
	}
	return otherwise
}

// known is what of the member is known up to its first hole.
func (m member) known() string {
	before, _, _ := strings.Cut(m.text, source.HoleOpen)
	return before
}

// everyone tells whether the member is the public.
func (m member) everyone() tri.Bool {
	switch {
	case m.doubt == "":
		return tri.Of(strings.EqualFold(m.text, "allUsers") || strings.EqualFold(m.text, "allAuthenticatedUsers"))
	case strings.Contains(m.known(), ":"): // user:…, serviceAccount:…
		return tri.False
	}
	return tri.Unknown(m.doubt)
}

// public tells whether everybody holds the role.
func (b binding) public() tri.Bool {
	out := tri.False
	for _, m := range b.members {
		out = tri.Or(out, m.everyone())
	}
	return tri.And(out, b.narrow.Not())
}

// title shows a member with what it holds.
func (m member) title(role string) string {
	return m.shown() + " (" + strings.TrimPrefix(role, "roles/") + ")"
}

// holesAsReferences shows values that were not known as Terraform writes them.
var holesAsReferences = strings.NewReplacer(source.HoleOpen, "${", source.HoleClose, "}")

// shown is the member as people write it, holes as references.
func (m member) shown() string {
	if m.text == "" {
		return "somebody not known"
	}
	return holesAsReferences.Replace(m.text)
}
