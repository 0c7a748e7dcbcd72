//go:build unix

package host

import (
	"io/fs"
	"syscall"
)

func sysOwner(info fs.FileInfo) (uid, gid uint32, ok bool) {
	if st, is := info.Sys().(*syscall.Stat_t); is {
		return st.Uid, st.Gid, true
	}
	return 0, 0, false
}
