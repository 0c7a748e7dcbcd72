// Package fronts completes what a front that ends clients' connections is,
// where another resource says it: the policy that names the TLS versions, the
// URL map that only redirects.
package fronts

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
)

// Enrich copies the facts to fronts that leave them open.
func Enrich(e *estate.Estate) {
	for _, a := range e.Assets {
		if a.Kind != "listener" {
			continue
		}
		copyFact(a, "tls_policy", "min_tls")
		copyFact(a, "tls_policy", "weak_ciphers")
		copyFact(a, "target", "http_redirects_to_https")
	}
}

// copyFact gives the front the fact of what the relation leads to, unless the
// front says it itself.
func copyFact(a *estate.Asset, relation, name string) {
	own, has := a.Fact(name)
	if !has || own.Known() {
		return
	}
	for _, r := range a.Linked(relation) {
		if r.To == nil {
			own.Unknown = "the policy or map " + r.Ref + " is not in the sources"
			if r.Unknown != "" {
				own.Unknown = r.Unknown
			}
			a.SetFact(own)
			continue
		}
		if f, ok := r.To.Fact(name); ok {
			f.Origin = derive.From(f)
			a.SetFact(f)
			return
		}
	}
}
