//go:build !linux

package live

// Open is ErrUnavailable on this platform.
func Open(Options) (Watcher, error) { return nil, ErrUnavailable }
