package link

import (
	"crypto/rand"
	"fmt"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// boot stands for the boot, for which Windows has no name: it is as old as the
// process.
var boot = rand.Text()

// Boot names the boot the host is in, as far as it is known.
func Boot() string { return boot }

// Uptime is how long the host has been up.
func Uptime() time.Duration { return windows.DurationSinceBoot() }

func machineID() string {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, `SOFTWARE\Microsoft\Cryptography`, registry.QUERY_VALUE|registry.WOW64_64KEY)
	if err != nil {
		return ""
	}
	defer k.Close()
	id, _, err := k.GetStringValue("MachineGuid")
	if err != nil {
		return ""
	}
	return id
}

func native() (id, release string) {
	v := windows.RtlGetVersion()
	return "windows", fmt.Sprintf("%d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
}

func kernel() string {
	_, release := native()
	return release
}

func virtual() string { return "" }
