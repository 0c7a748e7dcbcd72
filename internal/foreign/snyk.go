package foreign

import (
	"cmp"
	"strings"
)

type snykIssue struct {
	ID            string   `json:"id"`
	Public        string   `json:"publicId"`
	Title         string   `json:"title"`
	Severity      string   `json:"severity"`
	Ignored       bool     `json:"isIgnored"`
	Service       string   `json:"subType"`
	Documentation string   `json:"documentation"`
	Issue         string   `json:"issue"`
	Resolve       string   `json:"resolve"`
	Line          int      `json:"lineNumber"`
	References    []string `json:"references"`
	Path          []any    `json:"path"`
	Description   struct {
		Issue   string `json:"issue"`
		Resolve string `json:"resolve"`
	} `json:"iacDescription"`
}

// readSnykIaC takes the JSON of `snyk iac test`: one object for each file, in a
// list where there are several. The file's name may stand behind its issues.
func readSnykIaC(r *report) error {
	return r.pass(func(d *document) error {
		file, kind := "", ""
		var found []Finding
		err := d.object(func(name string) error {
			switch name {
			case "targetFile":
				return d.text(&file)
			case "projectType":
				return d.text(&kind)
			case "infrastructureAsCodeIssues":
				return d.array(func() error {
					var issue snykIssue
					line, ok, err := d.value(&issue)
					if ok && len(found) < maxFindings {
						found = append(found, snykFinding(line, &issue))
					}
					return err
				})
			}
			return d.skip()
		})
		for _, f := range found {
			f.File = FilePath(file)
			f.Categories = append(f.Categories, kind)
			if kind == "k8sconfig" || kind == "helmconfig" {
				f.Provider = "kubernetes"
			}
			if err := r.give(f); err != nil {
				return err
			}
		}
		return err
	})
}

func snykFinding(line int, s *snykIssue) Finding {
	f := Finding{
		Tool: "snyk-iac", At: line, Rule: cmp.Or(s.Public, s.ID), Title: s.Title, Severity: severity(s.Severity), Outcome: Fail,
		Message: cmp.Or(s.Description.Issue, s.Issue), Remediation: cmp.Or(s.Description.Resolve, s.Resolve), Line: max(0, s.Line),
		Categories: []string{s.Service}, References: append([]string{s.Documentation}, s.References...),
	}
	for _, ref := range s.References {
		if strings.HasPrefix(ref, "CIS ") {
			f.Controls = append(f.Controls, ref)
		}
	}
	if len(s.Path) > 1 && text(s.Path[0]) == "resource" {
		f.Resources = blockOf(text(s.Path[1]))
	}
	if s.Ignored {
		f.Suppressed = "ignored in Snyk"
	}
	return f
}
