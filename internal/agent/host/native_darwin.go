package host

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/packages"
)

// Native reads what macOS tells of the host.
func Native() *System {
	s := &System{Host: Identity{Arch: runtime.GOARCH}, Packages: &packages.Inventory{Databases: []packages.Database{}, Packages: []packages.Package{}}}
	if name, err := os.Hostname(); err == nil {
		s.Host.Hostname = name
	}
	for name, into := range map[string]*string{"kern.uuid": &s.Host.MachineID, "kern.bootsessionuuid": &s.Host.BootID, "hw.model": &s.Host.Model, "kern.osrelease": &s.Kernel} {
		if v, err := unix.Sysctl(name); err == nil {
			*into = v
		}
	}
	text, err := os.ReadFile("/System/Library/CoreServices/SystemVersion.plist")
	if err == nil {
		s.OS, err = macOS(text)
	}
	if err != nil {
		s.Gaps = append(s.Gaps, Gap{"os", "SystemVersion.plist: " + err.Error()})
	}
	s.Packages.Distro = packages.Distro{ID: s.OS.ID, Version: s.OS.Version, Name: s.OS.Name}
	packages.ReadHomebrew(os.DirFS("/"), s.Packages)
	s.Packages.Problem("what is installed by packages and from the App Store is not read")
	return s
}
