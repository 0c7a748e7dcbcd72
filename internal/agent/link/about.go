package link

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// About is what the host is, as enrolment tells it.
func About(version string, labels []string) (wire.Host, error) {
	name, err := os.Hostname()
	if err != nil {
		return wire.Host{}, fmt.Errorf("the host's name: %w", err)
	}
	h := wire.Host{
		Hostname: name, MachineID: MachineID(), Boot: Boot(), OS: runtime.GOOS, Arch: runtime.GOARCH, Kernel: kernel(), Virtual: virtual(),
		Addresses: addresses(), Labels: labels, Version: version,
	}
	h.Distro, h.Release = distribution()
	return h, nil
}

// MachineID is what the system itself calls this installation of it; empty where it
// does not.
func MachineID() string { return short(machineID()) }

func firstLine(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 256)
	n, _ := f.Read(b)
	line, _, _ := strings.Cut(string(b[:n]), "\n")
	return strings.TrimSpace(line)
}

func distribution() (id, release string) {
	if id, release = native(); id != "" {
		return short(id), short(release)
	}
	for _, path := range []string{"/etc/os-release", "/usr/lib/os-release"} {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan(); {
			key, value, _ := strings.Cut(s.Text(), "=")
			value = strings.Trim(value, `"'`)
			switch key {
			case "ID":
				id = short(value)
			case "VERSION_ID":
				release = short(value)
			}
		}
		return id, release
	}
	return "", ""
}

func short(s string) string { return s[:min(len(s), 64)] }

// addresses are those by which others may reach the host.
func addresses() []string {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []string
	for _, a := range list {
		n, ok := a.(*net.IPNet)
		if !ok || n.IP.IsLoopback() || n.IP.IsLinkLocalUnicast() || n.IP.IsMulticast() {
			continue
		}
		if out = append(out, n.IP.String()); len(out) == 32 {
			break
		}
	}
	return out
}

// checkLabel sees to it that a label is key=value.
func checkLabel(label string) error {
	key, value, ok := strings.Cut(label, "=")
	if !ok || key == "" || value == "" || len(label) > 200 || strings.ContainsFunc(label, func(r rune) bool { return r < ' ' }) {
		return fmt.Errorf("%q is no label; it is key=value", label)
	}
	return nil
}
