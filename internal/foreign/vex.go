package foreign

import (
	"cmp"
	"net/url"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
)

type cdxComponent struct {
	Ref        string         `json:"bom-ref"`
	Type       string         `json:"type"`
	Group      string         `json:"group"`
	Name       string         `json:"name"`
	Version    string         `json:"version"`
	PURL       string         `json:"purl"`
	Components []cdxComponent `json:"components"`
}

type cdxVulnerability struct {
	ID     string `json:"id"`
	Source struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	} `json:"source"`
	Ratings []struct {
		Severity string  `json:"severity"`
		Score    float64 `json:"score"`
	} `json:"ratings"`
	Description    string `json:"description"`
	Recommendation string `json:"recommendation"`
	Advisories     []struct {
		URL string `json:"url"`
	} `json:"advisories"`
	Analysis struct {
		State         string `json:"state"`
		Justification string `json:"justification"`
		Detail        string `json:"detail"`
	} `json:"analysis"`
	Affects []struct {
		Ref string `json:"ref"`
	} `json:"affects"`
}

// readCycloneDX reads twice: vulnerabilities refer to components, wherever
// those stand.
func readCycloneDX(r *report) error {
	components := map[string]cdxComponent{}
	var subject cdxComponent
	tool := ""
	var add func(c cdxComponent, depth int)
	add = func(c cdxComponent, depth int) {
		if depth > 32 {
			return
		}
		for _, in := range c.Components {
			add(in, depth+1)
		}
		c.Components = nil
		components[c.Ref] = c
	}
	first := r.pass(func(d *document) error {
		return d.object(func(name string) error {
			switch name {
			case "metadata":
				return d.object(func(name string) error {
					switch name {
					case "component":
						_, _, err := d.value(&subject)
						return err
					case "tools":
						return cdxTools(d, &tool)
					}
					return d.skip()
				})
			case "components":
				return d.array(func() error {
					var c cdxComponent
					_, ok, err := d.value(&c)
					if ok {
						add(c, 0)
					}
					return err
				})
			}
			return d.skip()
		})
	})
	if err := r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "vulnerabilities" {
				return d.skip()
			}
			return d.array(func() error {
				var v cdxVulnerability
				line, ok, err := d.value(&v)
				if !ok {
					return err
				}
				return r.giveCycloneDX(line, cmp.Or(tool, "cyclonedx"), &v, components, subject)
			})
		})
	}); err != nil {
		return err
	}
	return first
}

// cdxTools reads who made the document: a list, or since 1.5 an object.
func cdxTools(d *document, tool *string) error {
	take := func() error {
		var t struct {
			Name string `json:"name"`
		}
		_, ok, err := d.value(&t)
		if ok && *tool == "" {
			*tool = ToolName(t.Name)
		}
		return err
	}
	if d.dec.PeekKind() == '{' {
		return d.object(func(name string) error {
			if name != "components" {
				return d.skip()
			}
			return d.array(take)
		})
	}
	return d.array(take)
}

func (r *report) giveCycloneDX(line int, tool string, v *cdxVulnerability, components map[string]cdxComponent, subject cdxComponent) error {
	f := Finding{
		Tool: tool, At: line, Rule: v.ID, Title: v.ID, Outcome: Fail, Remediation: v.Recommendation,
		References: []string{v.Source.URL},
	}
	for _, rate := range v.Ratings {
		if s := cmp.Or(severity(rate.Severity), scored(rate.Score)); s != "" && (f.Severity == "" || rank(s) < rank(f.Severity)) {
			f.Severity = s
		}
	}
	for _, a := range v.Advisories[:min(len(v.Advisories), maxList)] {
		f.References = append(f.References, a.URL)
	}
	vex(&f, v.Analysis.State, cmp.Or(v.Analysis.Detail, strings.ReplaceAll(v.Analysis.Justification, "_", " ")))
	f.subject(subject)
	if len(v.Affects) == 0 {
		f.Class, f.Message = LanguagePackage, v.Description
		return r.give(f)
	}
	for _, a := range v.Affects {
		g := f
		c, known := components[a.Ref]
		if !known {
			ref := a.Ref
			if i := strings.LastIndexByte(ref, '#'); i >= 0 && strings.HasPrefix(ref, "urn:cdx:") {
				ref, _ = url.PathUnescape(ref[i+1:])
			}
			if c, known = components[ref]; !known {
				c = cdxComponent{PURL: ref, Name: ref}
			}
		}
		g.Class = purlClass(c.PURL)
		g.Message = packageMessage(strings.TrimPrefix(c.Group+"/"+c.Name, "/"), c.Version, "")
		if g.Message == "" || v.Description != "" && len(v.Affects) == 1 && c.Version == "" {
			g.Message = cmp.Or(v.Description, g.Message)
		}
		if err := r.give(g); err != nil {
			return err
		}
	}
	return nil
}

