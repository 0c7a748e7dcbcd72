package expr

import (
	"fmt"
	"testing"
)

func TestAlternativesInPaths(t *testing.T) {
	env, err := NewResourceEnv()
	if err != nil {
		t.Fatal(err)
	}
	pod := map[string]any{"spec": map[string]any{
		"containers":     []any{map[string]any{"name": "web", "probe": map[string]any{"port": float64(80)}}, map[string]any{"name": "side"}},
		"initContainers": []any{map[string]any{"name": "init"}},
	}}
	for src, want := range map[string]string{
		`all(r, "spec.containers|initContainers").map(c, c.name)`:     "[web side init]",
		`all(r, "spec.initContainers|ephemeralContainers.name")`:      "[init]",
		`all(r, "spec.ephemeralContainers|others")`:                   "[]",
		`written(r, "spec.initContainers|containers.probe.port")`:     "true",
		`written(r, "spec.initContainers|ephemeralContainers.probe")`: "false",
		`get(r, "spec.ephemeralContainers|initContainers.name")`:      "init",
	} {
		m, err := env.Mapping(src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got := fmt.Sprint(m.Eval(pod)); got != want {
			t.Errorf("%s = %s, want %s", src, got, want)
		}
	}
	if got := fmt.Sprint(Alternatives("a.b|c.d|e")); got != "[a.b.d a.b.e a.c.d a.c.e]" {
		t.Errorf("alternatives = %s", got)
	}
}
