package host

import (
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
)

// System is what a platform other than Linux tells of a host. What is not here,
// nobody looks at there.
type System struct {
	Host     Identity
	OS       OS
	Kernel   string
	Packages *packages.Inventory
	// Listeners count when Listening is set.
	Listeners []Socket
	Listening bool
	Gaps      []Gap
}

// notHere is why something is not known.
const notHere = "not on this platform"

// Describe makes a document of what a platform tells. Everything else is not read, and
// so not known: none of the checks that are made for Linux holds because nothing was seen.
func Describe(sys *System, opt Options) *Document {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	d := &Document{
		Version: Version, Made: opt.Now.UTC().Truncate(time.Second), Agent: opt.Agent, Read: []string{"host", "kernel", "os"}, Gaps: sys.Gaps,
		Host: sys.Host, OS: sys.OS, Kernel: Kernel{Running: sys.Kernel}, Roles: opt.Roles, Packages: sys.Packages,
	}
	for _, member := range []string{"kernel.installed", "kernel.newest", "kernel.restart_wanted"} {
		d.gap(member, notHere)
	}
	if len(opt.Listeners) > 0 {
		d.Allowed = &Allowed{Listeners: opt.Listeners}
	}
	if len(opt.Roles) > 0 {
		d.Read = append(d.Read, "roles")
	}
	if sys.Packages != nil {
		d.Read = append(d.Read, "packages")
	}
	if sys.Listening {
		d.Read, d.Listeners = append(d.Read, "listeners"), sys.Listeners
	}
	slices.Sort(d.Read)
	return d
}

// call gives a socket the names that people and the group's list know it by.
func (k *Socket) call() {
	port := strconv.Itoa(k.Port)
	k.Named = []string{port, k.Protocol[:3] + "/" + port}
	k.Label = k.Protocol[:3] + "/" + port
	if k.Process != "" {
		k.Label += " (" + k.Process + ")"
		k.Named = append(k.Named, k.Process, k.Process+"/"+port)
	}
}

// table is how Windows lays out a list of sockets: a number of rows of a fixed size, the
// address and the port of each, and whose it is.
type table struct {
	protocol            string
	row                 int
	address, port, proc int // where they stand in a row
	wide                bool
}

// The tables of GetExtendedTcpTable and GetExtendedUdpTable with the owner's
// process, the first of listeners only.
var tables = []table{
	{"tcp", 24, 4, 8, 20, false},
	{"tcp6", 56, 0, 20, 52, true},
	{"udp", 12, 0, 4, 8, false},
	{"udp6", 28, 0, 20, 24, true},
}

// parse reads a table. names are those of processes.
func (t table) parse(b []byte, names map[int]string) ([]Socket, error) {
	if len(b) < 4 {
		return nil, errors.New("the table is cut off")
	}
	n := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	if n > len(b)/t.row {
		return nil, fmt.Errorf("the table has %d bytes for %d rows", len(b), n)
	}
	var out []Socket
	for i := range n {
		row := b[i*t.row : (i+1)*t.row]
		var at netip.Addr
		if t.wide {
			at = netip.AddrFrom16([16]byte(row[t.address : t.address+16]))
		} else {
			at = netip.AddrFrom4([4]byte(row[t.address : t.address+4]))
		}
		k := Socket{
			Protocol: t.protocol, Address: at.String(), Port: int(binary.BigEndian.Uint16(row[t.port:])), // as it goes over the network
			Loopback: at.IsLoopback(), PID: int(binary.LittleEndian.Uint32(row[t.proc:])),
		}
		k.Process = names[k.PID]
		k.call()
		out = append(out, k)
	}
	return out, nil
}

// macOS reads which release it is from SystemVersion.plist.
func macOS(text []byte) (OS, error) {
	values, err := plist(text)
	if err != nil {
		return OS{}, err
	}
	o := OS{ID: "macos", Version: values["ProductVersion"], Name: strings.TrimSpace(values["ProductName"] + " " + values["ProductVersion"])}
	if o.Version == "" {
		return o, errors.New("it names no version")
	}
	major, _, _ := strings.Cut(o.Version, ".")
	o.Release = "macos-" + major
	return o, nil
}

// plist reads the texts of a property list in XML that is one dictionary.
func plist(text []byte) (map[string]string, error) {
	d := xml.NewDecoder(strings.NewReader(string(text)))
	out := map[string]string{}
	key, depth := "", 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local != "key" && e.Name.Local != "string" {
				if depth++; depth > 100 {
					return nil, errors.New("it is nested too deeply")
				}
				continue
			}
			var s string
			if err := d.DecodeElement(&s, &e); err != nil {
				return nil, err
			}
			switch {
			case depth != 2: // in plist and dict
			case e.Name.Local == "key":
				key = s
			default:
				out[key] = s
			}
		case xml.EndElement:
			depth--
		}
	}
}
