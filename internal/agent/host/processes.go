package host

import (
	"encoding/hex"
	"io/fs"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Process is one running program. Its arguments are not kept: they may hold
// secrets.
type Process struct {
	PID     int    `json:"pid"`
	Name    string `json:"name"`
	User    string `json:"user,omitempty"`
	Program string `json:"program,omitempty"` // the file, where the kernel tells
	Unit    string `json:"unit,omitempty"`
}

// Socket is one on which somebody listens.
type Socket struct {
	Protocol string `json:"protocol"` // tcp, tcp6, udp, udp6
	Address  string `json:"address"`
	Port     int    `json:"port"`
	Loopback bool   `json:"loopback"`
	Process  string `json:"process,omitempty"`
	PID      int    `json:"pid,omitempty"`
	User     string `json:"user,omitempty"`
	Unit     string `json:"unit,omitempty"`
	// Label is the socket in a few words. Named is how the group's list of allowed listeners may call it.
	Label string   `json:"label"`
	Named []string `json:"named"`
}

type process struct {
	Process
	inContainer bool
}

// maxProcesses bounds how many are looked at.
const maxProcesses = 20_000

// processes reads /proc: who runs, and who listens.
func (s *survey) processes() {
	if !s.exists("proc/sys/kernel/osrelease") {
		s.doc.gap("processes", notRunning)
		s.doc.gap("listeners", notRunning)
		return
	}
	entries, err := s.list("proc")
	if err != nil {
		s.doc.gap("processes", reason("proc", err))
		s.doc.gap("listeners", reason("proc", err))
		return
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || len(s.pids) >= maxProcesses {
			continue
		}
		if p, ok := s.process(pid); ok {
			s.pids = append(s.pids, p)
		}
	}
	slices.SortFunc(s.pids, func(a, b process) int { return a.PID - b.PID })
	for _, p := range s.pids {
		s.doc.Processes = append(s.doc.Processes, p.Process)
	}
	s.listeners()
}

func (s *survey) process(pid int) (process, bool) {
	dir := "proc/" + strconv.Itoa(pid)
	text, err := s.read(dir + "/status")
	if err != nil {
		return process{}, false // it ended meanwhile
	}
	p := process{Process: Process{PID: pid}}
	kernel := true
	for l := range strings.Lines(text) {
		key, value, _ := strings.Cut(l, ":")
		switch key {
		case "Name":
			p.Name = strings.TrimSpace(value)
		case "Uid":
			if f := strings.Fields(value); len(f) > 0 {
				p.User = s.userName(uint32(atoi(f[0], 0)))
			}
		case "VmSize":
			kernel = false
		}
	}
	if kernel {
		return process{}, false // a thread of the kernel's own
	}
	if exe, err := s.link(dir + "/exe"); err == nil {
		p.Program = strings.TrimSuffix(exe, " (deleted)")
	}
	p.Unit = unitOf(s.text(dir + "/cgroup"))
	return p, true
}

// unitOf reads the unit off a process's control group.
func unitOf(text string) string {
	best := ""
	for l := range strings.Lines(text) {
		parts := strings.SplitN(strings.TrimSpace(l), ":", 3)
		if len(parts) < 3 {
			continue
		}
		for segment := range strings.SplitSeq(parts[2], "/") {
			if strings.HasSuffix(segment, ".service") || strings.HasSuffix(segment, ".scope") {
				best = segment
			}
		}
	}
	return best
}

// listeners reads the kernel's tables of sockets, and finds the processes that
// hold those that listen.
func (s *survey) listeners() {
	sockets := map[string]*Socket{} // by inode
	found := false
	for _, protocol := range []string{"tcp", "tcp6", "udp", "udp6"} {
		name := "proc/net/" + protocol
		if s.real {
			name = "proc/self/net/" + protocol
		}
		text, err := s.readMost(name, 64<<20)
		if err != nil {
			s.unread("listeners", name, err)
			continue
		}
		found = true
		first := true
		for l := range strings.Lines(text) {
			if first {
				first = false
				continue
			}
			if inode, sock, ok := parseSocket(protocol, l); ok && len(sockets) < maxEntries {
				sock.User = s.userName(uint32(atoi(sock.User, 0)))
				sockets[inode] = sock
			}
		}
	}
	if !found {
		s.doc.gap("listeners", "the kernel's tables of sockets are not there")
		return
	}
	s.holders(sockets)
	for _, sock := range sockets {
		sock.call()
		s.doc.Listeners = append(s.doc.Listeners, *sock)
	}
	slices.SortFunc(s.doc.Listeners, func(a, b Socket) int {
		if a.Port != b.Port {
			return a.Port - b.Port
		}
		if c := strings.Compare(a.Protocol, b.Protocol); c != 0 {
			return c
		}
		return strings.Compare(a.Address, b.Address)
	})
}

// parseSocket reads one row: of TCP those that listen, of UDP those that are
// not connected.
func parseSocket(protocol, row string) (inode string, _ *Socket, ok bool) {
	f := strings.Fields(row)
	if len(f) < 10 {
		return "", nil, false
	}
	switch {
	case strings.HasPrefix(protocol, "tcp") && f[3] != "0A":
		return "", nil, false
	case strings.HasPrefix(protocol, "udp") && (f[3] != "07" || strings.Trim(f[2], "0:") != ""):
		return "", nil, false
	}
	host, port, ok := strings.Cut(f[1], ":")
	n, err := strconv.ParseUint(port, 16, 16)
	addr, err2 := kernelAddress(host)
	if !ok || err != nil || err2 != nil {
		return "", nil, false
	}
	return f[9], &Socket{Protocol: protocol, Address: addr.String(), Port: int(n), Loopback: addr.IsLoopback(), User: f[7]}, true
}

// kernelAddress reads an address as the kernel prints it: words of four bytes,
// each the other way round.
func kernelAddress(s string) (netip.Addr, error) {
	b, err := hex.DecodeString(s)
	if err != nil {
		return netip.Addr{}, err
	}
	for i := 0; i+4 <= len(b); i += 4 {
		b[i], b[i+1], b[i+2], b[i+3] = b[i+3], b[i+2], b[i+1], b[i]
	}
	a, ok := netip.AddrFromSlice(b)
	if !ok {
		return a, fs.ErrInvalid
	}
	return a.Unmap(), nil
}

// holders looks into the open files of processes until every socket is found.
func (s *survey) holders(sockets map[string]*Socket) {
	open := len(sockets)
	for _, p := range s.pids {
		if open == 0 {
			return
		}
		dir := "proc/" + strconv.Itoa(p.PID) + "/fd"
		entries, err := s.list(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			to, err := s.link(path.Join(dir, e.Name()))
			if err != nil || !strings.HasPrefix(to, "socket:[") {
				continue
			}
			sock := sockets[strings.TrimSuffix(to[len("socket:["):], "]")]
			if sock != nil && sock.PID == 0 {
				sock.PID, sock.Process, sock.User, sock.Unit = p.PID, p.Name, p.User, p.Unit
				open--
			}
		}
	}
}
