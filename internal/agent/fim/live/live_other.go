//go:build !linux

package live

import "context"

// Watcher watches nothing here.
type Watcher struct{ Marks, Unmarked []string }

// Open is ErrUnavailable on this platform.
func Open(Options) (*Watcher, error) { return nil, ErrUnavailable }

// Run is ErrUnavailable on this platform.
func (*Watcher) Run(context.Context, Sink) error { return ErrUnavailable }

// Close does nothing.
func (*Watcher) Close() error { return nil }
