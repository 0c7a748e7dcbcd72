package host

import "runtime"

// Reads tells whether anything of this platform is read.
func Reads() bool {
	switch runtime.GOOS {
	case "linux", "darwin", "windows":
		return true
	}
	return false
}