func rank(s string) int {
	return map[string]int{"critical": 0, "high": 1, "medium": 2, "low": 3}[s]
}

// subject says what the document is about.
func (f *Finding) subject(c cdxComponent) {
	switch {
	case c.Type == "container" || strings.HasPrefix(c.PURL, "pkg:oci/") || strings.HasPrefix(c.PURL, "pkg:docker/"):
		f.Image = c.Name
		if c.Version != "" && !strings.Contains(c.Name, ":") && !strings.Contains(c.Name, "@") {
			f.Image += map[bool]string{true: "@", false: ":"}[strings.HasPrefix(c.Version, "sha256:")] + c.Version
		}
	case c.Type == "operating-system" || c.Type == "device":
		f.Host = c.Name
	case c.Name != "":
		f.Resources = append(f.Resources, c.Name)
		f.Name = c.Name
	}
}

// vex applies what somebody has found out about a vulnerability.
func vex(f *Finding, state, why string) {
	switch state {
	case "not_affected", "false_positive":
		f.Suppressed = strings.TrimSuffix(strings.ReplaceAll(state, "_", " ")+": "+why, ": ")
	case "resolved", "resolved_with_pedigree", "fixed":
		f.Outcome = Pass
	case "in_triage", "under_investigation":
		f.Outcome = Unknown
	}
}

// purlClass tells from a package URL what sort of package it is.
func purlClass(purl string) Class {
	for _, t := range []string{"pkg:deb/", "pkg:rpm/", "pkg:apk/", "pkg:alpm/", "pkg:qpkg/"} {
		if strings.HasPrefix(purl, t) {
			return OSPackage
		}
	}
	return LanguagePackage
}

// vexProduct is an object; documents before 0.2 have the identifier alone.
type vexProduct struct {
	ID            string            `json:"@id"`
	Identifiers   map[string]string `json:"identifiers"`
	Subcomponents []vexProduct      `json:"subcomponents"`
}

// UnmarshalJSON takes either form.
func (p *vexProduct) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return jsonv2.Unmarshal(b, &p.ID, lenient)
	}
	type plain vexProduct
	return jsonv2.Unmarshal(b, (*plain)(p), lenient)
}

type openvexStatement struct {
	Vulnerability any          `json:"vulnerability"` // an object, before 0.2 a text
	Products      []vexProduct `json:"products"`
	Status        string       `json:"status"`
	Justification string       `json:"justification"`
	Impact        string       `json:"impact_statement"`
	Action        string       `json:"action_statement"`
	Notes         string       `json:"status_notes"`
}

func readOpenVEX(r *report) error {
	return r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "statements" {
				return d.skip()
			}
			return d.array(func() error {
				var s openvexStatement
				line, ok, err := d.value(&s)
				if !ok {
					return err
				}
				return r.giveOpenVEX(line, &s)
			})
		})
	})
}

func (r *report) giveOpenVEX(line int, s *openvexStatement) error {
	id := text(s.Vulnerability)
	if v, ok := s.Vulnerability.(map[string]any); ok {
		id = cmp.Or(text(v["name"]), text(v["@id"]))
	}
	f := Finding{Tool: "openvex", At: line, Rule: id, Title: id, Outcome: Fail, Remediation: s.Action}
	vex(&f, s.Status, cmp.Or(s.Impact, s.Notes, strings.ReplaceAll(s.Justification, "_", " ")))
	for _, p := range s.Products {
		g := f
		purl := cmp.Or(p.Identifiers["purl"], p.ID)
		what := purl
		if strings.HasPrefix(purl, "pkg:oci/") || strings.HasPrefix(purl, "pkg:docker/") {
			g.Image = ociImage(purl)
			what = ""
		} else {
			g.Resources = []string{purl}
		}
		g.Class = purlClass(purl)
		for _, c := range p.Subcomponents {
			g.Class, what = purlClass(c.ID), c.ID
		}
		g.Message = map[Outcome]string{Fail: "affects ", Pass: "no longer affects ", Unknown: "may affect "}[g.Outcome] + cmp.Or(what, g.Image)
		if err := r.give(g); err != nil {
			return err
		}
	}
	return nil
}

// ociImage is the image that a package URL means: its repository_url and tag,
// or its name.
func ociImage(purl string) string {
	path, query, _ := strings.Cut(purl, "?")
	values, _ := url.ParseQuery(query)
	_, path, _ = strings.Cut(strings.TrimPrefix(path, "pkg:"), "/")
	name, version, _ := strings.Cut(path, "@")
	image := cmp.Or(values.Get("repository_url"), name)
	switch version, _ = url.PathUnescape(version); {
	case values.Get("tag") != "":
		return image + ":" + values.Get("tag")
	case strings.HasPrefix(version, "sha256:"):
		return image + "@" + version
	case version != "":
		return image + ":" + version
	}
	return image
}
