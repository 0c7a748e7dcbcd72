package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// inferredAtMost is how many owner rules of each provider may say what nobody
// has read in a document. Lower a number when rules found theirs; raise it for
// nothing: a new rule comes with its document. See docs/evidence.md.
var inferredAtMost = map[string]int{
	"aws":        76,
	"azure":      34,
	"broadcom":   3,
	"google":     18,
	"hashicorp":  0,
	"kubernetes": 7,
	"containers": 1,
}

// undocumentedAtMost is how many rows of models.yaml may lack a document of the
// provider in its file of catalogue/evidence.
var undocumentedAtMost = map[string]int{
	"aws":        6,
	"azure":      32,
	"google":     17,
	"kubernetes": 55, // most of them are of no object of a cluster
}

// TestEvidence counts what rests on documents and what we infer, and lets only
// the first grow. With -v it prints the counts of docs/evidence.md.
func TestEvidence(t *testing.T) {
	c := embedded(t)
	type count struct{ documented, inferred int }
	maps.Copy(inferredAtMost, inferredOfVendors)
	maps.Copy(undocumentedAtMost, undocumentedOfVendors)
	providers := map[string]count{}
	var table, wholly strings.Builder
	for _, id := range slices.Sorted(maps.Keys(c.Services)) {
		s := c.Services[id]
		var n count
		for _, r := range s.Owners {
			if r.Inferred {
				n.inferred++
			} else {
				n.documented++
			}
		}
		p := providers[s.Provider]
		providers[s.Provider] = count{p.documented + n.documented, p.inferred + n.inferred}
		if n.inferred > 0 {
			fmt.Fprintf(&table, "| %s | %d | %d |\n", id, n.documented, n.inferred)
		}
		if n.inferred > 0 && n.documented == 0 {
			fmt.Fprintf(&wholly, " %s", id)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(providers)) {
		n := providers[name]
		t.Logf("%s: %d rules documented, %d inferred", name, n.documented, n.inferred)
		limit, known := inferredAtMost[name]
		switch {
		case !known && n.inferred > 0:
			t.Errorf("%s: say in inferredAtMost how many rules may be inferred (today %d)", name, n.inferred)
		case n.inferred > limit:
			t.Errorf("%s: %d inferred rules, at most %d: name the document of the new one", name, n.inferred, limit)
		}
	}
	t.Logf("services with inferred rules:\n| service | documented | inferred |\n|---|---|---|\n%s", table.String())
	t.Logf("wholly inferred:%s", wholly.String())

	for _, provider := range c.EvidenceProviders() {
		var rows []string
		for _, id := range slices.Sorted(maps.Keys(c.Models.Owners)) {
			switch doc := c.EvidenceOf(provider).For(id); {
			case doc == nil:
				rows = append(rows, id)
			case doc.Verified == "":
				t.Errorf("evidence/%s.yaml: %s: nobody has verified %s", provider, id, doc.URL)
			}
		}
		t.Logf("evidence/%s.yaml: %d rows documented, %d inferred: %s", provider, len(c.Models.Owners)-len(rows), len(rows), strings.Join(rows, " "))
		limit, known := undocumentedAtMost[provider]
		switch {
		case !known:
			t.Errorf("evidence/%s.yaml: say in undocumentedAtMost how many rows may lack a document (today %d)", provider, len(rows))
		case len(rows) > limit:
			t.Errorf("evidence/%s.yaml: %d rows without a document, at most %d", provider, len(rows), limit)
		}
	}
}
