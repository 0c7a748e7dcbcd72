package atomicfile

import "os"

// syncDir does nothing: Windows knows no such thing for directories.
func syncDir(*os.File) error { return nil }
