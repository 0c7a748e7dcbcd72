//go:build !linux && !darwin && !windows

package link

import (
	"crypto/rand"
	"time"
)

var started = time.Now()

// boot stands for the boot, of which this platform tells nothing here: it is as
// old as the process.
var boot = rand.Text()

// Boot names the boot the host is in, as far as it is known.
func Boot() string { return boot }

// Uptime is how long that is.
func Uptime() time.Duration { return time.Since(started) }

func machineID() string { return "" }

func native() (id, release string) { return "", "" }

func kernel() string { return "" }

func virtual() string { return "" }
