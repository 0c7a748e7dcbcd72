package foreign

import (
	"regexp"
	"strings"
)

type kicsQuery struct {
	ID          string `json:"query_id"`
	Name        string `json:"query_name"`
	URL         string `json:"query_url"`
	Severity    string `json:"severity"`
	Platform    string `json:"platform"`
	Cloud       string `json:"cloud_provider"`
	Category    string `json:"category"`
	Description string `json:"description"`
	CIS         string `json:"cis_description_id"`
	Files       []struct {
		Name     string `json:"file_name"`
		Line     int    `json:"line"`
		Type     string `json:"resource_type"`
		Resource string `json:"resource_name"`
		Key      string `json:"search_key"`
		Expected string `json:"expected_value"`
		Actual   string `json:"actual_value"`
	} `json:"files"`
}

// readKICS takes the JSON of `kics scan`: queries, each with the places that
// fail it. Bills of materials stand in a list of their own, which is no finding.
func readKICS(r *report) error {
	return r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "queries" {
				return d.skip()
			}
			return d.array(func() error {
				var q kicsQuery
				line, ok, err := d.value(&q)
				if !ok {
					return err
				}
				return r.giveKICS(line, &q)
			})
		})
	})
}

func (r *report) giveKICS(line int, q *kicsQuery) error {
	base := Finding{
		Tool: "kics", At: line, Rule: q.ID, Title: q.Name, Severity: severity(q.Severity), Outcome: Fail, Provider: provider(q.Cloud),
		Categories: []string{q.Category, q.Platform}, References: []string{q.URL},
	}
	if strings.HasPrefix(q.Name, "Passwords And Secrets") {
		base.Class = Secret
	}
	for _, at := range q.Files {
		f := base
		f.Message, f.Remediation = at.Actual, at.Expected
		f.File, f.Line, f.Type, f.Name = FilePath(at.Name), at.Line, at.Type, at.Resource
		switch q.Platform {
		case "Terraform":
			f.Resources = blockOf(at.Key)
		case "Kubernetes":
			f.Provider = "kubernetes"
			if at.Type != "" && at.Resource != "" && at.Type != "n/a" && at.Resource != "n/a" {
				f.Resources = []string{at.Type + "//" + at.Resource}
			}
		case "Dockerfile":
			f.Type, f.Resources = "dockerfile/Image", []string{f.File}
		}
		if f.Class == Secret {
			f.Resources, f.Name, f.Remediation = nil, "", ""
		}
		if err := r.give(f); err != nil {
			return err
		}
	}
	return nil
}

// keyed is a block as scanners write where a rule looked: aws_s3_bucket[logs].acl,
// resource.aws_s3_bucket[logs].
var keyed = regexp.MustCompile(`^(?:resource\.)?([a-z][a-z0-9]*_[a-z0-9_]+)\[\{*"?([\w-]+)"?\}*\]`)

// blockOf is the address of the block that a key means.
func blockOf(key string) []string {
	if m := keyed.FindStringSubmatch(key); m != nil {
		return []string{m[1] + "." + m[2]}
	}
	return nil
}
