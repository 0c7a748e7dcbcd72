package normalise

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
)

// Google Cloud's APIs call one and the same thing by its full resource name
// (//compute.googleapis.com/projects/p/zones/z/disks/d), by a URL of some
// version of the API, and by the path that both end in. Its last part alone
// says little: every region of a network has a subnet called default.

// identifyByPath lets others refer to an asset of an inventory by what its
// address, a full resource name, ends in.
func (n *Normaliser) identifyByPath(a *estate.Asset) {
	name, ok := strings.CutPrefix(a.Address, "//")
	if !ok {
		return
	}
	n.idents[name] = append(n.idents[name], ident{asset: a, whole: true})
	_, path, _ := strings.Cut(name, "/")
	if path == "" {
		return
	}
	n.idents[path] = append(n.idents[path], ident{asset: a, whole: true})
	if within, ok := withinProject(path); ok { // some name the project by its number, others by its id
		n.idents[within] = append(n.idents[within], ident{asset: a})
	}
}

// googlePath returns the path in a name of Google Cloud: from projects/ on, or
// what follows the service where a name has no project. The last result is
// false for other text.
func googlePath(v string) (string, bool) {
	rest, isName := strings.CutPrefix(v, "//")
	if !isName {
		rest, isName = strings.CutPrefix(v, "https://")
		host, _, _ := strings.Cut(rest, "/")
		isName = isName && strings.HasSuffix(host, ".googleapis.com")
	}
	if i := strings.Index(v, "projects/"); i >= 0 && (i == 0 || isName && v[i-1] == '/') {
		return v[i:], true
	}
	if !isName {
		return "", false
	}
	_, path, _ := strings.Cut(rest, "/")
	return path, path != ""
}

// withinProject cuts the project off a path.
func withinProject(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "projects/")
	if !ok {
		return "", false
	}
	_, rest, _ = strings.Cut(rest, "/")
	return rest, strings.Contains(rest, "/")
}

// byPath finds assets by a path: whole, without its project, or without the
// version of a key. What configuration of the same project describes it also
// finds by the last parts, since configuration seldom says more.
func (n *Normaliser) byPath(path string) []ident {
	path, _, _ = strings.Cut(path, "/cryptoKeyVersions/")
	project, _, _ := strings.Cut(strings.TrimPrefix(path, "projects/"), "/")
	if found := n.idents[path]; len(found) > 0 {
		return found
	}
	if within, ok := withinProject(path); ok {
		if found := n.idents[within]; len(found) > 0 {
			return found
		}
	}
	for rest := path; ; {
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			return nil
		}
		rest = rest[i+1:]
		var found []ident
		for _, id := range n.idents[rest] {
			address := strings.Contains(rest, "@") // of a service account, and no other's
			if address || id.asset.Dialect != estate.AssetInventory && id.asset.Account == project {
				found = append(found, id)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
}

// notOfInventory leaves out what an inventory lists: others name that by its
// path.
func notOfInventory(found []ident) []ident {
	return slices.DeleteFunc(slices.Clone(found), func(id ident) bool { return id.asset.Dialect == estate.AssetInventory })
}
