package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"

	"github.com/demarc-sec/demarc/internal/agent/packages"
)

const (
	currentVersion = `SOFTWARE\Microsoft\Windows NT\CurrentVersion`
	uninstalls     = `SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall`
	servicing      = `SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages`
)

// Native reads what Windows tells of the host.
func Native() *System {
	s := &System{Host: Identity{Arch: runtime.GOARCH, MachineID: registryText(`SOFTWARE\Microsoft\Cryptography`, "MachineGuid")}}
	if name, err := os.Hostname(); err == nil {
		s.Host.Hostname = name
	}
	s.OS, s.Kernel = windowsRelease()
	s.Packages = &packages.Inventory{
		Distro: packages.Distro{ID: s.OS.ID, Version: s.OS.Version, Name: s.OS.Name}, Databases: []packages.Database{}, Packages: []packages.Package{},
	}
	software(s.Packages)
	s.listeners()
	return s
}

// registryText is one value of the machine's registry, and empty where there is none.
func registryText(key, name string) string {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.QUERY_VALUE|registry.WOW64_64KEY)
	if err != nil {
		return ""
	}
	defer k.Close()
	v, _, err := k.GetStringValue(name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(v)
}

func windowsRelease() (o OS, kernel string) {
	v := windows.RtlGetVersion()
	kernel = fmt.Sprintf("%d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
	o = OS{ID: "windows", Version: kernel, Name: registryText(currentVersion, "ProductName")}
	if k, err := registry.OpenKey(registry.LOCAL_MACHINE, currentVersion, registry.QUERY_VALUE|registry.WOW64_64KEY); err == nil {
		defer k.Close()
		if ubr, _, err := k.GetIntegerValue("UBR"); err == nil {
			o.Version = fmt.Sprintf("%s.%d", kernel, ubr)
		}
	}
	return o, kernel
}

// software reads what is listed to be uninstalled, and the updates.
func software(inv *packages.Inventory) {
	for _, view := range []struct {
		flag uint32
		arch string
	}{{registry.WOW64_64KEY, runtime.GOARCH}, {registry.WOW64_32KEY, "386"}} {
		var list []packages.Uninstall
		err := each(uninstalls, view.flag, func(name string, k registry.Key) {
			get := func(value string) string {
				s, _, err := k.GetStringValue(value)
				if err != nil {
					return ""
				}
				return strings.TrimSpace(s)
			}
			number := func(value string) uint64 {
				n, _, err := k.GetIntegerValue(value)
				if err != nil {
					return 0
				}
				return n
			}
			list = append(list, packages.Uninstall{
				Key: name, DisplayName: get("DisplayName"), DisplayVersion: get("DisplayVersion"), Publisher: get("Publisher"), InstallDate: get("InstallDate"),
				ReleaseType: get("ReleaseType"), ParentKeyName: get("ParentKeyName"), EstimatedSize: number("EstimatedSize"),
				SystemComponent: number("SystemComponent") == 1, Arch: view.arch,
			})
		})
		if errors.Is(err, registry.ErrNotExist) && view.arch == "386" {
			continue // there are none of 32 bits
		}
		if err != nil {
			inv.Problem("the list of programs: %v", err)
			continue
		}
		inv.AddUninstalls(`HKLM\`+uninstalls, list)
	}
	states := map[string]uint64{}
	err := each(servicing, registry.WOW64_64KEY, func(name string, k registry.Key) {
		if n, _, err := k.GetIntegerValue("CurrentState"); err == nil {
			states[name] = n
		}
	})
	if err != nil {
		inv.Problem("the updates: %v", err)
		return
	}
	inv.AddServicing(`HKLM\`+servicing, states)
	inv.Problem("what each user installed for himself, and what the Store did, is not read")
}

// each visits the keys below one.
func each(key string, view uint32, do func(name string, k registry.Key)) error {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.ENUMERATE_SUB_KEYS|view)
	if err != nil {
		return err
	}
	defer k.Close()
	names, err := k.ReadSubKeyNames(-1)
	if err != nil {
		return err
	}
	for _, name := range names {
		sub, err := registry.OpenKey(k, name, registry.QUERY_VALUE|view)
		if err != nil {
			continue // it went meanwhile, or is not for us
		}
		do(name, sub)
		sub.Close()
	}
	return nil
}

var (
	iphlpapi = windows.NewLazySystemDLL("iphlpapi.dll")
	askTCP   = iphlpapi.NewProc("GetExtendedTcpTable")
	askUDP   = iphlpapi.NewProc("GetExtendedUdpTable")
)

const (
	tcpListeners = 3 // TCP_TABLE_OWNER_PID_LISTENER
	udpOwners    = 1 // UDP_TABLE_OWNER_PID
)

// listeners asks who listens.
func (s *System) listeners() {
	names := processNames()
	for _, t := range tables {
		b, err := t.ask()
		if err == nil {
			var more []Socket
			if more, err = t.parse(b, names); err == nil {
				s.Listeners = append(s.Listeners, more...)
				continue
			}
		}
		s.Listening, s.Listeners = false, nil
		s.Gaps = append(s.Gaps, Gap{"listeners", t.protocol + ": " + err.Error()})
		return
	}
	s.Listening = true
}

// ask returns the table as it is.
func (t table) ask() ([]byte, error) {
	ask, class := askTCP, tcpListeners
	if strings.HasPrefix(t.protocol, "udp") {
		ask, class = askUDP, udpOwners
	}
	family := windows.AF_INET
	if t.wide {
		family = windows.AF_INET6
	}
	if err := ask.Find(); err != nil {
		return nil, err
	}
	size := uint32(64 << 10)
	for range 5 { // it may grow meanwhile
		b := make([]byte, size)
		code, _, _ := ask.Call(uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&size)), 0, uintptr(family), uintptr(class), 0) //nolint:errcheck // the code is the answer
		switch syscall.Errno(code) {
		case windows.ERROR_SUCCESS:
			return b, nil
		case windows.ERROR_INSUFFICIENT_BUFFER:
			if size > 64<<20 {
				return nil, windows.ERROR_INSUFFICIENT_BUFFER
			}
		default:
			return nil, syscall.Errno(code)
		}
	}
	return nil, windows.ERROR_INSUFFICIENT_BUFFER
}

// processNames are the programs of all processes, without .exe.
func processNames() map[int]string {
	out := map[int]string{}
	all, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return out
	}
	defer windows.CloseHandle(all) //nolint:errcheck // nothing was written
	e := windows.ProcessEntry32{}
	e.Size = uint32(unsafe.Sizeof(e))
	for err := windows.Process32First(all, &e); err == nil; err = windows.Process32Next(all, &e) {
		name := windows.UTF16ToString(e.ExeFile[:])
		out[int(e.ProcessID)] = strings.TrimSuffix(strings.ToLower(name), filepath.Ext(strings.ToLower(name)))
	}
	return out
}
