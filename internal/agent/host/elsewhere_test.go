package host

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rows is a table as Windows lays it out.
func rows(rows ...[]byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(rows)))
	for _, r := range rows {
		out = append(out, r...)
	}
	return append(out, make([]byte, 100)...) // the buffer is larger than what is in it
}

func words(values ...uint32) (out []byte) {
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

func port(n uint16) uint32 { return uint32(n>>8 | n<<8) }

func TestTables(t *testing.T) {
	names := map[int]string{4: "system", 900: "sqlservr"}
	six := make([]byte, 16)
	six[15] = 1
	for i, c := range []struct {
		bytes []byte
		want  Socket
	}{
		{rows(words(2, 0, port(445), 0, 0, 4)), Socket{Protocol: "tcp", Address: "0.0.0.0", Port: 445, Process: "system", PID: 4, Label: "tcp/445 (system)", Named: []string{"445", "tcp/445", "system", "system/445"}}},
		{rows(slices.Concat(six, words(0, port(1433)), make([]byte, 16), words(0, 0, 2, 900))), Socket{Protocol: "tcp6", Address: "::1", Port: 1433, Loopback: true, Process: "sqlservr", PID: 900, Label: "tcp/1433 (sqlservr)", Named: []string{"1433", "tcp/1433", "sqlservr", "sqlservr/1433"}}},
		{rows(words(0x0100007f, port(123), 77)), Socket{Protocol: "udp", Address: "127.0.0.1", Port: 123, Loopback: true, PID: 77, Label: "udp/123", Named: []string{"123", "udp/123"}}},
		{rows(slices.Concat(make([]byte, 16), words(0, port(5353), 4))), Socket{Protocol: "udp6", Address: "::", Port: 5353, Process: "system", PID: 4, Label: "udp/5353 (system)", Named: []string{"5353", "udp/5353", "system", "system/5353"}}},
	} {
		got, err := tables[i].parse(c.bytes, names)
		if d := cmp.Diff([]Socket{c.want}, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", tables[i].protocol, err, d)
		}
		for _, bad := range [][]byte{nil, {1, 0}, words(2), words(1 << 31)} {
			if _, err := tables[i].parse(bad, names); err == nil {
				t.Errorf("%s: %x is taken", tables[i].protocol, bad)
			}
		}
	}
}

func TestMacOS(t *testing.T) {
	const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>BuildID</key>
	<string>AAAA</string>
	<key>Nested</key>
	<dict><key>ProductVersion</key><string>1.0</string></dict>
	<key>ProductName</key>
	<string>macOS</string>
	<key>ProductVersion</key>
	<string>14.5</string>
</dict>
</plist>
`
	got, err := macOS([]byte(text))
	if d := cmp.Diff(OS{ID: "macos", Version: "14.5", Name: "macOS 14.5", Release: "macos-14"}, got); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	for _, bad := range []string{"", "<plist><dict>", "bplist00", strings.Repeat("<a>", 200)} {
		if _, err := macOS([]byte(bad)); err == nil {
			t.Errorf("%.20q is taken", bad)
		}
	}
}

func TestDescribe(t *testing.T) {
	d := Describe(&System{Host: Identity{Hostname: "win-1"}, Kernel: "10.0.20348"}, Options{Roles: []string{"db"}})
	if diff := cmp.Diff([]string{"host", "kernel", "os", "roles"}, d.Read); diff != "" || d.Version != Version {
		t.Error(diff)
	}
	if len(d.Gaps) != 3 {
		t.Errorf("gaps are %v", d.Gaps)
	}
}
