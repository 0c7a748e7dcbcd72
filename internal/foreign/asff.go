package foreign

import (
	"cmp"
	"slices"
	"strings"
)

type asffFinding struct {
	ID          string            `json:"Id"`
	Generator   string            `json:"GeneratorId"`
	ProductArn  string            `json:"ProductArn"`
	ProductName string            `json:"ProductName"`
	Account     string            `json:"AwsAccountId"`
	Region      string            `json:"Region"`
	Types       []string          `json:"Types"`
	Title       string            `json:"Title"`
	Description string            `json:"Description"`
	State       string            `json:"RecordState"`
	Product     map[string]string `json:"ProductFields"`
	Severity    struct {
		Label string `json:"Label"`
	} `json:"Severity"`
	Workflow struct {
		Status string `json:"Status"`
	} `json:"Workflow"`
	Note struct {
		Text string `json:"Text"`
	} `json:"Note"`
	Remediation struct {
		Recommendation struct {
			Text string `json:"Text"`
			URL  string `json:"Url"`
		} `json:"Recommendation"`
	} `json:"Remediation"`
	Compliance struct {
		Status       string   `json:"Status"`
		Control      string   `json:"SecurityControlId"`
		Requirements []string `json:"RelatedRequirements"`
	} `json:"Compliance"`
	Resources []struct {
		Type      string `json:"Type"`
		ID        string `json:"Id"`
		Partition string `json:"Partition"`
		Region    string `json:"Region"`
	} `json:"Resources"`
	Vulnerabilities []struct {
		ID       string `json:"Id"`
		Packages []struct {
			Name    string `json:"Name"`
			Version string `json:"Version"`
			Fixed   string `json:"FixedInVersion"`
			Manager string `json:"PackageManager"`
		} `json:"VulnerablePackages"`
		URLs   []string `json:"ReferenceUrls"`
		Vendor struct {
			Severity string `json:"VendorSeverity"`
			URL      string `json:"Url"`
		} `json:"Vendor"`
	} `json:"Vulnerabilities"`
}

// readASFF takes {"Findings": […]}, an array of findings, or one.
func readASFF(r *report) error {
	one := func(d *document) error {
		var a asffFinding
		line, ok, err := d.value(&a)
		if !ok {
			return err
		}
		return r.giveASFF(line, &a)
	}
	wrapped := members(string(r.head))["Findings"]
	return r.pass(func(d *document) error {
		if !wrapped {
			return one(d)
		}
		return d.object(func(name string) error {
			if name != "Findings" {
				return d.skip()
			}
			return d.array(func() error { return one(d) })
		})
	})
}

func (r *report) giveASFF(line int, a *asffFinding) error {
	if a.State == "ARCHIVED" || a.Workflow.Status == "RESOLVED" {
		return nil
	}
	product := cmp.Or(a.ProductName, a.Product["ProviderName"], a.Product["aws/securityhub/ProductName"], lastPart(a.ProductArn))
	f := Finding{
		Tool: ToolName(product), At: line, Title: a.Title, Message: a.Description, Severity: severity(a.Severity.Label),
		Provider: "aws", Account: a.Account, Region: a.Region, Categories: a.Types, Controls: a.Compliance.Requirements,
		Remediation: a.Remediation.Recommendation.Text, References: []string{a.Remediation.Recommendation.URL},
	}
	f.Rule = cmp.Or(a.Compliance.Control, a.Product["ControlId"], strings.TrimPrefix(lastPart(a.Generator), f.Tool+"-"), a.Title)
	if strings.HasPrefix(a.Generator, "arn:") && a.Compliance.Control == "" && a.Product["ControlId"] == "" {
		f.Rule = a.Title // a detector's own number says nothing
	}
	switch a.Compliance.Status {
	case "PASSED":
		f.Outcome = Pass
	case "WARNING", "NOT_AVAILABLE":
		f.Outcome = Unknown
	default:
		f.Outcome = Fail
	}
	if a.Workflow.Status == "SUPPRESSED" {
		f.Suppressed = cmp.Or(a.Note.Text, "suppressed in Security Hub")
	}
	resources := a.Resources[:min(len(a.Resources), maxList)]
	if len(resources) == 0 {
		resources = append(resources, struct {
			Type      string `json:"Type"`
			ID        string `json:"Id"`
			Partition string `json:"Partition"`
			Region    string `json:"Region"`
		}{ID: a.Account, Type: "AwsAccount"})
	}
	for _, res := range resources {
		g := f
		g.Resources, g.Type, g.Name, g.Region = []string{res.ID}, res.Type, lastPart(res.ID), cmp.Or(res.Region, f.Region)
		if name := a.Product["ProwlerResourceName"]; name != "" {
			g.Resources, g.Name = append(g.Resources, name), name
		}
		if res.Type == "AwsEcrContainerImage" || res.Type == "Container" {
			g.Image = res.ID
		}
		if len(a.Vulnerabilities) == 0 {
			if strings.Contains(strings.Join(a.Types, " "), "Vulnerabilities/CVE") || advisory.MatchString(f.Rule) {
				g.Class = asffClass(res.Type, "")
			}
			if err := r.give(g); err != nil {
				return err
			}
			continue
		}
		for _, v := range a.Vulnerabilities {
			h := g
			h.Rule = cmp.Or(v.ID, g.Rule)
			h.References = slices.Concat(h.References, v.URLs, []string{v.Vendor.URL})
			h.Class = OSPackage
			for _, p := range v.Packages {
				h.Message = packageMessage(p.Name, p.Version, p.Fixed)
				h.Class = asffClass(res.Type, p.Manager)
			}
			if err := r.give(h); err != nil {
				return err
			}
		}
	}
	return nil
}

func asffClass(resource, manager string) Class {
	if resource == "AwsLambdaFunction" || manager != "" && !osPackages[strings.ToLower(manager)] {
		return LanguagePackage
	}
	return OSPackage
}

// lastPart is what stands behind the last slash or colon.
func lastPart(s string) string { return s[strings.LastIndexAny(s, "/:")+1:] }
