package fim

import "syscall"

// notDirectory is what a path through something that is no directory is.
var notDirectory error = syscall.ENOTDIR
