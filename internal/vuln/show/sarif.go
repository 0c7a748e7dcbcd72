package show

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/demarc-sec/demarc/internal/vuln"
)

// The part of SARIF 2.1.0 that is written.
type (
	log struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}
	run struct {
		Tool struct {
			Driver driver `json:"driver"`
		} `json:"tool"`
		Invocations []invocation `json:"invocations"`
		Results     []result     `json:"results"`
	}
	driver struct {
		Name  string `json:"name"`
		URI   string `json:"informationUri"`
		Rules []rule `json:"rules"`
	}
	rule struct {
		ID         string         `json:"id"`
		Short      message        `json:"shortDescription"`
		Help       string         `json:"helpUri,omitempty"`
		Properties map[string]any `json:"properties,omitempty"`
	}
	message struct {
		Text string `json:"text"`
	}
	invocation struct {
		Successful bool           `json:"executionSuccessful"`
		Notes      []notification `json:"toolExecutionNotifications,omitempty"`
	}
	notification struct {
		Level   string  `json:"level"`
		Message message `json:"message"`
	}
	result struct {
		Rule       string            `json:"ruleId"`
		Level      string            `json:"level"`
		Message    message           `json:"message"`
		Locations  []location        `json:"locations"`
		Prints     map[string]string `json:"partialFingerprints"`
		Properties map[string]any    `json:"properties"`
	}
	location struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
		} `json:"physicalLocation"`
		Logical []logical `json:"logicalLocations"`
	}
	logical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
)

// SARIF writes a report for tools; file is where the inventory was read from.
// What was not evaluated is told as notifications, and makes the run one that
// did not succeed in full.
func SARIF(out io.Writer, r *vuln.Report, file string) error {
	var one run
	one.Tool.Driver = driver{Name: "Demarc", URI: "https://github.com/demarc-sec/demarc", Rules: []rule{}}
	one.Results = []result{}
	inv := invocation{Successful: r.Result != vuln.NotEvaluated && len(r.Why) == 0}
	for _, why := range r.Why {
		inv.Notes = append(inv.Notes, notification{"error", message{why}})
	}
	for _, u := range r.NotEvaluated {
		inv.Notes = append(inv.Notes, notification{"warning", message{fmt.Sprintf("%s %s was not evaluated: %s", u.Package, u.Version, u.Why)}})
	}
	one.Invocations = []invocation{inv}
	seen := make(map[string]bool)
	for _, v := range r.Vulnerabilities {
		if !seen[v.ID] {
			seen[v.ID] = true
			one.Tool.Driver.Rules = append(one.Tool.Driver.Rules, ruleOf(v))
		}
		one.Results = append(one.Results, resultOf(v, file))
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", " ")
	return enc.Encode(log{Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Version: "2.1.0", Runs: []run{one}})
}

func ruleOf(v vuln.Vulnerability) rule {
	r := rule{ID: v.ID, Short: message{v.Summary}, Help: v.URL}
	if r.Short.Text == "" {
		r.Short.Text = v.ID
	}
	if v.Score > 0 {
		r.Properties = map[string]any{"security-severity": fmt.Sprintf("%.1f", v.Score)}
	}
	return r
}

func resultOf(v vuln.Vulnerability, file string) result {
	text := fmt.Sprintf("%s %s has %s", v.Packages[0].Name, v.Packages[0].Version, v.ID)
	if v.Fixed == "" {
		text += ", for which there is no fix yet"
	} else {
		text += "; " + v.Fixed + " is fixed"
	}
	r := result{
		Rule: v.ID, Level: level(v), Message: message{text},
		Prints:     map[string]string{"demarc/v1": v.ID + " " + v.Source},
		Properties: map[string]any{"severity": v.Severity, "fixed": v.Fixed, "days": v.Days, "use": v.Use, "advisories": v.Advisories},
	}
	if v.EPSS > 0 {
		r.Properties["epss"] = v.EPSS
	}
	if v.KEV != nil {
		r.Properties["kev"] = v.KEV
	}
	var at location
	at.Physical.Artifact.URI = strings.ReplaceAll(file, " ", "%20")
	for _, p := range v.Packages {
		at.Logical = append(at.Logical, logical{p.Name + "@" + p.Version, "package"})
	}
	r.Locations = []location{at}
	return r
}

func level(v vuln.Vulnerability) string {
	switch v.Severity {
	case "critical", "high":
		return "error"
	case "medium", "unknown":
		return "warning"
	}
	return "note"
}
