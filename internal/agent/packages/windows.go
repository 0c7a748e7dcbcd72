package packages

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Managers of Windows.
const (
	Windows = "windows" // what is listed to be uninstalled
	Hotfix  = "hotfix"  // what Windows itself installed of its updates
)

// Uninstall is an entry of the registry by which a program is uninstalled.
type Uninstall struct {
	Key             string // the entry's own name
	DisplayName     string
	DisplayVersion  string
	Publisher       string
	InstallDate     string // 20240131
	ReleaseType     string // "Update" and the like for what belongs to another entry
	ParentKeyName   string
	EstimatedSize   uint64 // KiB
	SystemComponent bool   // not shown to people
	Arch            string
}

// AddUninstalls adds the programs of a registry, as the list of installed programs has them.
func (inv *Inventory) AddUninstalls(where string, list []Uninstall) {
	before := len(inv.Packages)
	for _, u := range list {
		if u.DisplayName == "" || u.SystemComponent || u.ParentKeyName != "" || u.ReleaseType != "" {
			continue
		}
		p := Package{Manager: Windows, Name: u.DisplayName, Version: u.DisplayVersion, Vendor: u.Publisher, Arch: u.Arch, Size: int64(min(u.EstimatedSize, 1<<40)) << 10}
		if p.Version == "" {
			inv.problem("%s has no version: %.80q", Windows, p.Name)
			continue
		}
		if at, err := time.Parse("20060102", u.InstallDate); err == nil {
			p.Installed = at
		}
		if !inv.add(p) {
			break
		}
	}
	inv.Databases = append(inv.Databases, Database{Manager: Windows, Path: where, Packages: len(inv.Packages) - before})
}

// servicingInstalled is the state of a component's package that is in force.
const servicingInstalled = 0x70

// update is a package of Component Based Servicing that is an update: its KB
// number, or that it is a cumulative one, its architecture and its version.
var update = regexp.MustCompile(`^Package_for_(KB[0-9]+|RollupFix|ServicingStack(?:_[0-9]+)?)~[0-9a-f]+~([a-z0-9]+)~[^~]*~([0-9.]+)$`)

// AddServicing adds the updates of Windows by the states of its components' packages.
func (inv *Inventory) AddServicing(where string, states map[string]uint64) {
	seen := map[string]bool{}
	before := len(inv.Packages)
	for name, state := range states {
		m := update.FindStringSubmatch(name)
		if m == nil || state != servicingInstalled {
			continue
		}
		key := fmt.Sprint(m[1:])
		if seen[key] {
			continue
		}
		seen[key] = true
		if !inv.add(Package{Manager: Hotfix, Name: m[1], Version: m[3], Arch: m[2], Vendor: "Microsoft"}) {
			break
		}
	}
	slices.SortFunc(inv.Packages[before:], func(a, b Package) int {
		return strings.Compare(a.Name+" "+a.Version+" "+a.Arch, b.Name+" "+b.Version+" "+b.Arch)
	})
	inv.Databases = append(inv.Databases, Database{Manager: Hotfix, Path: where, Packages: len(inv.Packages) - before})
}

// Problem notes what could not be read: the inventory is not complete then.
func (inv *Inventory) Problem(format string, args ...any) { inv.problem(format, args...) }
