package vuln

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/vuln/version"
)

// distribution says where a distribution's records are, and how they name
// packages.
type distribution struct {
	family   string // in OSV
	manager  string
	scheme   version.Scheme
	product  string // its calendar in catalogue/lifecycles
	release  func(packages.Distro) string
	sources  bool // records name source packages alone
	vendors  []string
	extended bool // fixes after the end of standard support are in the same records
}

// distributions by the ID of os-release. One that is not here is not evaluated.
var distributions = map[string]distribution{
	"debian": {family: "Debian", manager: packages.Dpkg, scheme: version.Dpkg, product: "debian", release: major, sources: true, extended: true},
	"ubuntu": {family: "Ubuntu", manager: packages.Dpkg, scheme: version.Dpkg, product: "ubuntu", release: whole, sources: true, vendors: []string{"ubuntu", "canonical"}, extended: true},
	"alpine": {family: "Alpine", manager: packages.Apk, scheme: version.Apk, product: "alpine", release: func(d packages.Distro) string { return "v" + minor(d) }, sources: true},
	"wolfi":  {family: "Wolfi", manager: packages.Apk, scheme: version.Apk, release: none, sources: true},
	"chainguard": {
		family: "Chainguard", manager: packages.Apk, scheme: version.Apk, release: none, sources: true,
	},
	"rocky":     {family: "Rocky Linux", manager: packages.RPM, scheme: version.RPM, product: "rocky-linux", release: major, vendors: []string{"rocky"}},
	"almalinux": {family: "AlmaLinux", manager: packages.RPM, scheme: version.RPM, product: "almalinux", release: major, vendors: []string{"almalinux"}},
	"rhel":      {family: "Red Hat", manager: packages.RPM, scheme: version.RPM, product: "rhel", release: major, vendors: []string{"red hat"}, extended: true},
	"sles":      {family: "SUSE", manager: packages.RPM, scheme: version.RPM, product: "sles", release: whole, vendors: []string{"suse"}, extended: true},
	"sles_sap":  {family: "SUSE", manager: packages.RPM, scheme: version.RPM, product: "sles", release: whole, vendors: []string{"suse"}, extended: true},
	"opensuse-leap": {
		family: "openSUSE", manager: packages.RPM, scheme: version.RPM, release: func(d packages.Distro) string { return "Leap " + d.Version }, vendors: []string{"suse"},
	},
	"opensuse-tumbleweed": {
		family: "openSUSE", manager: packages.RPM, scheme: version.RPM, release: func(packages.Distro) string { return "Tumbleweed" }, vendors: []string{"suse"},
	},
	"azurelinux": {family: "Azure Linux", manager: packages.RPM, scheme: version.RPM, release: major, vendors: []string{"microsoft"}},
	"mageia":     {family: "Mageia", manager: packages.RPM, scheme: version.RPM, release: major, vendors: []string{"mageia"}},
	"photon":     {family: "Photon OS", manager: packages.RPM, scheme: version.RPM, release: whole, vendors: []string{"vmware", "broadcom"}},
	// Their records are not in OSV, or not by release; the calendars still hold.
	"amzn":   {product: "amazon-linux", release: whole},
	"centos": {product: "centos", release: major},
	"ol":     {product: "oracle-linux", release: major},
	"fedora": {},
}

func major(d packages.Distro) string {
	m, _, _ := strings.Cut(d.Version, ".")
	return m
}

func minor(d packages.Distro) string {
	parts := strings.SplitN(d.Version, ".", 3)
	if len(parts) < 2 {
		return d.Version
	}
	return parts[0] + "." + parts[1]
}

func whole(d packages.Distro) string { return d.Version }

func none(packages.Distro) string { return "" }

// lines are the releases of the data that hold for a host, the first its own.
type lines struct {
	names []string
	// paid are those whose fixes only subscribers get.
	paid map[string]bool
}

// find picks from the releases that the data has; a release may be written in
// several lines, as Ubuntu does with what subscribers get and Red Hat and SUSE
// with repositories and modules.
func (d distribution) find(of packages.Distro, have []string) (l lines, why string) {
	release := d.release(of)
	if release == "" && d.family != "Wolfi" && d.family != "Chainguard" {
		return l, "which release of " + of.ID + " it is is not known"
	}
	l.paid = make(map[string]bool)
	for _, name := range have {
		switch d.family {
		case "Ubuntu": // 22.04:LTS, 23.10, Pro:18.04:LTS; FIPS is another product
			if name == release || name == release+":LTS" {
				l.names = slices.Insert(l.names, 0, name)
			} else if name == "Pro:"+release || name == "Pro:"+release+":LTS" {
				l.names = append(l.names, name)
				l.paid[name] = true
			}
		case "Red Hat": // the ends of CPEs: enterprise_linux:9::baseos, rhel_eus:9.4::appstream
			if product, rest, ok := strings.Cut(name, ":"); ok && product == "enterprise_linux" {
				if v, _, _ := strings.Cut(rest, ":"); v == release || strings.HasPrefix(v, release+".") {
					l.names = append(l.names, name)
				}
			}
		case "SUSE":
			if slesLine(name, of) {
				l.names = append(l.names, name)
			}
		default:
			if name == release {
				l.names = append(l.names, name)
			}
		}
	}
	if len(l.names) == 0 {
		return l, fmt.Sprintf("the data of %s has nothing about release %s", d.family, release)
	}
	return l, ""
}

