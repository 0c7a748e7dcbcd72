// Package access derives who can do what: whom the policies and ACLs on an
// asset admit, what the permissions of an identity are worth, and who may
// assume a role.
package access

import (
	"encoding/json"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/iampolicy"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives the access facts of every asset.
func Enrich(e *estate.Estate) {
	d := deriver{
		docs: make(map[*estate.Asset]iampolicy.Policies), via: reverse(e), caps: onlyBoundaries(e), things: thingsOf(e),
		admins: make(map[*estate.Asset]tri.Bool),
	}
	for _, a := range e.Assets {
		d.resource(a)
		d.publicity(a)
		d.identity(a)
		trust(a)
	}
}

type deriver struct {
	docs map[*estate.Asset]iampolicy.Policies // identity_policies, parsed once
	via  map[*estate.Asset][]*estate.Asset    // identity -> policies and groups that name it
	caps map[*estate.Asset]bool               // policies that serve as boundary and are attached to nobody

	things things
	admins map[*estate.Asset]tri.Bool
}

// onlyBoundaries finds the policies that cap identities and give nobody
// anything: what they allow is no permission.
func onlyBoundaries(e *estate.Estate) map[*estate.Asset]bool {
	out := make(map[*estate.Asset]bool)
	for _, a := range e.Assets {
		for p := range derive.Linked(a, "boundary") {
			out[p] = true
		}
	}
	if len(out) == 0 {
		return out
	}
	for _, a := range e.Assets {
		for p := range derive.Linked(a, "policy") {
			delete(out, p)
		}
		if len(a.Linked("attached_to")) > 0 {
			delete(out, a)
		}
	}
	return out
}

// reverse collects the edges written from the other side.
func reverse(e *estate.Estate) map[*estate.Asset][]*estate.Asset {
	out := make(map[*estate.Asset][]*estate.Asset)
	for _, a := range e.Assets {
		for _, name := range [...]string{"attached_to", "member"} {
			for to := range derive.Linked(a, name) {
				out[to] = append(out[to], a)
			}
		}
	}
	return out
}

// policies parses a fact of type policies.
func policies(f estate.Fact) iampolicy.Policies {
	if !f.Known() {
		return iampolicy.Policies{iampolicy.UnknownDocument(f.Unknown)}
	}
	list, _ := f.Value.([]any)
	out := make(iampolicy.Policies, 0, len(list))
	for _, v := range list {
		out = append(out, document(v))
	}
	return out
}

func document(v any) iampolicy.Document {
	switch v := v.(type) {
	case string:
		return iampolicy.Parse(v)
	case *source.Unknown:
		if v.Text != "" {
			return iampolicy.Parse(v.Text)
		}
		return iampolicy.UnknownDocument(v.Reason)
	case map[string]any:
		if b, err := json.Marshal(v); err == nil {
			return iampolicy.Parse(string(b))
		}
	}
	return iampolicy.UnknownDocument("")
}

// linked are the policies of another asset, parsed once for all who share it.
func (d *deriver) linked(a *estate.Asset) iampolicy.Policies {
	if ps, ok := d.docs[a]; ok {
		return ps
	}
	var ps iampolicy.Policies
	if f, ok := a.Fact("identity_policies"); ok {
		ps = policies(f)
	} else if a.Kind == "identity-policy" {
		ps = iampolicy.Policies{iampolicy.UnknownDocument("what the policy " + a.Name + " permits was not read")}
	}
	d.docs[a] = ps
	return ps
}
