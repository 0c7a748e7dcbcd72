package link

import (
	"bytes"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Boot names the boot the host is in.
func Boot() string { return firstLine("/proc/sys/kernel/random/boot_id") }

// Uptime is how long that is.
func Uptime() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

func machineID() string { return firstLine("/etc/machine-id") }

// native is for systems that have no os-release.
func native() (id, release string) { return "", "" }

func kernel() string { return firstLine("/proc/sys/kernel/osrelease") }

// virtual is what the host runs in: a container, or a hypervisor by the name it
// gives itself.
func virtual() string {
	for _, mark := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Stat(mark); err == nil {
			return "container"
		}
	}
	if env, err := os.ReadFile("/proc/1/environ"); err == nil && bytes.Contains(env, []byte("container=")) {
		return "container"
	}
	text := strings.ToLower(firstLine("/sys/class/dmi/id/sys_vendor") + " " + firstLine("/sys/class/dmi/id/product_name"))
	for _, v := range []struct{ mark, name string }{
		{"amazon ec2", "amazon"},
		{"google", "google"},
		{"kvm", "kvm"},
		{"qemu", "qemu"},
		{"vmware", "vmware"},
		{"virtualbox", "oracle"},
		{"microsoft corporation virtual machine", "microsoft"},
		{"xen", "xen"},
		{"openstack", "openstack"},
	} {
		if strings.Contains(text, v.mark) {
			return v.name
		}
	}
	if kind := firstLine("/sys/hypervisor/type"); kind != "" {
		return short(kind)
	}
	return ""
}
