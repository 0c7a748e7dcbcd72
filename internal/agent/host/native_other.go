//go:build !darwin && !windows

package host

// Native returns nil: Linux is read by Collect, and others not at all.
func Native() *System { return nil }
