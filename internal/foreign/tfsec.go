package foreign

import (
	"cmp"
	"regexp"
)

type tfsecResult struct {
	ID          string   `json:"rule_id"`
	Long        string   `json:"long_id"`
	Rule        string   `json:"rule_description"`
	Provider    string   `json:"rule_provider"`
	Service     string   `json:"rule_service"`
	Resolution  string   `json:"resolution"`
	Links       []string `json:"links"`
	Description string   `json:"description"`
	Severity    string   `json:"severity"`
	Status      any      `json:"status"` // 0 failed, 1 passed, 2 ignored
	Passed      bool     `json:"passed"` // before 0.60
	Resource    string   `json:"resource"`
	Location    struct {
		File  string `json:"filename"`
		Start int    `json:"start_line"`
		End   int    `json:"end_line"`
	} `json:"location"`
}

// readTFSec takes the JSON of tfsec.
func readTFSec(r *report) error {
	return r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "results" {
				return d.skip()
			}
			return d.array(func() error {
				var res tfsecResult
				line, ok, err := d.value(&res)
				if !ok {
					return err
				}
				return r.give(tfsecFinding(line, &res))
			})
		})
	})
}

// lastBlock is the type of the block that an address ends in: that of
// module.a:aws_s3_bucket.b, of module.a["x"].aws_s3_bucket.b[0].
var lastBlock = regexp.MustCompile(`(?:^|[.:])([a-z][a-z0-9_]*)\.[\w-]+(?:\[[^\]]*\])?$`)

func tfsecFinding(line int, res *tfsecResult) Finding {
	f := Finding{
		Tool: "tfsec", At: line, Rule: cmp.Or(res.Long, res.ID), Title: cmp.Or(res.Rule, res.Description), Message: res.Description,
		Severity: cmp.Or(severity(res.Severity), semgrepSeverity(res.Severity)), Outcome: Fail, Provider: provider(res.Provider),
		File: FilePath(res.Location.File), Line: res.Location.Start, EndLine: res.Location.End,
		Categories: []string{res.Service}, References: res.Links, Remediation: res.Resolution,
	}
	if res.Long != "" && res.ID != "" {
		f.Aliases = []string{res.ID}
	}
	if res.Resource != "" {
		f.Resources = []string{res.Resource}
		if m := lastBlock.FindStringSubmatch(res.Resource); m != nil {
			f.Type = m[1]
		}
	}
	switch status := text(res.Status); {
	case status == "1" || res.Passed:
		f.Outcome = Pass
	case status == "2":
		f.Suppressed = "ignored in tfsec"
	}
	return f
}
