package cli

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Our own chart, container file and unit hold against our own checks, in every
// shape that the chart's values give it. What is accepted stands with its
// reason in deploy/demarc.yaml.
func TestDeployment(t *testing.T) {
	for name, values := range map[string][]string{
		"as it comes": nil,
		"embedded":    {"replicas: 3", "replicas: 1", "embedded:\n  enabled: false", "embedded:\n  enabled: true"},
		"everything": {
			`tls:` + "\n  secretName: \"\"", "tls:\n  secretName: demarc-tls", "ingress:\n  enabled: false", "ingress:\n  enabled: true",
			`host: ""`, "host: demarc.example.com", `tlsSecretName: ""`, "tlsSecretName: demarc-public", "serviceMonitor:\n  enabled: false", "serviceMonitor:\n  enabled: true",
			"metricsFrom: []", "metricsFrom: [{namespaceSelector: {matchLabels: {name: monitoring}}}]", `otlpEndpoint: ""`, "otlpEndpoint: http://collector:4318",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("../../deploy")); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, "helm", "demarc", "values.yaml")
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := string(b)
			for i := 0; i < len(values); i += 2 {
				if !strings.Contains(text, values[i]) {
					t.Fatalf("the chart has no value %q", values[i])
				}
				text = strings.Replace(text, values[i], values[i+1], 1)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			env := &Env{Out: &out, Err: &errs, Now: time.Now}
			if code := Run(t.Context(), []string{"assess", dir, "--format", "json"}, env); code != ExitClean {
				t.Errorf("exit %d\n%s", code, errs.String())
			}
			found := read(t, out.Bytes())
			for _, typ := range []string{"dockerfile/Image", "apps/Deployment", "networking.k8s.io/NetworkPolicy", "core/Service", "policy/PodDisruptionBudget"} {
				if name == "embedded" && typ == "apps/Deployment" {
					typ = "apps/StatefulSet"
				}
				if !found[typ] {
					t.Errorf("no %s was looked at, only %s", typ, slices.Sorted(maps.Keys(found)))
				}
			}
		})
	}
}

// read returns the types that were assessed, and reports what fails.
func read(t *testing.T, b []byte) map[string]bool {
	t.Helper()
	var a struct {
		Assets []struct {
			Address string `json:"address"`
			Type    string `json:"native_type"`
		} `json:"assets"`
		Findings []struct {
			Check   string `json:"check"`
			Result  string `json:"result"`
			Message string `json:"message"`
			Waived  any    `json:"waiver"`
		} `json:"findings"`
	}
	if err := json.Unmarshal(b, &a); err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{}
	for _, asset := range a.Assets {
		types[asset.Type] = true
	}
	for _, f := range a.Findings {
		if f.Result == "fail" && f.Waived == nil {
			t.Errorf("%s: %s", f.Check, f.Message)
		}
	}
	return types
}
