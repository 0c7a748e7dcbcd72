package foreign

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
)

type ocsfFinding struct {
	ClassUID   int    `json:"class_uid"`
	Message    string `json:"message"`
	Severity   string `json:"severity"`
	Status     string `json:"status"`
	StatusCode string `json:"status_code"`
	Detail     string `json:"status_detail"`
	Comment    string `json:"comment"`
	Metadata   struct {
		EventCode string `json:"event_code"`
		Product   struct {
			Name string `json:"name"`
		} `json:"product"`
	} `json:"metadata"`
	Info       ocsfInfo `json:"finding_info"`
	Finding    ocsfInfo `json:"finding"` // before 1.1
	Compliance struct {
		Status       string   `json:"status"`
		Control      string   `json:"control"`
		Requirements []string `json:"requirements"`
		Standards    []string `json:"standards"`
	} `json:"compliance"`
	Resources   []ocsfResource `json:"resources"`
	Resource    *ocsfResource  `json:"resource"`
	Cloud       ocsfCloud      `json:"cloud"`
	Remediation struct {
		Desc       string   `json:"desc"`
		References []string `json:"references"`
		KBs        []string `json:"kb_articles"`
	} `json:"remediation"`
	Vulnerabilities []struct {
		Title string `json:"title"`
		Desc  string `json:"desc"`
		CVE   struct {
			UID string `json:"uid"`
		} `json:"cve"`
		UID      string   `json:"uid"`
		Severity string   `json:"severity"`
		Refs     []string `json:"references"`
		Packages []struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			Fixed   string `json:"fixed_in_version"`
			Manager string `json:"package_manager"`
		} `json:"affected_packages"`
	} `json:"vulnerabilities"`
	Unmapped struct {
		Categories loose            `json:"categories"`
		Compliance map[string]loose `json:"compliance"`
	} `json:"unmapped"`
}

// loose is a list of texts, in whatever shape versions of a tool write it.
type loose []string

// UnmarshalJSON takes a text, a list of texts, and nothing of anything else.
func (l *loose) UnmarshalJSON(b []byte) error {
	var v any
	if err := jsonv2.Unmarshal(b, &v, lenient); err != nil {
		return err
	}
	if s := text(v); s != "" {
		*l = loose{s}
		return nil
	}
	*l = texts(v)
	return nil
}

type ocsfInfo struct {
	UID     string   `json:"uid"`
	Title   string   `json:"title"`
	Desc    string   `json:"desc"`
	Types   []string `json:"types"`
	Product string   `json:"product_uid"`
	Analyt  struct {
		UID  string `json:"uid"`
		Name string `json:"name"`
	} `json:"analytic"`
}

type ocsfResource struct {
	UID       string `json:"uid"`
	Name      string `json:"name"`
	Type      string `json:"type"`
	Region    string `json:"region"`
	Namespace string `json:"namespace"`
	Group     struct {
		Name string `json:"name"`
	} `json:"group"`
}

type ocsfCloud struct {
	Provider string `json:"provider"`
	Region   string `json:"region"`
	Account  struct {
		UID string `json:"uid"`
	} `json:"account"`
}

// readOCSF takes an array, one object, or one object a line.
func readOCSF(r *report) error {
	if !r.oneALine() {
		return r.pass(func(d *document) error {
			var o ocsfFinding
			line, ok, err := d.value(&o)
			if !ok {
				return err
			}
			return r.giveOCSF(line, &o)
		})
	}
	return r.lines(func(line int, text []byte) error {
		var o ocsfFinding
		if err := jsonv2.Unmarshal(text, &o, lenient); err != nil {
			r.record(line, err)
			return nil
		}
		return r.giveOCSF(line, &o)
	})
}

