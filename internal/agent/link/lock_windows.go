package link

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// ErrRunning says that another agent uses the state.
var ErrRunning = errors.New("an agent is running already")

// Lock keeps other agents out of the state until the file is closed.
func (s State) Lock() (*os.File, error) {
	f, err := os.OpenFile(s.Path("lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	var o windows.Overlapped
	if err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &o); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w with the state in %s", ErrRunning, s.Dir)
	}
	return f, nil
}

// private does nothing: the directory has its parent's access list, which the
// installation sets.
func private(string) error { return nil }

// Own does nothing: what is made in the directory has its access list.
func (State) Own() error { return nil }
