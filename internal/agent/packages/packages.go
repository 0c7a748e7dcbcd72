// Package packages reads what software a host has: the databases of dpkg, rpm,
// apk and snap, which distribution it is, and which kernels it has beside the
// running one. Everything is read from an fs.FS of the host's root, so that an
// image or a test is read like a live server. It runs in the agent: standard
// library only, bounded, and no panic whatever the files hold.
package packages

import "time"

// Inventory is the software of one host. Its JSON is part of the host document.
type Inventory struct {
	Distro Distro `json:"distro"`
	Kernel Kernel `json:"kernel"`
	// Databases are those that were there. None at all means that nobody knows
	// what the host has, which is not the same as no software.
	Databases []Database `json:"databases"`
	Packages  []Package  `json:"packages"` // by manager, name, architecture and version
	// UseRead says that the use of packages was looked at (Package.Use).
	UseRead bool `json:"use_read,omitempty"`
	// Problems are what could not be read, one sentence each. With any of them
	// the inventory is not complete.
	Problems []string `json:"problems,omitempty"`
}

// Distro is what os-release says the host is.
type Distro struct {
	ID       string   `json:"id,omitempty"`      // debian, ubuntu, rhel, rocky, almalinux, alpine, sles, amzn, …
	Like     []string `json:"like,omitempty"`    // ID_LIKE
	Version  string   `json:"version,omitempty"` // VERSION_ID: 12, 22.04, 9.4, 3.19.1
	Codename string   `json:"codename,omitempty"`
	Name     string   `json:"name,omitempty"` // PRETTY_NAME, for people
	CPE      string   `json:"cpe,omitempty"`  // CPE_NAME
	// Support is SUPPORT_END, the day (2006-01-02) its publisher says that it ends.
	Support string `json:"support_ends,omitempty"`
	// Rolling says that it has no releases: testing, sid, Wolfi, Tumbleweed, Arch.
	Rolling bool `json:"rolling,omitempty"`
}

// Kernel is the running kernel beside the installed ones.
type Kernel struct {
	Running string `json:"running,omitempty"` // as uname -r; empty in an image or a container's root
	// Installed are those that packages brought, oldest database order first.
	Installed []KernelPackage `json:"installed,omitempty"`
	// Reboot says that the distribution itself asks for a restart.
	Reboot bool `json:"reboot_required,omitempty"`
}

// KernelPackage is a package that brought a bootable kernel.
type KernelPackage struct {
	Release string `json:"release"` // what uname -r says when it runs
	Package string `json:"package"`
	Version string `json:"version"`
}

// Managers are the databases that are read.
const (
	Dpkg = "dpkg"
	RPM  = "rpm"
	Apk  = "apk"
	Snap = "snap"
)

// Database is one that was read.
type Database struct {
	Manager  string `json:"manager"`
	Path     string `json:"path"` // on the host
	Packages int    `json:"packages"`
	// Changed is when the database was last written: the last transaction.
	Changed time.Time `json:"changed,omitzero"`
}

// Package is one installed package.
type Package struct {
	Manager string `json:"manager"`
	Name    string `json:"name"`
	// Version is the whole of it, as the distribution writes and compares it,
	// with epoch and release or revision: 1:9.2p1-2+deb12u3, 1:3.0.7-28.el9_4, 3.1.4-r5.
	Version string `json:"version"`
	Arch    string `json:"arch,omitempty"`
	// Source is the source package that it was built from, and its version;
	// advisories name either. They are filled in also when they are the package's own.
	Source        string `json:"source,omitempty"`
	SourceVersion string `json:"source_version,omitempty"`
	Vendor        string `json:"vendor,omitempty"` // who built it: vendor, maintainer or publisher
	// Module is the module stream of an rpm (nodejs:18:…), whose versions are
	// only comparable within it.
	Module    string    `json:"module,omitempty"`
	Installed time.Time `json:"installed,omitzero"`
	Size      int64     `json:"size,omitempty"` // bytes on the disk, as the database says
	// Held says that updates of it are switched off.
	Held bool `json:"held,omitempty"`
	// Use is how its files are in use; nil when nothing uses them, or nobody looked.
	Use *Use `json:"use,omitempty"`

	// where the database keeps it: the directory or file of dpkg and apk
	at string
}

// Use is the running side of a package.
type Use struct {
	Loaded    []string `json:"loaded,omitempty"`    // names of programs that have a file of it mapped
	Listening []string `json:"listening,omitempty"` // tcp 0.0.0.0:22, of those programs
}

// Bounds. What is beyond is a problem that the inventory names.
const (
	MaxPackages = 50_000
	MaxField    = 4 << 10   // bytes of a name, version or vendor
	maxDatabase = 512 << 20 // bytes of a database file that is read piece by piece
	maxText     = 64 << 20  // bytes of a text database
	maxProblems = 50
)
