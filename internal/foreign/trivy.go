package foreign

import (
	"cmp"
	"slices"
	"strings"
)

type trivyResult struct {
	Target          string `json:"Target"`
	Class           string `json:"Class"`
	Type            string `json:"Type"`
	Vulnerabilities []struct {
		ID         string   `json:"VulnerabilityID"`
		Package    string   `json:"PkgName"`
		Path       string   `json:"PkgPath"`
		Installed  string   `json:"InstalledVersion"`
		Fixed      string   `json:"FixedVersion"`
		Title      string   `json:"Title"`
		Severity   string   `json:"Severity"`
		Primary    string   `json:"PrimaryURL"`
		References []string `json:"References"`
	} `json:"Vulnerabilities"`
	Misconfigurations []trivyMisconfiguration `json:"Misconfigurations"`
	Secrets           []struct {
		ID       string `json:"RuleID"`
		Category string `json:"Category"`
		Severity string `json:"Severity"`
		Title    string `json:"Title"`
		Start    int    `json:"StartLine"`
		End      int    `json:"EndLine"`
	} `json:"Secrets"` // Match and Code, which quote them, are not read
	Modified []trivyModified `json:"ExperimentalModifiedFindings"`
}

type trivyMisconfiguration struct {
	ID          string   `json:"ID"`
	AVDID       string   `json:"AVDID"`
	Title       string   `json:"Title"`
	Message     string   `json:"Message"`
	Resolution  string   `json:"Resolution"`
	Severity    string   `json:"Severity"`
	Primary     string   `json:"PrimaryURL"`
	References  []string `json:"References"`
	Status      string   `json:"Status"`
	CauseRecord struct {
		Resource string `json:"Resource"`
		Provider string `json:"Provider"`
		Service  string `json:"Service"`
		Start    int    `json:"StartLine"`
		End      int    `json:"EndLine"`
	} `json:"CauseMetadata"`
}

// trivyModified is what a VEX document or an ignore file took out.
type trivyModified struct {
	Type      string `json:"Type"`
	Status    string `json:"Status"`
	Statement string `json:"Statement"`
	Source    string `json:"Source"`
	Finding   struct {
		trivyMisconfiguration
		VulnerabilityID string `json:"VulnerabilityID"`
		Package         string `json:"PkgName"`
		Installed       string `json:"InstalledVersion"`
		Fixed           string `json:"FixedVersion"`
	} `json:"Finding"`
}

// trivyScope is what a result lies in.
type trivyScope struct {
	artifact, kind string // "nginx:1.25", "container_image"
	resource       string // of a scanned cluster
}

func readTrivy(r *report) error {
	top := trivyScope{}
	first := r.pass(func(d *document) error { // what was scanned may stand behind what was found
		return d.object(func(name string) error {
			switch name {
			case "ArtifactName":
				return d.text(&top.artifact)
			case "ArtifactType":
				return d.text(&top.kind)
			}
			return d.skip()
		})
	})
	if err := r.pass(func(d *document) error { return r.trivyObject(d, top) }); err != nil {
		return err
	}
	return first
}

func (r *report) trivyObject(d *document, in trivyScope) error {
	if r.bareTrivyResults() {
		return r.trivyResult(d, in) // the list of results alone, as Trivy wrote it before 0.20
	}
	return d.object(func(name string) error {
		switch name {
		case "Results":
			return d.array(func() error { return r.trivyResult(d, in) })
		case "Vulnerabilities", "Misconfigurations", "Resources", "Findings": // of a cluster
			return d.array(func() error { return r.trivyWorkload(d) })
		}
		return d.skip()
	})
}

func (r *report) bareTrivyResults() bool {
	has := members(string(r.head))
	return has["Target"] && !has["Results"] && !has["ClusterName"]
}

