package host

import (
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
)

// identity reads who the server is: its names, distribution, kernel, and what
// its firmware says about where it runs.
func (s *survey) identity() {
	d := s.doc
	d.Host = Identity{
		Hostname:  cmpOr(s.text("proc/sys/kernel/hostname"), s.text("etc/hostname")),
		MachineID: s.text("etc/machine-id"),
		BootID:    s.text("proc/sys/kernel/random/boot_id"),
	}
	d.Host.FQDN = s.fqdn(d.Host.Hostname)
	if s.opt.Running {
		d.Host.Arch = runtime.GOARCH
	}
	s.system()
	s.kernel()
	s.firmware()
}

// fqdn is the full name that /etc/hosts gives the server.
func (s *survey) fqdn(hostname string) string {
	if strings.Contains(hostname, ".") {
		return hostname
	}
	for _, l := range lines(s.text("etc/hosts")) {
		f := strings.Fields(bare(l.text))
		if len(f) > 2 && hostname != "" && slices.Contains(f[2:], hostname) && strings.HasPrefix(f[1], hostname+".") {
			return f[1]
		}
	}
	return ""
}

func cmpOr(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// system reads os-release.
func (s *survey) system() {
	text := cmpOr(s.text("etc/os-release"), s.text("usr/lib/os-release"))
	if text == "" {
		s.doc.gap("os", "there is no /etc/os-release")
		return
	}
	values := map[string]string{}
	for _, l := range lines(text) {
		if k, v, ok := setting(l.text, "="); ok {
			values[k] = v
		}
	}
	o := OS{ID: values["ID"], Version: values["VERSION_ID"], Name: values["PRETTY_NAME"], Like: strings.Fields(values["ID_LIKE"])}
	o.Release = release(o.ID, o.Version)
	s.doc.OS = o
}

// release is a distribution's release in the manner of images' names, which
// the support calendars go by.
func release(id, version string) string {
	major, minor, _ := strings.Cut(version, ".")
	switch {
	case version == "":
		return ""
	case id == "amzn":
		return "amzn" + version + "-ami-"
	case id == "ol":
		return "oracle-linux-" + major
	case id == "sles" && minor != "":
		return "sles-" + major + "-sp" + minor
	case id == "ubuntu":
		return id + "-" + version
	}
	return id + "-" + major
}

// kernel compares the running kernel with the newest installed one.
func (s *survey) kernel() {
	k := &s.doc.Kernel
	k.Running = s.text("proc/sys/kernel/osrelease")
	k.CommandLine = kernelWords(s.text("proc/cmdline"))
	k.RestartWanted = s.exists("run/reboot-required") || s.exists("var/run/reboot-required")
	seen := map[string]bool{}
	for _, dir := range []string{"boot", "lib/modules"} {
		entries, err := s.list(dir)
		if err != nil {
			s.doc.gap("kernel.installed", reason(dir, err))
			s.doc.gap("kernel.newest", reason(dir, err))
			return
		}
		for _, e := range entries {
			name := e.Name()
			if dir == "boot" {
				rest, ok := strings.CutPrefix(name, "vmlinuz-")
				if !ok || strings.Contains(rest, "rescue") {
					continue
				}
				name = rest
			} else if !s.exists(path.Join(dir, name, "modules.dep")) && !s.exists(path.Join(dir, name, "vmlinuz")) {
				continue // what a removed kernel left behind
			}
			seen[name] = true
		}
	}
	for name := range seen {
		k.Installed = append(k.Installed, name)
	}
	slices.SortFunc(k.Installed, compareReleases)
	switch {
	case k.Running == "":
		s.doc.gap("kernel.running", notRunning)
	case !seen[k.Running] && len(k.Installed) == 0:
		s.doc.gap("kernel.newest", "no kernel is installed here: the machine is a container, or its kernel comes from outside")
	}
	for _, r := range k.Installed {
		if flavour(r) == flavour(k.Running) || k.Running == "" {
			k.Newest = r
		}
	}
	if k.Newest == "" && len(k.Installed) > 0 {
		k.Newest = k.Installed[len(k.Installed)-1]
	}
}

// told are the arguments of the kernel whose values are kept: others may hold
// what unlocks a disk.
var told = []string{"audit", "lsm", "apparmor", "selinux", "enforcing", "security", "mitigations", "lockdown", "init_on_alloc", "init_on_free", "module.sig_enforce", "spec_store_bypass_disable", "ipv6.disable"}

// kernelWords are the kernel's arguments, of most the name alone.
func kernelWords(line string) []string {
	var out []string
	for w := range strings.FieldsSeq(line) {
		if name, _, has := strings.Cut(w, "="); has && !slices.Contains(told, name) {
			w = name
		}
		out = append(out, w)
	}
	return out
}

// flavour is what a kernel's release ends with: amd64, generic, cloud-amd64.
func flavour(r string) string {
	return strings.TrimLeft(r, "0123456789.-+~_")
}

// compareReleases orders releases of kernels: numbers by value.
func compareReleases(a, b string) int {
	for a != "" && b != "" {
		x, restA := chunk(a)
		y, restB := chunk(b)
		if x != y {
			if digit(x[0]) && digit(y[0]) {
				x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
				if len(x) != len(y) {
					return len(x) - len(y)
				}
			}
			if x != y {
				return strings.Compare(x, y)
			}
		}
		a, b = restA, restB
	}
	return len(a) - len(b)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// chunk cuts off what is all digits, or none.
func chunk(s string) (first, rest string) {
	i := 1
	for i < len(s) && digit(s[i]) == digit(s[0]) {
		i++
	}
	return s[:i], s[i:]
}

// firmware reads what the hypervisor tells about itself.
func (s *survey) firmware() {
	const dmi = "sys/class/dmi/id/"
	vendor, product := s.text(dmi+"sys_vendor"), s.text(dmi+"product_name")
	tag, chassis := s.text(dmi+"board_asset_tag"), s.text(dmi+"chassis_asset_tag")
	s.doc.Host.Model = product
	s.doc.Host.Virtualization = virtualization(vendor, product, s.text("sys/hypervisor/type"))
	if s.exists(".dockerenv") || s.exists("run/.containerenv") || strings.Contains(s.text("proc/1/environ"), "container=") {
		s.doc.Host.Virtualization = "container"
	}
	c := &Cloud{Evidence: "dmi"}
	switch {
	case vendor == "Amazon EC2" || strings.HasPrefix(strings.ToLower(s.text(dmi+"product_uuid")), "ec2") && s.text("sys/hypervisor/type") == "xen":
		c.Provider = "aws"
		if strings.HasPrefix(tag, "i-") {
			c.InstanceID = tag
		}
	case chassis == "7783-7084-3265-9085-8269-3286-77":
		c.Provider, c.InstanceID = "azure", strings.ToLower(s.text(dmi+"product_uuid"))
	case vendor == "Google" && strings.HasPrefix(product, "Google Compute Engine"):
		c.Provider = "google"
	case vendor == "DigitalOcean":
		c.Provider, c.InstanceID = "digitalocean", s.text(dmi+"product_serial")
	default:
		return
	}
	s.cloudInit(c)
	s.doc.Cloud = c
	if s.opt.Live != nil && c.Provider == "aws" {
		if required, err := s.opt.Live.Metadata(s.ctx, c.Provider); err != nil {
			s.doc.gap("cloud.metadata_token_required", "the metadata service did not answer: "+err.Error())
		} else {
			c.MetadataTokenRequired = &required
		}
	} else if c.Provider == "aws" {
		s.doc.gap("cloud.metadata_token_required", notRunning)
	}
}

func virtualization(vendor, product, hypervisor string) string {
	switch {
	case hypervisor != "":
		return hypervisor
	case vendor == "QEMU" || vendor == "Amazon EC2" || vendor == "Google" || strings.Contains(product, "KVM"):
		return "kvm"
	case strings.HasPrefix(vendor, "VMware"):
		return "vmware"
	case vendor == "Microsoft Corporation" && strings.Contains(product, "Virtual"):
		return "hyperv"
	case vendor == "":
		return ""
	}
	return "none"
}

// cloudInit completes the identity by what cloud-init noted when the machine
// first started.
func (s *survey) cloudInit(c *Cloud) {
	text, err := s.read("run/cloud-init/instance-data.json")
	if err != nil {
		return
	}
	v := member(text, "v1")
	if c.InstanceID == "" {
		c.InstanceID = textAt(v, "instance_id")
	}
	c.Region = textAt(v, "region")
	c.Account = cmpOr(textAt(v, "account_id"), textAt(member(text, "ds"), "meta_data", "accountId"))
}

// isDir tells a directory, also behind a link.
func (s *survey) isDir(name string) bool {
	info, err := s.stat(name)
	return err == nil && info.Mode()&fs.ModeDir != 0
}
