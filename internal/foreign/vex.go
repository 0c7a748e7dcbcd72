package foreign

import (
	"cmp"
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/demarc-sec/demarc/internal/cvss"
)

type cdxComponent struct {
	Ref        string         `json:"bom-ref" xml:"bom-ref,attr"`
	Type       string         `json:"type" xml:"type,attr"`
	Group      string         `json:"group" xml:"group"`
	Name       string         `json:"name" xml:"name"`
	Version    string         `json:"version" xml:"version"`
	PURL       string         `json:"purl" xml:"purl"`
	Components []cdxComponent `json:"components" xml:"components>component"`

	// Before 1.4 an extension of XML put them here.
	Vulnerabilities []cdxVulnerability `json:"-" xml:"vulnerabilities>vulnerability"`
}

type cdxVulnerability struct {
	ID     string `json:"id" xml:"id"`
	Source struct {
		Name string `json:"name" xml:"name"`
		URL  string `json:"url" xml:"url"`
	} `json:"source" xml:"source"`
	Ratings        []cdxRating `json:"ratings" xml:"ratings>rating"`
	Description    string      `json:"description" xml:"description"`
	Recommendation string      `json:"recommendation" xml:"recommendation"`
	Advisories     []struct {
		URL string `json:"url" xml:"url"`
	} `json:"advisories" xml:"advisories>advisory"`
	Analysis struct {
		State         string `json:"state" xml:"state"`
		Justification string `json:"justification" xml:"justification"`
		Detail        string `json:"detail" xml:"detail"`
	} `json:"analysis" xml:"analysis"`
	Affects []cdxTarget `json:"affects" xml:"affects>target"`
	Of      string      `json:"-" xml:"ref,attr"` // of the extension
}

type cdxTarget struct {
	Ref string `json:"ref" xml:"ref"`
}

type cdxRating struct {
	Severity string  `json:"severity" xml:"severity"`
	Score    float64 `json:"score" xml:"-"`
	// Written is the score in XML, which need not be a number; the extension has
	// it one level below.
	Written struct {
		Text string `xml:",chardata"`
		Base string `xml:"base"`
	} `json:"-" xml:"score"`
}

// score is the number that the rating gives, 0 where it gives none.
func (c cdxRating) score() float64 {
	if n, err := strconv.ParseFloat(strings.TrimSpace(cmp.Or(c.Written.Base, c.Written.Text)), 64); err == nil {
		return n
	}
	return c.Score
}

// cdxDocument is what the vulnerabilities of a document refer to.
type cdxDocument struct {
	components map[string]cdxComponent
	subject    cdxComponent
	tool       string
}

func (doc *cdxDocument) add(c cdxComponent, depth int) {
	if depth > 32 {
		return
	}
	for _, in := range c.Components {
		doc.add(in, depth+1)
	}
	c.Components, c.Vulnerabilities = nil, nil
	doc.components[c.Ref] = c
}

