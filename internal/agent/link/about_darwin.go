package link

import (
	"time"

	"golang.org/x/sys/unix"
)

// Boot names the boot the host is in.
func Boot() string { return sysctl("kern.bootsessionuuid") }

// Uptime is how long that is.
func Uptime() time.Duration {
	t, err := unix.SysctlTimeval("kern.boottime")
	if err != nil {
		return 0
	}
	return time.Since(time.Unix(t.Unix()))
}

func machineID() string { return sysctl("kern.uuid") }

func native() (id, release string) { return "macos", sysctl("kern.osproductversion") }

func kernel() string { return sysctl("kern.osrelease") }

func virtual() string { return "" }

func sysctl(name string) string {
	v, err := unix.Sysctl(name)
	if err != nil {
		return ""
	}
	return v
}