var sles = regexp.MustCompile(`^(?:SUSE )?Linux Enterprise (?:Server|Module for [A-Za-z0-9 -]+?)(?: for SAP Applications)? (\d+)(?: SP(\d+))?(-LTSS)?$`)

// slesLine tells whether a product of SUSE is, or goes onto, a host: 15.5 is 15
// SP5, and its packages come from modules.
func slesLine(name string, of packages.Distro) bool {
	m := sles.FindStringSubmatch(name)
	if m == nil {
		return false
	}
	v := m[1]
	if m[2] != "" {
		v += "." + m[2]
	}
	return v == of.Version || v+".0" == of.Version
}

// foreign says why a package is not one of the distribution's own, whose records
// would then not be about it. Rpm's and Ubuntu's packages name who built them.
func (d distribution) foreign(p packages.Package, known bool) string {
	switch {
	case p.Manager != d.manager:
		return "there are no records about packages of " + p.Manager
	case len(d.vendors) > 0:
		switch {
		case p.Vendor == "" && d.manager == packages.RPM:
			return "it does not say who built it"
		case p.Vendor == "":
			return ""
		}
		vendor := strings.ToLower(p.Vendor)
		for _, v := range d.vendors {
			if strings.Contains(vendor, v) {
				return ""
			}
		}
		return "it was built by " + p.Vendor + ", whose records are not here"
	case d.family == "Debian":
		return notDebian(p, known)
	}
	return ""
}

// revision is how Debian numbers its builds; others put their name there:
// 20.20.2-1nodesource1, 5:24.0.7-1~debian.12~bookworm, 16.1-1.pgdg120+1.
var revision = regexp.MustCompile(`^[0-9][0-9.]*(?:[+~](?:deb\d+u\d+|bpo\d+\+\d+|b\d+|nmu\d+(?:\.\d+)?|dfsg[\d.]*|ds[\d.]*|exp\d+))*$`)

// notDebian tells what is built elsewhere by how its revision is written; and
// what no record names, so that nothing else speaks for it, by its maintainer.
func notDebian(p packages.Package, known bool) string {
	if i := strings.LastIndexByte(p.Version, '-'); i >= 0 && !revision.MatchString(p.Version[i+1:]) {
		return "its revision is not written as Debian's are: it comes from elsewhere"
	}
	if !known && p.Vendor != "" && !strings.Contains(p.Vendor, "debian.org") && !strings.Contains(p.Vendor, "debian.net") {
		return "no record of Debian names it, and its maintainer is not of Debian's address: it may come from elsewhere"
	}
	return ""
}

// signed are packages that are built again from others' results, to be signed:
// their flaws are recorded under the ones they were built from.
var signed = []struct {
	name *regexp.Regexp
	of   string
}{
	{regexp.MustCompile(`^linux-signed(?:-(?:amd64|arm64|i386))?$`), "linux"},
	{regexp.MustCompile(`^linux-signed-(.+)$`), "linux-$1"},
	{regexp.MustCompile(`^linux-meta$`), "linux"},
	{regexp.MustCompile(`^linux-meta-(.+)$`), "linux-$1"},
	{regexp.MustCompile(`^grub-efi-(?:amd64|arm64|ia32)-signed$|^grub2-signed$`), "grub2"},
	{regexp.MustCompile(`^shim-(?:signed|helpers-[a-z0-9]+-signed)$`), "shim"},
}

// signedOf is the version behind a signature's own, as Ubuntu (1.187.6+2.06-2ubuntu14.4)
// and Debian's shim (1.44~1+deb12u1+15.8-1~deb12u1) write it.
var signedOf = regexp.MustCompile(`\+(\d[^+]*-[^+]*)$`)

// sourceOf is the name that records use for what a package was built from, and the
// version to compare.
func sourceOf(p packages.Package) (name, v string) {
	if p.Manager != packages.Dpkg {
		return p.Source, p.SourceVersion
	}
	for _, s := range signed {
		m := s.name.FindStringSubmatchIndex(p.Source)
		if m == nil {
			continue
		}
		name = string(s.name.ExpandString(nil, s.of, p.Source, m))
		switch v = p.Version; {
		case strings.HasPrefix(name, "linux"): // the binary has the version of what it was built from
		case signedOf.MatchString(v):
			v = signedOf.FindStringSubmatch(v)[1]
		default: // Debian's grub: 1+2.06+13+deb12u1 is 2.06-13+deb12u1, signed once
			if n, rest, ok := strings.Cut(v, "+"); ok && strings.Trim(n, "0123456789") == "" {
				v = strings.Replace(rest, "+", "-", 1)
			}
		}
		return name, v
	}
	return p.Source, p.SourceVersion
}

// headers are packages of a kernel's source tree that bring no kernel: what is
// wrong in it is not in them.
var headers = regexp.MustCompile(`(?:^|-)(?:headers|libc-dev|kbuild|doc|source|devel|tools|cpupower|perf|bpftool|support|cross|buildinfo|srpm-macros|config|compiler)(?:-|$)|^(?:perf|bpftool|rtla|libcpupower.*|python3-perf|hyperv-daemons|usbip)$`)

var kernels = regexp.MustCompile(`^(?:linux(?:-(?:aws|azure|gcp|gke|oracle|kvm|raspi|lowlatency|hwe|ibm|oem|lts|virt|rpi|edge|nvidia|riscv|stable).*)?|kernel(?:-(?:rt|default|azure|64k|uek|source|core).*)?)$`)

// isKernel tells whether a source package is a kernel.
func isKernel(source string) bool { return kernels.MatchString(source) }
