package host

import (
	"net"
	"strconv"

	"github.com/demarc-sec/demarc/internal/agent/packages"
)

// packages reads what software is installed, and which of it the processes that
// were found have loaded.
func (s *survey) packages() {
	inv := packages.Read(s.fsys)
	if len(inv.Databases) == 0 {
		why := "no database of packages was found"
		if len(inv.Problems) > 0 {
			why = inv.Problems[0]
		}
		s.doc.gap("packages", why)
		return
	}
	var running []packages.Process
	for _, p := range s.pids {
		if !p.inContainer { // its files are those of its image
			running = append(running, packages.Process{PID: p.PID, Name: p.Name, Program: p.Program})
		}
	}
	var listeners []packages.Listener
	for _, l := range s.doc.Listeners {
		if l.PID != 0 {
			listeners = append(listeners, packages.Listener{PID: l.PID, On: l.Protocol + " " + net.JoinHostPort(l.Address, strconv.Itoa(l.Port))})
		}
	}
	inv.Join(s.fsys, running, listeners)
	s.doc.Packages = inv
}
