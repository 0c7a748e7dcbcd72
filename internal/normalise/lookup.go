package normalise

import (
	"maps"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// search is a data source that looks up something of a type assets have, which
// may stand in the same configuration.
type search struct {
	of     []string // types it can find
	means  []string // arguments and attributes that identify what it finds
	refs   []source.Ref
	values []string
}

// lookUp remembers what a data source looks up.
func (n *Normaliser) lookUp(r *source.Resource) {
	if r.Type == "aws_iam_policy" { // one that AWS publishes is known by its name alone
		for _, by := range []string{"arn", "name"} {
			if s, ok := r.Body[by].(string); ok && s != "" {
				n.lookedUp[key{r.Root, r.Address}] = s
				return
			}
		}
	}
	if name := imageName(r); name != "" { // tells what is on the image
		n.lookedUp[key{r.Root, r.Address}] = name
		n.lookedUp[key{r.Root, withoutKeys(r.Address)}] = name
	}
	s := &search{}
	if t := n.mapper.cat.Asset(r.Type); t != nil {
		s.of, s.means = []string{r.Type}, t.Identity
	} else if p := n.mapper.cat.Part(r.Type); p != nil {
		s.of, s.means = p.Of, p.By
	} else {
		return
	}
	for _, arg := range slices.Sorted(maps.Keys(r.Refs)) {
		s.refs = append(s.refs, r.Refs[arg]...)
	}
	for _, path := range s.means {
		for _, v := range expr.Values(r.Body, path) {
			s.values = append(s.values, texts(v)...)
		}
	}
	if len(s.refs)+len(s.values) == 0 {
		return
	}
	n.sought[key{r.Root, r.Address}] = s
	if base := withoutKeys(r.Address); base != r.Address && n.sought[key{r.Root, base}] == nil {
		n.sought[key{r.Root, base}] = s
	}
}

// imageName is the one name, or pattern of names, by which a machine image is
// looked up.
func imageName(r *source.Resource) string {
	switch r.Type {
	case "aws_ssm_parameter": // where publishers keep the number of their newest image
		if s, _ := r.Body["name"].(string); strings.HasPrefix(s, "/aws/service/") {
			return s
		}
	case "aws_ami":
		filters, _ := r.Body["filter"].([]any)
		for _, f := range filters {
			filter, _ := f.(map[string]any)
			if values := texts(filter["values"]); filter["name"] == "name" && len(values) == 1 {
				return values[0]
			}
		}
	}
	return ""
}

// end returns the asset that a reference leads to, also through a data source
// that looks it up.
func (n *Normaliser) end(root string, ref source.Ref, from string) *estate.Asset {
	if a := n.at(root, ref.Address, from); a != nil {
		return a
	}
	s := n.sought[key{root, ref.Address}]
	if s == nil || !s.identifies(ref.Attribute) {
		return nil
	}
	for _, r := range s.refs {
		if a := n.at(root, r.Address, ref.Address); a != nil && slices.Contains(s.of, a.Means) {
			return a
		}
	}
	var found *estate.Asset
	for _, v := range s.values {
		for _, i := range n.lookup(v) {
			if i.asset.Root != root || !slices.Contains(s.of, i.asset.Means) || i.asset == found {
				continue
			}
			if found != nil {
				return nil // which of two is not known
			}
			found = i.asset
		}
	}
	return found
}

// identifies tells whether an attribute names what was found, rather than
// something else that it knows.
func (s *search) identifies(attribute string) bool {
	switch attribute {
	case "", "id", "arn", "name":
		return true
	}
	return slices.Contains(s.means, attribute)
}
