//go:build !windows

package link

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ErrRunning says that another agent uses the state.
var ErrRunning = errors.New("an agent is running already")

// Lock keeps other agents out of the state until the file is closed.
func (s State) Lock() (*os.File, error) {
	f, err := os.OpenFile(s.Path("lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w with the state in %s", ErrRunning, s.Dir)
		}
		return nil, err
	}
	return f, nil
}

// private has a directory be the owner's alone.
func private(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return os.Chmod(dir, 0o700) //nolint:gosec // a directory
	}
	return nil
}

// Own gives what lies in the state to whom the directory belongs: the service is
// somebody else than who enrols the host.
func (s State) Own() error {
	info, err := os.Stat(s.Dir)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 || st.Uid == 0 {
		return nil
	}
	// Whom the state belongs to may put links there while root goes through it: none leads out.
	root, err := os.OpenRoot(s.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(path, int(st.Uid), int(st.Gid))
	})
}
