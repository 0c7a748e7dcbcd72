//go:build proof && linux

package proof

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// network leads from agents to the control plane, until it is cut: then nothing that
// is sent arrives any more, and nobody is told. Where it may be, the agents are in a
// network namespace of their own, and cut is the link out of it; elsewhere what
// passes the connections on stops doing so.
type network struct {
	address, to string
	link        *link // nil: cut in between

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newNetwork(t *testing.T, to string) *network {
	t.Helper()
	at := "127.0.0.1:0"
	link, err := newLink(t)
	if err != nil {
		t.Logf("no network namespace can be made here, so that the network is cut in between: %v", err)
	} else {
		at = link.outside + ":0"
	}
	l, err := net.Listen("tcp", at) //nolint:noctx // for as long as the test
	if err != nil {
		t.Fatal(err)
	}
	n := &network{address: l.Addr().String(), to: to, link: link, conns: map[net.Conn]bool{}}
	t.Cleanup(func() { l.Close(); n.end() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go n.pass(c)
		}
	}()
	return n
}

func (n *network) isCut() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.cut
}

// how says what is cut.
func (n *network) how() string {
	if n.link != nil {
		return "the link of the network namespace"
	}
	return "the connection in between"
}

// start starts a program where the agents are.
func (n *network) start(c *exec.Cmd) error {
	if n.link != nil {
		return n.link.start(c)
	}
	return c.Start()
}

// set cuts it, or mends it: what was open in between is lost then.
func (n *network) set(cut bool) {
	if n.link != nil {
		n.link.set(cut)
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cut = cut
	if !cut {
		for c := range n.conns {
			c.Close()
		}
		clear(n.conns)
	}
}

func (n *network) pass(in net.Conn) {
	out, err := net.Dial("tcp", n.to)
	if err != nil {
		in.Close()
		return
	}
	n.mu.Lock()
	n.conns[in], n.conns[out] = true, true
	n.mu.Unlock()
	one := func(to, from net.Conn) {
		b := make([]byte, 32<<10)
		for {
			k, err := from.Read(b)
			if n.isCut() {
				if err != nil {
					return
				}
				continue
			}
			if k > 0 {
				if _, werr := to.Write(b[:k]); werr != nil {
					err = werr
				}
			}
			if err != nil {
				to.Close()
				from.Close()
				return
			}
		}
	}
	go one(in, out)
	one(out, in)
}

// end closes what is open.
func (n *network) end() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.conns {
		c.Close()
	}
}

// link is a pair of interfaces, of which the inner one is in a namespace of its own.
type link struct {
	t         *testing.T
	namespace string // the file of it
	device    string // the outer interface
	outside   string // its address
}

// newLink makes one; that needs root, and a kernel that allows it.
func newLink(t *testing.T) (*link, error) {
	t.Helper()
	name, id := fmt.Sprintf("demarc-proof-%d", os.Getpid()), os.Getpid()%100000
	outer, inner := fmt.Sprintf("dmp%do", id), fmt.Sprintf("dmp%di", id)
	t.Cleanup(func() {
		ip("link", "del", outer)    //nolint:errcheck // it may not be there
		ip("netns", "delete", name) //nolint:errcheck // likewise
	})
	// The addresses are of those that are for trying networks out.
	for _, args := range [][]string{
		{"netns", "add", name},
		{"link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name},
		{"address", "add", "198.18.77.1/30", "dev", outer},
		{"link", "set", outer, "up"},
		{"-n", name, "address", "add", "198.18.77.2/30", "dev", inner},
		{"-n", name, "link", "set", inner, "up"},
		{"-n", name, "link", "set", "lo", "up"},
	} {
		if err := ip(args...); err != nil {
			return nil, err
		}
	}
	return &link{t: t, namespace: "/run/netns/" + name, device: outer, outside: "198.18.77.1"}, nil
}

func ip(args ...string) error {
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}

func (l *link) set(cut bool) {
	l.t.Helper()
	state := "up"
	if cut {
		state = "down"
	}
	if err := ip("link", "set", l.device, state); err != nil {
		l.t.Fatal(err)
	}
}

// start starts a program in the namespace. What a thread is in, its children are in; and a thread
// whose goroutine ends while it holds it is given up, not used for others.
func (l *link) start(c *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- func() error {
			f, err := os.Open(l.namespace)
			if err != nil {
				return err
			}
			defer f.Close()
			if err := unix.Setns(int(f.Fd()), unix.CLONE_NEWNET); err != nil {
				return fmt.Errorf("entering %s: %w", l.namespace, err)
			}
			return c.Start()
		}()
	}()
	return <-started
}
