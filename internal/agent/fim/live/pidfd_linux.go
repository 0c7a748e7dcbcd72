package live

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// pidfds are open files that stand for processes, by their numbers. Unlike a number, such a
// file never stands for another process.
type pidfds map[int]int

// gone is in place of a file where the process had ended when the kernel was asked.
const gone = unix.FAN_NOPIDFD

func (p pidfds) close() {
	for _, fd := range p {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}

// take takes one out, who closes it is who took it.
func (p pidfds) take(pid int) (fd int, told bool) {
	fd, told = p[pid]
	if told && fd >= 0 {
		p[pid] = unix.FAN_EPIDFD // given away
	}
	return fd, told
}

// takePidfds finds the open files that events brought: one is kept for each process, the
// others are closed at once.
func takePidfds(b []byte) pidfds {
	var fds pidfds
	for len(b) >= metadataSize {
		size, meta := int(binary.NativeEndian.Uint32(b)), int(binary.NativeEndian.Uint16(b[6:]))
		if size < metadataSize || size > len(b) || meta < metadataSize || meta > size {
			break // next says so
		}
		pid := int(int32(binary.NativeEndian.Uint32(b[20:])))
		for info := b[meta:size]; len(info) >= infoHeader; {
			n := int(binary.NativeEndian.Uint16(info[2:]))
			if n < infoHeader || n > len(info) {
				break
			}
			if info[0] == unix.FAN_EVENT_INFO_TYPE_PIDFD && n >= infoHeader+4 {
				fds = fds.add(pid, int(int32(binary.NativeEndian.Uint32(info[infoHeader:]))))
			}
			info = info[n:]
		}
		b = b[size:]
	}
	return fds
}

func (p pidfds) add(pid, fd int) pidfds {
	if p == nil {
		p = pidfds{}
	}
	switch had, ok := p[pid]; {
	case !ok || had < 0 && fd >= 0:
		p[pid] = fd
	case fd >= 0:
		_ = unix.Close(fd)
	}
	return p
}

// alive tells whether the process has not ended.
func alive(fd int) bool {
	wait := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(wait, 0)
	return err == nil && n == 0
}
