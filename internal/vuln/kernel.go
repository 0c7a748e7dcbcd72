package vuln

import (
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/vuln/version"
)

// oldKernel are versions of releases whose package kernel is the kernel.
var oldKernel = regexp.MustCompile(`\.el[1-7](?:[._]|$)`)

// flavour is what of a kernel's release, or its package, says which line of
// kernels it is: amd64 and cloud-amd64 are updated one beside the other.
func flavour(k packages.KernelPackage) string {
	if m := debianRelease.FindStringSubmatch(k.Release); m != nil && strings.HasPrefix(k.Package, "linux-image-") {
		return m[1]
	}
	return k.Package
}

var debianRelease = regexp.MustCompile(`^[0-9.]+(?:\+bpo|~bpo)?-[0-9.]+-(.*)$`)

// kernel says whether the newest installed kernel of the running one's flavour
// runs.
func kernel(inv *packages.Inventory, scheme version.Scheme) Kernel {
	k := Kernel{State: "unknown", Running: inv.Kernel.Running}
	if k.Running == "" {
		k.Why = "no kernel runs: it is an image, or the root of a container"
		return k
	}
	var running *packages.KernelPackage
	for i := range inv.Kernel.Installed {
		if inv.Kernel.Installed[i].Release == k.Running {
			running = &inv.Kernel.Installed[i]
		}
	}
	if running == nil {
		k.Why = "the running kernel is of no installed package"
		return k
	}
	best := running
	for i := range inv.Kernel.Installed {
		other := &inv.Kernel.Installed[i]
		if flavour(*other) != flavour(*running) {
			continue
		}
		c, err := version.Compare(scheme, other.Version, best.Version)
		if err != nil {
			k.Why = "versions of kernels cannot be compared: " + err.Error()
			return k
		}
		if c > 0 {
			best = other
		}
	}
	k.Newest = best.Release
	switch {
	case best.Release != k.Running:
		k.State, k.Why = "restart_pending", best.Release+" is installed and does not run"
	case inv.Kernel.Reboot:
		k.State, k.Why = "restart_pending", "the distribution asks for a restart"
	default:
		k.State = "current"
	}
	return k
}

// notRunning tells whether a package belongs to a kernel that does not run. What
// is not known to rest is taken to run.
func (a *assessment) notRunning(p packages.Package) bool {
	running := a.inv.Kernel.Running
	if running == "" {
		return false
	}
	for _, k := range a.inv.Kernel.Installed {
		switch p.Manager {
		case packages.Dpkg: // linux-image-…, linux-modules-…, linux-modules-extra-…
			if strings.HasSuffix(p.Name, "-"+k.Release) {
				return k.Release != running
			}
		default:
			if k.Version == p.Version {
				return k.Release != running
			}
		}
	}
	return false
}
