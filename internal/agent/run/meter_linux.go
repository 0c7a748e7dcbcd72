package run

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// thread is one of this process, by its number.
type thread int

func thisThread() thread { return thread(unix.Gettid()) }

// cpu is the processor time of a thread. Every thread has a clock whose number is
// made of its own: its complement shifted by three, with the bits for "scheduler's
// count" and "of a thread".
func (t thread) cpu() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(int32(^int(t)<<3|6), &ts) != nil { //nolint:gosec // thread numbers are small
		return 0
	}
	return time.Duration(ts.Nano())
}

// processCPU is that of all threads, also of those that ended.
func processCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const (
	ioprioWhoProcess = 1
	ioprioIdle       = 3 << 13
)

// giveWay makes the calling thread the last to get a processor or the disk. What it
// is refused, it does without.
func giveWay() {
	tid := unix.Gettid()
	_ = unix.Setpriority(unix.PRIO_PROCESS, tid, 19)
	_, _, _ = unix.Syscall(unix.SYS_IOPRIO_SET, ioprioWhoProcess, uintptr(tid), ioprioIdle)
}