func (r *report) giveOCSF(line int, o *ocsfFinding) error {
	info := o.Info
	if info.Title == "" {
		info = o.Finding
	}
	f := Finding{
		Tool: ToolName(cmp.Or(o.Metadata.Product.Name, "ocsf")), At: line,
		Rule:  cmp.Or(o.Metadata.EventCode, o.Compliance.Control, info.Analyt.Name, info.Title),
		Title: info.Title, Message: cmp.Or(o.Detail, o.Message), Severity: severity(o.Severity),
		Provider: provider(o.Cloud.Provider), Account: o.Cloud.Account.UID, Region: o.Cloud.Region,
		Categories: slices.Concat(o.Unmapped.Categories, info.Types), Remediation: o.Remediation.Desc,
		References: slices.Concat(o.Remediation.References, o.Remediation.KBs),
		Controls:   slices.Clone(o.Compliance.Requirements),
	}
	if f.Message == "" {
		f.Message = info.Desc
	}
	for _, framework := range slices.Sorted(maps.Keys(o.Unmapped.Compliance)) {
		for _, section := range o.Unmapped.Compliance[framework] {
			f.Controls = append(f.Controls, framework+" "+section)
		}
	}
	f.Outcome = ocsfOutcome(o)
	switch strings.ToLower(o.Status) {
	case "suppressed":
		f.Suppressed = cmp.Or(o.Comment, "muted in "+f.Tool)
	case "resolved", "archived":
		return nil
	}
	resources := o.Resources
	if o.Resource != nil {
		resources = append(resources, *o.Resource)
	}
	if len(resources) == 0 {
		resources = []ocsfResource{{}}
	}
	for _, res := range resources[:min(len(resources), maxList)] {
		g := f
		g.Resources, g.Type, g.Name = []string{res.UID, res.Name}, res.Type, cmp.Or(res.Name, res.UID)
		if res.Namespace != "" && g.Provider == "kubernetes" {
			g.Resources = append([]string{res.Type + "/" + res.Namespace + "/" + res.Name}, g.Resources...)
		}
		g.Region = cmp.Or(res.Region, f.Region)
		g.Categories = append(slices.Clip(g.Categories), res.Group.Name)
		if len(o.Vulnerabilities) == 0 {
			if err := r.give(g); err != nil {
				return err
			}
			continue
		}
		for _, v := range o.Vulnerabilities {
			h := g
			h.Rule = cmp.Or(v.CVE.UID, v.UID, g.Rule)
			h.Title, h.Message = cmp.Or(v.Title, h.Rule), cmp.Or(v.Desc, g.Message)
			h.Severity = cmp.Or(severity(v.Severity), g.Severity)
			h.References = append(slices.Clip(h.References), v.Refs...)
			h.Class = OSPackage
			for _, p := range v.Packages {
				h.Message = packageMessage(p.Name, p.Version, p.Fixed)
				if !osPackages[strings.ToLower(p.Manager)] && p.Manager != "" {
					h.Class = LanguagePackage
				}
			}
			if err := r.give(h); err != nil {
				return err
			}
		}
	}
	return nil
}

func ocsfOutcome(o *ocsfFinding) Outcome {
	switch strings.ToUpper(cmp.Or(o.StatusCode, o.Compliance.Status)) {
	case "PASS", "PASSED":
		return Pass
	case "MANUAL", "WARNING", "NOT_AVAILABLE", "UNKNOWN", "OTHER":
		return Unknown
	}
	return Fail // a finding without a status is one of something wrong
}

// osPackages are package managers and kinds of an operating system.
var osPackages = map[string]bool{
	"os": true, "apk": true, "deb": true, "dpkg": true, "rpm": true, "yum": true, "apt": true, "pacman": true, "alpm": true, "dnf": true,
}

// provider is the catalogue's name of a cloud.
func provider(name string) string {
	switch strings.ToLower(name) {
	case "aws", "amazon", "amazon web services":
		return "aws"
	case "azure", "microsoft", "azurerm":
		return "azure"
	case "gcp", "google", "google cloud":
		return "google"
	case "kubernetes", "k8s":
		return "kubernetes"
	}
	return ""
}

// packageMessage says what is vulnerable and what would mend it.
func packageMessage(name, version, fixed string) string {
	if name == "" {
		return ""
	}
	text := name
	if version != "" {
		text += " " + version
	}
	if fixed == "" || fixed == "NotAvailable" {
		return text + " is vulnerable; no fixed version is known"
	}
	return text + " is vulnerable; fixed in " + fixed
}
