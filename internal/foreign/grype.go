package foreign

import (
	"cmp"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/cvss"
)

type grypeMatch struct {
	Vulnerability struct {
		ID          string   `json:"id"`
		Source      string   `json:"dataSource"`
		Severity    string   `json:"severity"`
		URLs        []string `json:"urls"`
		Description string   `json:"description"`
		Fix         struct {
			Versions []string `json:"versions"`
			State    string   `json:"state"`
		} `json:"fix"`
		CVSS []struct {
			Metrics struct {
				Score float64 `json:"baseScore"`
			} `json:"metrics"`
		} `json:"cvss"`
	} `json:"vulnerability"`
	Artifact struct {
		Name      string `json:"name"`
		Version   string `json:"version"`
		Type      string `json:"type"`
		PURL      string `json:"purl"`
		Locations []struct {
			Path string `json:"path"`
		} `json:"locations"`
	} `json:"artifact"`
	Ignored []struct {
		Reason string `json:"reason"`
		VEX    string `json:"vex-status"`
		Fix    string `json:"fix-state"`
	} `json:"appliedIgnoreRules"`
}

// grypeSource is what was scanned.
type grypeSource struct {
	Type   string         `json:"type"` // image, directory, file
	Target jsontext.Value `json:"target"`
}

// readGrype reads twice: what was scanned stands behind what was found.
func readGrype(r *report) error {
	var from grypeSource
	first := r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "source" {
				return d.skip()
			}
			_, _, err := d.value(&from)
			return err
		})
	})
	base := Finding{Tool: "grype", Outcome: Fail}
	root := base.scanned(&from)
	if err := r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "matches" && name != "ignoredMatches" {
				return d.skip()
			}
			return d.array(func() error {
				var m grypeMatch
				line, ok, err := d.value(&m)
				if !ok {
					return err
				}
				f := grypeFinding(base, root, &m)
				f.At = line
				if name == "ignoredMatches" {
					f.Suppressed = cmp.Or(f.Suppressed, "ignored by a rule given to Grype")
				}
				return r.give(f)
			})
		})
	}); err != nil {
		return err
	}
	return first
}

// scanned says what the report is about: an image, or a directory, which is
// returned.
func (f *Finding) scanned(from *grypeSource) (root string) {
	if from.Type == "image" {
		var image struct {
			Input string   `json:"userInput"`
			Tags  []string `json:"tags"`
		}
		_ = jsonv2.Unmarshal(from.Target, &image, lenient) // what is not there stays empty
		f.Image = image.Input
		if len(image.Tags) > 0 {
			f.Image = cmp.Or(f.Image, image.Tags[0])
		}
		return ""
	}
	_ = jsonv2.Unmarshal(from.Target, &root, lenient)
	return root
}

// grypePackages are the sorts of package that belong to an operating system.
var grypePackages = map[string]bool{
	"deb": true, "rpm": true, "apk": true, "alpm": true, "portage": true, "linux-kernel": true, "linux-kernel-module": true, "msrc-kb": true, "nix": true,
}

func grypeFinding(base Finding, root string, m *grypeMatch) Finding {
	v, pkg := &m.Vulnerability, &m.Artifact
	f := base
	f.Rule, f.Title, f.Severity = v.ID, v.ID, severity(v.Severity)
	f.Class, f.References = LanguagePackage, append([]string{v.Source}, v.URLs...)
	for _, c := range v.CVSS {
		f.Severity = cmp.Or(f.Severity, cvss.Severity(c.Metrics.Score))
	}
	if grypePackages[pkg.Type] {
		f.Class = OSPackage
	}
	fixed := strings.Join(v.Fix.Versions[:min(len(v.Fix.Versions), 8)], " or ")
	f.Message = packageMessage(pkg.Name, pkg.Version, fixed)
	if fixed != "" {
		f.Remediation = "Move " + pkg.Name + " to " + fixed + "."
	}
	for _, rule := range m.Ignored {
		why := strings.ReplaceAll(rule.VEX, "_", " ")
		if rule.Fix != "" {
			why = cmp.Or(why, "its fix is "+rule.Fix)
		}
		f.Suppressed = cmp.Or(f.Suppressed, rule.Reason, why)
	}
	switch {
	case f.Image != "":
	case f.Class == OSPackage: // the root of a machine
		f.Host = root
	case len(pkg.Locations) > 0:
		f.File = FilePath(strings.TrimPrefix(pkg.Locations[0].Path, "/"))
	}
	return f
}
