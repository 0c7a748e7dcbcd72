package foreign

import (
	"cmp"
	"strings"

	"github.com/demarc-sec/demarc/internal/cvss"
)

type kubescapeControl struct {
	Name  string  `json:"name"`
	Score float64 `json:"scoreFactor"`
}

type kubescapeSource struct {
	Path     string `json:"relativePath"`
	FileType string `json:"fileType"`
	Helm     string `json:"helmChartName"`
}

type kubescapeResult struct {
	Resource string `json:"resourceID"`
	Controls []struct {
		ID     string `json:"controlID"`
		Name   string `json:"name"`
		Status struct {
			Status string `json:"status"`
			Sub    string `json:"subStatus"`
		} `json:"status"`
		Rules []struct {
			Status string `json:"status"`
			Paths  []struct {
				Failed string `json:"failedPath"`
				Fix    struct {
					Path  string `json:"path"`
					Value string `json:"value"`
				} `json:"fixPath"`
			} `json:"paths"`
			Exceptions []struct {
				Name string `json:"name"`
			} `json:"exception"`
		} `json:"rules"`
	} `json:"controls"`
}

// readKubescape reads twice: what controls weigh and where objects stand may
// come behind the results.
func readKubescape(r *report) error {
	controls := map[string]kubescapeControl{}
	places := map[string]string{}
	first := r.pass(func(d *document) error {
		return d.object(func(name string) error {
			switch name {
			case "summaryDetails":
				return d.object(func(name string) error {
					if name != "controls" {
						return d.skip()
					}
					_, _, err := d.value(&controls)
					return err
				})
			case "resources":
				return d.array(func() error {
					var res struct {
						ID     string          `json:"resourceID"`
						Source kubescapeSource `json:"source"`
					}
					_, ok, err := d.value(&res)
					if ok && res.ID != "" {
						places[res.ID] = res.Source.Path
					}
					return err
				})
			}
			return d.skip()
		})
	})
	if err := r.pass(func(d *document) error {
		return d.object(func(name string) error {
			if name != "results" {
				return d.skip()
			}
			return d.array(func() error {
				var res kubescapeResult
				line, ok, err := d.value(&res)
				if !ok {
					return err
				}
				return r.giveKubescape(line, &res, controls, places[res.Resource])
			})
		})
	}); err != nil {
		return err
	}
	return first
}

func (r *report) giveKubescape(line int, res *kubescapeResult, controls map[string]kubescapeControl, file string) error {
	object := KubernetesObject(res.Resource)
	kind, _, _ := strings.Cut(object, "/")
	for _, c := range res.Controls {
		f := Finding{
			Tool: "kubescape", At: line, Rule: c.ID, Title: cmp.Or(c.Name, controls[c.ID].Name), Severity: cvss.Severity(controls[c.ID].Score),
			Provider: "kubernetes", Resources: []string{object}, Type: kind, Name: lastPart(object), File: FilePath(file),
			References: []string{"https://hub.armosec.io/docs/" + strings.ToLower(c.ID)},
		}
		if c.Status.Status == "skipped" || c.Status.Sub == "irrelevant" {
			continue // not asked
		}
		asked := false
		for _, rule := range c.Rules {
			switch rule.Status {
			case "failed":
				f.Outcome, asked = Fail, true
				if len(rule.Exceptions) > 0 {
					f.Suppressed = "excepted by " + cmp.Or(rule.Exceptions[0].Name, "a policy given to Kubescape")
				}
			case "passed":
				if !asked {
					f.Outcome = Pass
				}
				asked = true
			}
			for _, p := range rule.Paths {
				if path := cmp.Or(p.Failed, p.Fix.Path); path != "" && f.Message == "" {
					f.Message = f.Title + ": " + path
				}
				if p.Fix.Path != "" && f.Remediation == "" {
					f.Remediation = "Set " + p.Fix.Path + " to " + p.Fix.Value + "."
				}
			}
		}
		if !asked {
			switch c.Status.Status {
			case "failed":
				f.Outcome = Fail
			case "passed":
				f.Outcome = Pass
			}
		}
		if c.Status.Sub == "w/exceptions" && f.Suppressed == "" {
			f.Suppressed = "excepted by a policy given to Kubescape"
		}
		if f.Suppressed != "" {
			f.Outcome = Fail
		}
		if err := r.give(f); err != nil {
			return err
		}
	}
	return nil
}

// KubernetesObject is Kind/namespace/name of the object that a resource id of
// Kubescape means: "path=1/api=apps/v1/ns/Deployment/web", "apps/v1/ns/Deployment/web".
func KubernetesObject(id string) string {
	if i := strings.LastIndex(id, "/api="); i >= 0 {
		id = id[i+len("/api="):]
	}
	parts := strings.Split(id, "/")
	if len(parts) < 3 {
		return id
	}
	tail := parts[len(parts)-3:]
	return tail[1] + "/" + tail[0] + "/" + tail[2]
}
