package live

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
	"github.com/demarc-sec/demarc/internal/redact"
)

// processes remembers who is who, so that one which writes a thousand files is
// asked once.
type processes struct {
	known map[int]*remembered
	users map[uint32]string
	read  time.Time // when users were
	boot  time.Time
}

type remembered struct {
	p     *cause.Process
	fd    int // stands for the process; negative: nothing does
	until time.Time
}

const (
	rememberFor = 2 * time.Second
	maxParents  = 12
	maxCommand  = 4096
	noLogin     = 1<<32 - 1
)

func newProcesses() processes {
	p := processes{known: map[int]*remembered{}}
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) == nil {
		p.boot = time.Now().Add(-time.Duration(ts.Nano()))
	}
	return p
}

// get is a process that did something at a time. Who has the number now and is not the one
// that the kernel's file stands for is another, and so is, where the kernel gives no such
// file, who started later.
func (c *processes) get(pid int, at time.Time, fds pidfds) *cause.Process {
	if pid <= 0 {
		return nil
	}
	r, known := c.known[pid]
	if known && at.Before(r.until) {
		switch now, told := fds[pid]; {
		case !told || now == unix.FAN_EPIDFD, r.fd >= 0 && alive(r.fd):
			return r.p // nobody else can have the number
		case now == gone:
			return r.ended() // it, or one after it that was as short
		}
	}
	if known {
		c.forget(pid, r)
	}
	if len(c.known) >= maxProcesses {
		c.close()
	}
	r = &remembered{fd: unix.FAN_EPIDFD, until: at.Add(rememberFor)}
	fd, told := fds.take(pid)
	switch {
	case told && fd == gone:
		r.p = &cause.Process{PID: pid, Gone: true}
	case told && fd >= 0:
		r.fd = fd
		if r.p = c.ask(pid, at, 0); !alive(fd) {
			r.p = &cause.Process{PID: pid, Gone: true} // what was read may be another's
		}
	default:
		r.p = c.ask(pid, at, 0)
	}
	c.known[pid] = r
	return r.p
}

// ended is what was known of a process that is not there any more.
func (r *remembered) ended() *cause.Process {
	p := *r.p
	p.Gone = true
	return &p
}

func (c *processes) forget(pid int, r *remembered) {
	if r.fd >= 0 {
		_ = unix.Close(r.fd)
	}
	delete(c.known, pid)
}

// close forgets all.
func (c *processes) close() {
	for pid, r := range c.known {
		c.forget(pid, r)
	}
}

func (c *processes) ask(pid int, at time.Time, depth int) *cause.Process {
	p := &cause.Process{PID: pid}
	base := "/proc/" + strconv.Itoa(pid)
	parent, started, ok := c.stat(base)
	if !ok || started.After(at.Add(time.Second)) {
		p.Gone = true
		return p
	}
	p.Exe, _ = os.Readlink(base + "/exe")
	p.Exe = strings.TrimSuffix(p.Exe, " (deleted)")
	if b, err := readSome(base+"/cmdline", maxCommand); err == nil {
		for arg := range bytes.SplitSeq(bytes.Trim(b, "\x00"), []byte{0}) {
			if len(arg) > 0 {
				p.Command = append(p.Command, string(arg))
			}
		}
	}
	c.who(p, base)
	p.Command = redact.Args(p.Command)
	if parent > 0 && depth < maxParents {
		p.Parent = c.ask(parent, at, depth+1)
	}
	return p
}

func readSome(path string, limit int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, limit)
	n, err := f.Read(b)
	if n > 0 {
		err = nil
	}
	return b[:n], err
}

// stat reads the parent, and when the process started.
func (c *processes) stat(base string) (parent int, started time.Time, ok bool) {
	b, err := readSome(base+"/stat", 4096)
	if err != nil {
		return 0, started, false
	}
	// The name is in parentheses and may hold anything.
	i := bytes.LastIndexByte(b, ')')
	if i < 0 {
		return 0, started, false
	}
	f := strings.Fields(string(b[i+1:]))
	if len(f) < 20 {
		return 0, started, false
	}
	parent, _ = strconv.Atoi(f[1])
	const ticks = 100 // USER_HZ, on every processor Linux is built for today
	n, err := strconv.ParseInt(f[19], 10, 64)
	return parent, c.boot.Add(time.Duration(n) * time.Second / ticks), err == nil
}

// who reads users and the container.
func (c *processes) who(p *cause.Process, base string) {
	if b, err := readSome(base+"/status", 8192); err == nil {
		if _, after, ok := strings.Cut(string(b), "\nUid:"); ok {
			var real, effective uint32
			if n, _ := fmt.Sscan(after, &real, &effective); n == 2 {
				p.UID, p.User = &effective, c.user(effective)
			}
		}
	}
	if b, err := readSome(base+"/loginuid", 32); err == nil {
		if n, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 32); err == nil && n != noLogin {
			id := uint32(n)
			p.Login, p.LoginUser = &id, c.user(id)
		}
	}
	if b, err := readSome(base+"/cgroup", 4096); err == nil {
		p.Container, p.Unit = container(string(b)), unit(string(b))
	}
}

// container is the id in a control group's path, which engines put there: 64
// hexadecimal digits.
func container(cgroup string) string {
	for part := range strings.FieldsFuncSeq(cgroup, func(r rune) bool { return strings.ContainsRune("/:-.\n", r) }) {
		if len(part) == 64 && strings.Trim(part, "0123456789abcdef") == "" {
			return part[:12]
		}
	}
	return ""
}

// user is a name of a number, from /etc/passwd as it was within a minute.
func (c *processes) user(id uint32) string {
	if now := time.Now(); c.users == nil || now.Sub(c.read) > time.Minute {
		c.read, c.users = now, map[uint32]string{}
		if f, err := os.Open("/etc/passwd"); err == nil {
			s := bufio.NewScanner(f)
			for s.Scan() && len(c.users) < 100000 {
				f := strings.SplitN(s.Text(), ":", 4)
				if len(f) < 4 {
					continue
				}
				if n, err := strconv.ParseUint(f[2], 10, 32); err == nil {
					if _, ok := c.users[uint32(n)]; !ok {
						c.users[uint32(n)] = f[0]
					}
				}
			}
			_ = f.Close()
		}
	}
	return c.users[id]
}
