package check

import (
	"regexp"
	"slices"
	"testing"
)

// standards are the frameworks a check may be tagged with, in the versions
// whose numbering was looked up, and how their sections are written.
var standards = map[string]*regexp.Regexp{
	"cis-aws-3.0.0": numbered, "cis-aws-5.0.0": numbered, "cis-aws-7.0.0": numbered,
	"cis-azure-3.0.0": numbered, "cis-azure-4.0.0": numbered, "cis-azure-6.0.0": numbered,
	"cis-gcp-3.0.0": numbered, "cis-gcp-4.0.0": numbered, "cis-gcp-5.0.0": numbered,
	"cis-kubernetes-1.11": numbered, "cis-eks-1.8": numbered, "cis-aks-1.8": numbered, "cis-gke-1.9": numbered,
	"cis-debian-12-1.1.0": numbered, "cis-ubuntu-24.04-1.0.0": numbered, "cis-rhel-9-2.0.0": numbered,
	"cis-github-1.2.0":    numbered,
	"pci-dss-4.0.1":       numbered,
	"aws-fsbp":            regexp.MustCompile(`^[A-Za-z0-9]+\.[1-9][0-9]*$`),
	"nist-800-53-r5":      regexp.MustCompile(`^[A-Z]{2}-[1-9][0-9]?(\([1-9][0-9]?\))?$`),
	"iso-27001-2022":      regexp.MustCompile(`^A\.[5-8]\.[1-9][0-9]?$`),
	"soc2":                regexp.MustCompile(`^(CC|A|C|PI)[1-9]\.[1-9][0-9]?$`),
	"nsa-cisa-kubernetes": headed,
	"pss-baseline":        headed,
	"pss-restricted":      headed,
}

var (
	numbered = regexp.MustCompile(`^[1-9][0-9]*(\.[1-9][0-9]*)+$`)
	headed   = regexp.MustCompile(`^[A-Z/][A-Za-z]*([ /-]+[A-Za-z]+)*$`) // it has headings and no numbers
)

// TestTags holds the benchmark sections of the checks to be of versions that
// were looked up, and written as these write them.
func TestTags(t *testing.T) {
	set := loadEagerly(t)
	used := map[string]bool{}
	hold := func(where string, controls map[string][]string) {
		for framework, sections := range controls {
			form := standards[framework]
			if form == nil {
				t.Errorf("%s: framework %q", where, framework)
				continue
			}
			used[framework] = true
			for i, s := range sections {
				if !form.MatchString(s) {
					t.Errorf("%s: %s has no section like %q", where, framework, s)
				}
				if slices.Contains(sections[:i], s) {
					t.Errorf("%s: %s %s stands twice", where, framework, s)
				}
			}
		}
	}
	for _, c := range set.All() {
		hold(c.ID, c.Controls)
		for _, r := range c.Rows {
			hold(r.ID, r.Controls)
		}
	}
	for framework := range standards {
		if !used[framework] {
			t.Errorf("no check is tagged with %s", framework)
		}
	}
}

func TestInFramework(t *testing.T) {
	for asked, want := range map[string]bool{
		"cis-aws": true, "cis-aws-7": true, "cis-aws-7.0": true, "cis-aws-7.0.0": true, "CIS-AWS-7.0": true,
		"cis-aws-7.0.0.0": false, "cis-aws-70": false, "cis-aw": false, "cis-aws-": false, "cis-aws-7.": false, "": false,
	} {
		if got := InFramework("cis-aws-7.0.0", asked); got != want {
			t.Errorf("%q: %v", asked, got)
		}
	}
	if InFramework("cis-aws-10.0.0", "cis-aws-1") {
		t.Error("version 1 is taken for 10")
	}
}
