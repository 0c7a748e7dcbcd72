package logs

import "io/fs"

// inode is not told on this platform: the beginning of a file tells it from another.
func inode(fs.FileInfo) uint64 { return 1 }
