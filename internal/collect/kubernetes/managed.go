package kubernetes

import (
	"regexp"
	"slices"
	"strings"
)

// kind tells who runs the control plane, or why that is not known. Versions
// with a service's own mark, groups that only one distribution serves, and
// labels that a service's nodes carry are what is believed.
func (c *collector) kind() (kind, why string) {
	version := c.place.version
	has := func(group string) bool { return slices.Contains(c.groups, group) }
	switch {
	case has("config.openshift.io"):
		if has("upgrade.managed.openshift.io") || has("aro.openshift.io") {
			return "openshift-managed", ""
		}
		return "openshift", ""
	case strings.Contains(version, "-eks-"):
		return "eks", ""
	case strings.Contains(version, "-gke."):
		return "gke", ""
	case c.place.kind != "":
		return c.place.kind, ""
	}
	for _, service := range []string{"eks", "gke", "aks"} {
		if c.modes[service] {
			return service, ""
		}
	}
	if c.modes["own"] || distribution.MatchString(version) {
		return "self-managed", ""
	}
	return "", "neither the version, the nodes nor the address of the cluster tell who runs its control plane; declare it in demarc.yaml"
}

// distribution matches versions of those that come to be run by oneself.
var distribution = regexp.MustCompile(`\+(k3s|rke2r|k0s)`)

var numbers = regexp.MustCompile(`^v?(\d+\.\d+(\.\d+)?)`)

// number is a version without the marks that a service adds.
func number(version string) string {
	if m := numbers.FindStringSubmatch(version); m != nil {
		return m[1]
	}
	return ""
}
