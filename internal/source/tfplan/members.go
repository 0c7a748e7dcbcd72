package tfplan

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// serviceAccounts tells of grants on Google Cloud what sort of member it is
// that is known after apply. A plan does not keep the text around a reference,
// but where an argument is made of nothing but addresses of service accounts,
// what is not known yet is a service account: never everybody.
func serviceAccounts(res *source.Resource, m *module, c *configured) {
	if m == nil || !strings.HasPrefix(res.Type, "google_") || !strings.Contains(res.Type, "_iam_") {
		return
	}
	for _, name := range []string{"member", "members"} {
		if !holdsUnknown(res.Body[name]) || !m.onlyAccounts(c.refsAt(name), 0) {
			continue
		}
		text := accountPrefix + source.HoleOpen + "google_service_account" + source.HoleClose
		if refs := res.Refs[name]; len(refs) == 1 {
			text = accountPrefix + source.HoleOpen + refs[0].Address + "." + refs[0].Attribute + source.HoleClose
		}
		res.Body[name] = withText(res.Body[name], name == "members", text)
	}
}

const accountPrefix = "serviceAccount:"

func holdsUnknown(v any) bool {
	switch v := v.(type) {
	case *source.Unknown:
		return v.Text == ""
	case []any:
		if slices.ContainsFunc(v, holdsUnknown) {
			return true
		}
	}
	return false
}

// withText puts the text into what is unknown of v. A list that is unknown as a
// whole stays so: constants may stand in it that the plan does not keep.
func withText(v any, list bool, text string) any {
	switch x := v.(type) {
	case *source.Unknown:
		if list {
			return x
		}
		return &source.Unknown{Reason: x.Reason, NotNull: x.NotNull, Text: text}
	case []any:
		for i, e := range x {
			x[i] = withText(e, false, text)
		}
	}
	return v
}

// refsAt are the references of an argument.
func (c *configured) refsAt(path string) []string {
	var out []string
	for _, r := range c.refs {
		if r.path == path {
			out = append(out, r.ref)
		}
	}
	return out
}

// onlyAccounts tells whether all that the references lead to and that can be
// unknown when the plan is made are addresses of service accounts; there must be one.
func (m *module) onlyAccounts(refs []string, depth int) bool {
	found := false
	for _, text := range refs {
		ref := parseReference(text)
		switch {
		case depth > maxDepth:
			return false
		case ref.resource() != "":
			if !strings.HasPrefix(ref.resource(), "google_service_account.") || ref.attribute() != "email" && ref.attribute() != "member" {
				return false
			}
			found = true
		case ref.head.name == "each", ref.head.name == "count":
			// keys are known, and values that are not lead to what they are of
			if ref.name.name == "value" {
				return false
			}
		case ref.head.name == "var" && m.parent == nil: // the root's are known
		case ref.head.name == "var":
			arg := m.args[ref.name.name]
			if arg == nil || len(arg.refs) == 0 {
				continue
			}
			if !m.parent.onlyAccounts(arg.refs, depth+1) {
				return false
			}
			found = true
		case ref.head.name == "module":
			call := m.calls[ref.name.name]
			out, _ := cut(ref.rest)
			if call == nil || call.outputs[out.name] == nil || !call.onlyAccounts(call.outputs[out.name].refs, depth+1) {
				return false
			}
			found = true
		default:
			return false // locals and data: what they lead to is not kept
		}
	}
	return found
}
