package foreign

import (
	"cmp"
	"slices"
	"strings"
)

type checkovRecord struct {
	ID       string `json:"check_id"`
	Name     string `json:"check_name"`
	Severity string `json:"severity"`
	Result   struct {
		Result  string `json:"result"`
		Comment string `json:"suppress_comment"`
	} `json:"check_result"`
	File       string `json:"file_path"`
	Absolute   string `json:"file_abs_path"`
	Repository string `json:"repo_file_path"`
	Range      []int  `json:"file_line_range"`
	Resource   string `json:"resource"`
	Address    string `json:"resource_address"`
	Guideline  string `json:"guideline"`
	Category   string `json:"bc_category"`
	Package    *struct {
		ID       string   `json:"id"`
		Name     string   `json:"package_name"`
		Version  string   `json:"package_version"`
		Fixed    string   `json:"lowest_fixed_version"`
		Severity string   `json:"severity"`
		Link     string   `json:"link"`
		Files    []string `json:"-"`
	} `json:"vulnerability_details"`
} // code_block, which quotes the source, is not read

// readCheckov takes one report or an array of them, one for each framework.
func readCheckov(r *report) error {
	return r.pass(func(d *document) error {
		kind := ""
		return d.object(func(name string) error {
			switch name {
			case "check_type":
				return d.text(&kind)
			case "results":
				return d.object(func(list string) error {
					if !strings.HasSuffix(list, "_checks") {
						return d.skip()
					}
					return d.array(func() error {
						var c checkovRecord
						line, ok, err := d.value(&c)
						if !ok {
							return err
						}
						return r.give(checkovFinding(line, kind, list, &c))
					})
				})
			}
			return d.skip()
		})
	})
}

func checkovFinding(line int, kind, list string, c *checkovRecord) Finding {
	f := Finding{
		Tool: "checkov", At: line, Rule: c.ID, Title: c.Name, Severity: severity(c.Severity), Outcome: Fail,
		File: FilePath(cmp.Or(c.Absolute, c.Repository, c.File)), References: []string{c.Guideline}, Categories: []string{c.Category, kind},
	}
	switch {
	case c.Result.Result == "PASSED" || c.Result.Result == "" && list == "passed_checks":
		f.Outcome = Pass
	case c.Result.Result == "SKIPPED" || list == "skipped_checks":
		f.Suppressed = cmp.Or(c.Result.Comment, "skipped in Checkov")
	case c.Result.Result == "UNKNOWN":
		f.Outcome = Unknown
	}
	if len(c.Range) == 2 {
		f.Line, f.EndLine = c.Range[0], c.Range[1]
	}
	switch {
	case kind == "secrets" || secretID.MatchString(c.ID):
		f.Class = Secret // its resource is a hash of what was found
	case c.Package != nil || strings.HasPrefix(kind, "sca"):
		f.Class = LanguagePackage
		if p := c.Package; p != nil {
			f.Rule, f.Severity = cmp.Or(p.ID, f.Rule), cmp.Or(severity(p.Severity), f.Severity)
			f.Message, f.References = packageMessage(p.Name, p.Version, p.Fixed), append(f.References, p.Link)
		}
		if kind == "sca_image" {
			f.Class, f.Image = OSPackage, c.Resource
		}
	case kind == "dockerfile": // its resource is the instruction
		f.Type, f.Resources = "dockerfile/Image", []string{f.File}
	default:
		resource := c.Resource
		if kind == "kubernetes" || kind == "helm" || kind == "kustomize" {
			f.Provider = "kubernetes"
			resource = resource[strings.LastIndexByte(resource, ':')+1:] // base:Deployment.default.web, overlay:prod:Deployment.shop.web
		}
		f.Resources = slices.Compact([]string{c.Address, resource})
		f.Type, _, _ = strings.Cut(resource, ".")
	}
	return f
}
