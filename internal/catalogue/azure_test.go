package catalogue

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAzureTypesHaveTwins demands of every type of the azurerm provider that a
// template of Azure Resource Manager can say the same, or a reason why none can.
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
	if len(open) > 0 {
		t.Errorf("%d types have neither a twin nor a reason for having none (twins.yaml, `without`):\n%s", len(open), strings.Join(open, "\n"))
	}
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
