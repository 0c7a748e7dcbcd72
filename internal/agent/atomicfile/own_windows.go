package atomicfile

import "os"

// Adopt does nothing here: the service is who makes the files.
func Adopt(*os.File) error { return nil }

// MakeDir makes a directory with those above it.
func MakeDir(dir string) error { return os.MkdirAll(dir, 0o700) }
