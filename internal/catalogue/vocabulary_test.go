package catalogue

import (
	"maps"
	"slices"
	"testing"
)

// TestVocabularyIsUsed rejects words nobody speaks: a fact no mapping fills,
// a kind no type has, a document nothing rests on.
func TestVocabularyIsUsed(t *testing.T) {
	c := embedded(t)
	facts, kinds := map[string]bool{SecretsFact: true}, map[string]bool{}
	for _, a := range c.Assets {
		kinds[a.KindID] = true
		for name := range a.Facts {
			facts[name] = true
		}
	}
	for _, p := range c.Parts {
		for name := range p.Facts {
			facts[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Facts)) {
		if !facts[name] && c.Facts[name].Derived == "" {
			t.Errorf("facts.yaml: no mapping fills %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Kinds)) {
		if !kinds[name] {
			t.Errorf("kinds.yaml: no type is a %s", name)
		}
	}
}
