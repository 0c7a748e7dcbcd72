package packages

import (
	"io/fs"
	"strings"
)

// readKernel reads which kernel runs, and which ones packages brought.
func readKernel(fsys fs.FS, inv *Inventory) {
	if b, err := readProc(fsys, "proc/sys/kernel/osrelease"); err == nil {
		inv.Kernel.Running = strings.TrimSpace(string(b))
	}
	for _, name := range []string{"var/run/reboot-required", "run/reboot-required"} {
		if _, err := fs.Stat(fsys, name); err == nil {
			inv.Kernel.Reboot = true
		}
	}
	seen := make(map[string]bool) // kernel and kernel-core are one kernel
	for _, p := range inv.Packages {
		if release := kernelRelease(p); release != "" && !seen[release] {
			seen[release] = true
			inv.Kernel.Installed = append(inv.Kernel.Installed, KernelPackage{Release: release, Package: p.Name, Version: p.Version})
		}
	}
}

// kernelRelease returns the release of the kernel that a package brings, or
// nothing. It is told from names, since both families put it there: Debian's
// linux-image-6.1.0-18-amd64 runs as 6.1.0-18-amd64, and an rpm kernel-core runs
// as its version, release and architecture.
func kernelRelease(p Package) string {
	switch p.Manager {
	case Dpkg:
		for _, prefix := range []string{"linux-image-unsigned-", "linux-image-"} {
			if r, ok := strings.CutPrefix(p.Name, prefix); ok {
				if r == "" || r[0] < '0' || r[0] > '9' || !strings.Contains(r, ".") || strings.HasSuffix(r, "-dbg") || strings.HasSuffix(r, "-dbgsym") {
					return "" // linux-image-amd64 only depends on the newest
				}
				return r
			}
		}
	case RPM:
		_, version, ok := strings.Cut(p.Version, ":")
		if !ok {
			version = p.Version
		}
		switch p.Name {
		case "kernel-core", "kernel-rt-core", "kernel-64k-core", "kernel-uek-core":
			r := version + "." + p.Arch
			if strings.HasPrefix(p.Name, "kernel-64k") {
				r += "+64k"
			}
			return r
		case "kernel", "kernel-uek": // of the releases before the core was split off it, and Amazon's
			return version + "." + p.Arch
		case "kernel-default", "kernel-azure": // SUSE's: the release of the build is left out
			v, r, _ := strings.Cut(version, "-")
			if i := strings.LastIndexByte(r, '.'); i > 0 {
				r = r[:i]
			}
			return v + "-" + r + strings.TrimPrefix(p.Name, "kernel")
		}
	case Apk:
		if flavour, ok := strings.CutPrefix(p.Name, "linux-"); ok && (p.Source == p.Name) {
			switch flavour {
			case "lts", "virt", "stable", "edge", "rpi", "openpax":
				v, r, _ := strings.Cut(p.Version, "-r")
				return v + "-" + r + "-" + flavour
			}
		}
	}
	return ""
}

// readProc reads a file of /proc, whose size is said to be nothing.
func readProc(fsys fs.FS, name string) ([]byte, error) { return readFile(fsys, name, 4<<20) }
