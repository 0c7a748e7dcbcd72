package foreign

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/cvss"
)

type osvResult struct {
	Source struct {
		Path string `json:"path"`
		Type string `json:"type"`
	} `json:"source"`
	Packages []struct {
		Package struct {
			Name      string `json:"name"`
			Version   string `json:"version"`
			Ecosystem string `json:"ecosystem"`
		} `json:"package"`
		Groups []struct {
			IDs      []string `json:"ids"`
			Severity string   `json:"max_severity"`
		} `json:"groups"`
		Vulnerabilities []struct {
			ID         string   `json:"id"`
			Aliases    []string `json:"aliases"`
			Summary    string   `json:"summary"`
			Withdrawn  string   `json:"withdrawn"`
			References []struct {
				URL string `json:"url"`
			} `json:"references"`
			Database struct {
				Severity any `json:"severity"`
			} `json:"database_specific"`
			Affected []struct {
				Package struct {
					Name string `json:"name"`
				} `json:"package"`
				Ranges []struct {
					Events []struct {
						Fixed string `json:"fixed"`
					} `json:"events"`
				} `json:"ranges"`
			} `json:"affected"`
		} `json:"vulnerabilities"`
	} `json:"packages"`
}

// distributions are ecosystems of operating systems; the others are of languages.
var distributions = []string{"Alpine", "Debian", "Ubuntu", "Red Hat", "Rocky Linux", "AlmaLinux", "SUSE", "openSUSE", "Photon OS", "Wolfi", "Chainguard", "Mageia", "Android", "Linux", "Bitnami"}

func readOSV(r *report) error {
	return r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "results" {
				return d.skip()
			}
			return d.array(func() error {
				var res osvResult
				line, ok, err := d.value(&res)
				if !ok {
					return err
				}
				return r.giveOSV(line, &res)
			})
		})
	})
}

func (r *report) giveOSV(line int, res *osvResult) error {
	for _, p := range res.Packages {
		scores := map[string]string{}
		for _, g := range p.Groups {
			if score, err := strconv.ParseFloat(g.Severity, 64); err == nil {
				for _, id := range g.IDs {
					scores[id] = cvss.Severity(score)
				}
			}
		}
		for _, v := range p.Vulnerabilities {
			if v.Withdrawn != "" {
				continue
			}
			f := Finding{
				Tool: "osv-scanner", At: line, Rule: v.ID, Outcome: Fail, Class: LanguagePackage,
				Title: cmp.Or(v.Summary, v.ID), Severity: cmp.Or(scores[v.ID], severity(text(v.Database.Severity))),
				Categories: []string{p.Package.Ecosystem},
			}
			eco, _, _ := strings.Cut(p.Package.Ecosystem, ":")
			if slices.Contains(distributions, eco) {
				f.Class = OSPackage
			}
			f.Categories = append(f.Categories, v.Aliases...)
			if res.Source.Type == "docker" || res.Source.Type == "image" {
				f.Image = res.Source.Path
			} else {
				f.File = FilePath(res.Source.Path)
			}
			fixed := ""
			for _, a := range v.Affected {
				for _, rg := range a.Ranges {
					for _, e := range rg.Events {
						if a.Package.Name == p.Package.Name && fixed == "" {
							fixed = e.Fixed
						}
					}
				}
			}
			f.Message = packageMessage(p.Package.Name, p.Package.Version, fixed)
			if fixed != "" {
				f.Remediation = "Move " + p.Package.Name + " to " + fixed + "."
			}
			for _, ref := range v.References[:min(len(v.References), maxList)] {
				f.References = append(f.References, ref.URL)
			}
			if err := r.give(f); err != nil {
				return err
			}
		}
	}
	return nil
}
