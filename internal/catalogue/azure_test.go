package catalogue

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// undecided is how many types of the azurerm provider may have neither a twin
// nor a reason for having none.
const undecided = 264

// TestAzureTypesHaveTwins counts what Terraform can say of Azure and a template
// of Azure Resource Manager cannot, for no reason that is written down.
func TestAzureTypesHaveTwins(t *testing.T) {
	c, err := Load(Options{Today: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	all := c.All()
	var open []string
	for _, id := range slices.Sorted(maps.Keys(all.Services)) {
		s := all.Services[id]
		decided := map[string]bool{}
		for _, twin := range s.Twins {
			decided[twin.Of] = true
		}
		for _, name := range slices.Sorted(maps.Keys(merged(s.Assets, s.Parts))) {
			if strings.HasPrefix(name, "azurerm_") && !decided[name] && s.Twinless[name] == "" {
				open = append(open, id+": "+name)
			}
		}
	}
	if len(open) > undecided {
		t.Errorf("%d types have neither a twin nor a reason for having none, at most %d may:\n%s", len(open), undecided, strings.Join(open, "\n"))
	}
	t.Logf("%d without either:\n%s", len(open), strings.Join(open, "\n"))
}

// merged are the keys of both maps.
func merged[V, W any](a map[string]V, b map[string]W) map[string]bool {
	out := map[string]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}