// trivyWorkload reads what was found on one object of a cluster.
func (r *report) trivyWorkload(d *document) error {
	var w struct {
		Namespace string        `json:"Namespace"`
		Kind      string        `json:"Kind"`
		Name      string        `json:"Name"`
		Results   []trivyResult `json:"Results"`
	}
	line, ok, err := d.value(&w)
	if !ok {
		return err
	}
	for i := range w.Results {
		if err := r.giveTrivy(line, &w.Results[i], trivyScope{kind: "cluster", resource: w.Kind + "/" + w.Namespace + "/" + w.Name}); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) trivyResult(d *document, in trivyScope) error {
	var res trivyResult
	line, ok, err := d.value(&res)
	if !ok {
		return err
	}
	return r.giveTrivy(line, &res, in)
}

func (r *report) giveTrivy(line int, res *trivyResult, in trivyScope) error {
	base := Finding{Tool: "trivy", At: line, Outcome: Fail, Categories: []string{res.Class, res.Type}}
	target, _, _ := strings.Cut(res.Target, " (")
	switch in.kind {
	case "container_image":
		base.Image = cmp.Or(in.artifact, target)
	case "vm":
		base.Host = in.artifact
	case "cluster":
		base.Resources, base.Provider = []string{in.resource}, "kubernetes"
		base.Type, _, _ = strings.Cut(in.resource, "/")
		base.Name = lastPart(in.resource)
		if res.Class == "os-pkgs" {
			base.Image = target
		}
	default:
		base.File = FilePath(target)
		if res.Type == "dockerfile" {
			base.Type, base.Resources = "dockerfile/Image", []string{base.File}
		}
		if res.Class == "os-pkgs" { // a root file system, or a list of results without a head
			base.Host, base.File = cmp.Or(in.artifact, target), ""
			if in.kind == "" {
				base.Host, base.Image = "", target
			}
		}
	}
	for _, v := range res.Vulnerabilities {
		f := base
		f.Rule, f.Title, f.Severity, f.Class = v.ID, cmp.Or(v.Title, v.ID), severity(v.Severity), OSPackage
		f.Message, f.References = packageMessage(v.Package, v.Installed, v.Fixed), append([]string{v.Primary}, v.References...)
		if res.Class != "os-pkgs" {
			f.Class = LanguagePackage
		}
		if v.Fixed != "" {
			f.Remediation = "Move " + v.Package + " to " + v.Fixed + "."
		}
		if err := r.give(f); err != nil {
			return err
		}
	}
	for i := range res.Misconfigurations {
		if err := r.give(trivyMisconfig(base, &res.Misconfigurations[i])); err != nil {
			return err
		}
	}
	for _, s := range res.Secrets {
		f := base
		f.Rule, f.Title, f.Severity, f.Class = s.ID, cmp.Or(s.Title, s.Category), severity(s.Severity), Secret
		f.Line, f.EndLine = s.Start, s.End
		if f.File == "" && in.kind != "cluster" {
			f.File = FilePath(target)
		}
		if err := r.give(f); err != nil {
			return err
		}
	}
	for i := range res.Modified {
		if err := r.give(trivySetAside(base, &res.Modified[i], res.Class)); err != nil {
			return err
		}
	}
	return nil
}

func trivyMisconfig(base Finding, m *trivyMisconfiguration) Finding {
	f := base
	f.Rule, f.Title, f.Message, f.Severity = cmp.Or(m.AVDID, m.ID), m.Title, m.Message, severity(m.Severity)
	f.Remediation, f.References = m.Resolution, append([]string{m.Primary}, m.References...)
	f.Line, f.EndLine = m.CauseRecord.Start, m.CauseRecord.End
	f.Categories = append(slices.Clip(f.Categories), m.CauseRecord.Service)
	if m.CauseRecord.Resource != "" {
		f.Resources = append(slices.Clip(f.Resources), m.CauseRecord.Resource)
	}
	if f.Provider == "" {
		f.Provider = provider(m.CauseRecord.Provider)
	}
	switch m.Status {
	case "PASS":
		f.Outcome = Pass
	case "EXCEPTION":
		f.Suppressed = "excepted by a policy given to Trivy"
	}
	return f
}

func trivySetAside(base Finding, m *trivyModified, class string) Finding {
	f := trivyMisconfig(base, &m.Finding.trivyMisconfiguration)
	if id := m.Finding.VulnerabilityID; id != "" {
		f.Rule, f.Title = id, cmp.Or(f.Title, id)
		f.Message, f.Class = packageMessage(m.Finding.Package, m.Finding.Installed, m.Finding.Fixed), OSPackage
		if class != "os-pkgs" {
			f.Class = LanguagePackage
		}
	}
	f.Outcome = Fail
	f.Suppressed = cmp.Or(m.Statement, strings.TrimSpace(strings.ReplaceAll(m.Status, "_", " ")+" "+m.Source), "set aside in Trivy")
	return f
}