// readCycloneDX reads twice: vulnerabilities refer to components, wherever
// those stand.
func readCycloneDX(r *report) error {
	doc := &cdxDocument{components: map[string]cdxComponent{}}
	if strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(string(r.head), "\ufeff"), " \t\r\n"), "<") {
		return r.cycloneDXML(doc)
	}
	first := r.pass(func(d *document) error {
		return d.object(func(name string) error {
			switch name {
			case "metadata":
				return d.object(func(name string) error {
					switch name {
					case "component":
						_, _, err := d.value(&doc.subject)
						return err
					case "tools":
						return cdxTools(d, &doc.tool)
					}
					return d.skip()
				})
			case "components":
				return d.array(func() error {
					var c cdxComponent
					_, ok, err := d.value(&c)
					if ok {
						doc.add(c, 0)
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
				return r.giveCycloneDX(line, &v, doc)
			})
		})
	}); err != nil {
		return err
	}
	return first
}

// cycloneDXML reads the XML form, twice for the same reason.
func (r *report) cycloneDXML(doc *cdxDocument) error {
	first := r.walk(func(m *markup, t xml.StartElement) error {
		switch t.Name.Local {
		case "metadata":
			var meta struct {
				Tools []struct {
					Name string `xml:"name"`
				} `xml:"tools>tool"` // until 1.4
				Makers    []cdxComponent `xml:"tools>components>component"`
				Component cdxComponent   `xml:"component"`
			}
			if err := m.decode(t, &meta); err != nil {
				return err
			}
			doc.subject = meta.Component
			for _, c := range meta.Makers {
				doc.tool = cmp.Or(doc.tool, ToolName(c.Name))
			}
			for _, c := range meta.Tools {
				doc.tool = cmp.Or(doc.tool, ToolName(c.Name))
			}
		case "component":
			var c cdxComponent
			if err := m.decode(t, &c); err != nil {
				return err
			}
			doc.add(c, 0)
		case "bom", "components":
		default:
			return m.skip()
		}
		return nil
	})
	if err := r.walk(func(m *markup, t xml.StartElement) error {
		switch t.Name.Local {
		case "vulnerability":
			line := m.line()
			var v cdxVulnerability
			if err := m.decode(t, &v); err != nil {
				return err
			}
			if len(v.Affects) == 0 && v.Of != "" {
				v.Affects = []cdxTarget{{v.Of}}
			}
			return r.giveCycloneDX(line, &v, doc)
		case "component":
			line := m.line()
			var c cdxComponent
			if err := m.decode(t, &c); err != nil {
				return err
			}
			return r.giveComponent(line, c, doc, 0)
		case "bom", "components", "vulnerabilities":
			return nil
		}
		return m.skip()
	}); err != nil {
		return err
	}
	return first
}

// giveComponent gives the vulnerabilities that stand in a component.
func (r *report) giveComponent(line int, c cdxComponent, doc *cdxDocument, depth int) error {
	if depth > 32 {
		return nil
	}
	for i := range c.Vulnerabilities {
		v, here := &c.Vulnerabilities[i], c
		here.Ref, here.Components, here.Vulnerabilities = "this component", nil, nil
		doc.components[here.Ref] = here
		v.Affects = []cdxTarget{{here.Ref}}
		if err := r.giveCycloneDX(line, v, doc); err != nil {
			return err
		}
	}
	for _, in := range c.Components {
		if err := r.giveComponent(line, in, doc, depth+1); err != nil {
			return err
		}
	}
	return nil
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

func (r *report) giveCycloneDX(line int, v *cdxVulnerability, doc *cdxDocument) error {
	f := Finding{
		Tool: cmp.Or(doc.tool, "cyclonedx"), At: line, Rule: v.ID, Title: v.ID, Outcome: Fail, Remediation: v.Recommendation,
		References: []string{v.Source.URL},
	}
	for _, rate := range v.Ratings {
		if s := cmp.Or(severity(rate.Severity), cvss.Severity(rate.score())); s != "" && (f.Severity == "" || rank(s) < rank(f.Severity)) {
			f.Severity = s
		}
	}
	for _, a := range v.Advisories[:min(len(v.Advisories), maxList)] {
		f.References = append(f.References, a.URL)
	}
	vex(&f, v.Analysis.State, cmp.Or(v.Analysis.Detail, strings.ReplaceAll(v.Analysis.Justification, "_", " ")))
	f.subject(doc.subject)
	if len(v.Affects) == 0 {
		f.Class, f.Message = LanguagePackage, v.Description
		return r.give(f)
	}
	for _, a := range v.Affects {
		g := f
		c, known := doc.components[a.Ref]
		if !known {
			ref := a.Ref
			if i := strings.LastIndexByte(ref, '#'); i >= 0 && strings.HasPrefix(ref, "urn:cdx:") {
				ref, _ = url.PathUnescape(ref[i+1:])
			}
			if c, known = doc.components[ref]; !known {
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
