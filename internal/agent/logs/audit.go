package logs

import (
	"encoding/hex"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/detect"
)

// Bounds of what auditd says at once.
const (
	mostOpen    = 64  // groups that wait for more records
	mostRecords = 100 // of a group
	mostFields  = 400
)

// together are types of records of which several make one event. Others stand alone.
var together = map[string]bool{
	"SYSCALL": true, "EXECVE": true, "CWD": true, "PATH": true, "PROCTITLE": true, "SOCKADDR": true, "OBJ_PID": true, "BPRM_FCAPS": true, "CAPSET": true,
	"FD_PAIR": true, "MMAP": true, "KERN_MODULE": true, "NETFILTER_CFG": true, "CONFIG_CHANGE": true, "AVC": true, "OPENAT2": true, "TIME_ADJNTPVAL": true,
	"TIME_INJOFFSET": true, "BPF": true, "FANOTIFY": true, "LOGIN": true, "IPC": true, "ANOM_PROMISCUOUS": true, "SECCOMP": true,
}

// group is an event of the audit log, of which records came.
type group struct {
	id      string
	records int
	event   *detect.Event
}

// grouper keeps groups until they are complete: when their last record came, or so many
// others came that it must have.
type grouper struct{ open []*group }

func (g *grouper) find(id string) *group {
	for _, v := range slices.Backward(g.open) {
		if v.id == id {
			return v
		}
	}
	return nil
}

func (g *grouper) flush(p *Parser) {
	for _, x := range g.open {
		p.emitAudit(x.event)
	}
	g.open = g.open[:0]
}

func (g *grouper) done(p *Parser, x *group) {
	for i := range g.open {
		if g.open[i] == x {
			g.open = append(g.open[:i], g.open[i+1:]...)
			p.emitAudit(x.event)
			return
		}
	}
}

// record takes a line of the audit log.
func (p *Parser) record(s string) {
	rest := s
	if strings.HasPrefix(rest, "node=") {
		_, rest, _ = strings.Cut(rest, " ")
	}
	kind, rest, ok := strings.Cut(strings.TrimPrefix(rest, "type="), " ")
	rest, ok2 := strings.CutPrefix(rest, "msg=audit(")
	id, body, ok3 := strings.Cut(rest, ")")
	body = strings.TrimPrefix(body, ":")
	if !ok || !ok2 || !ok3 || len(id) > 40 {
		return // no record
	}
	if kind == "EOE" {
		if g := p.audit.find(id); g != nil {
			p.audit.done(p, g)
		}
		return
	}
	if !together[kind] {
		e := &detect.Event{Time: auditTime(id, p.Now()), Text: s}
		auditFields(e, kind, body)
		p.emitAudit(e)
		return
	}
	g := p.audit.find(id)
	if g == nil {
		g = &group{id: id, event: &detect.Event{Time: auditTime(id, p.Now()), Text: s}}
		if p.audit.open = append(p.audit.open, g); len(p.audit.open) > mostOpen {
			p.audit.done(p, p.audit.open[0])
		}
	} else if len(g.event.Text) < Longest {
		g.event.Text += "\n" + s
	}
	auditFields(g.event, kind, body)
	if g.records++; kind == "PROCTITLE" || g.records >= mostRecords {
		p.audit.done(p, g)
	}
}

// auditTime reads "1732828059.123:4711".
func auditTime(id string, now time.Time) time.Time {
	sec, _, _ := strings.Cut(id, ":")
	s, frac, _ := strings.Cut(sec, ".")
	n, err := strconv.ParseInt(s, 10, 64)
	ms, _ := strconv.ParseInt(frac, 10, 64)
	if err != nil || n < 0 || n > 1<<36 || ms < 0 || ms > 999 {
		return now
	}
	return time.Unix(n, ms*int64(time.Millisecond)).UTC()
}

// auditFields adds a record's fields. What auditd adds in words after a separator (ENRICHED) is
// in upper case, and comes along.
func auditFields(e *detect.Event, kind, body string) {
	e.Add("type", kind)
	for len(body) > 0 && len(e.Fields) < mostFields {
		body = strings.TrimLeft(body, " \x1d")
		name, rest, ok := strings.Cut(body, "=")
		if i := strings.LastIndexByte(name, ' '); i >= 0 {
			name = name[i+1:] // words before it, as in "op=… res=1" of old kernels
		}
		if !ok {
			return
		}
		switch {
		case strings.HasPrefix(rest, "\""):
			value, after, _ := strings.Cut(rest[1:], "\"")
			e.Add(name, value)
			body = after
		case strings.HasPrefix(rest, "'"): // of a program in user space: fields in it
			value, after, _ := strings.Cut(rest[1:], "'")
			if strings.Contains(value, "=") && name == "msg" {
				body = value + " " + after
				continue
			}
			e.Add(name, value)
			body = after
		default:
			i := strings.IndexAny(rest, " \x1d")
			if i < 0 {
				i = len(rest)
			}
			e.Add(name, unhex(kind, name, strings.TrimSuffix(rest[:i], ",")))
			body = rest[i:]
		}
	}
}

// encoded are fields whose value is in hexadecimal where it has spaces or worse.
var encoded = map[string]bool{"exe": true, "comm": true, "name": true, "cwd": true, "proctitle": true, "key": true, "acct": true, "cmd": true, "ocomm": true, "path": true}

func unhex(kind, name, value string) string {
	arg := kind == "EXECVE" && strings.HasPrefix(name, "a") && name != "argc" && !strings.Contains(name, "_len")
	if !arg && !encoded[name] || len(value) < 2 || len(value)%2 != 0 {
		return value
	}
	b, err := hex.DecodeString(value)
	if err != nil {
		return value
	}
	s := strings.ReplaceAll(strings.TrimRight(string(b), "\x00"), "\x00", " ")
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
}

// emitAudit adds what the records say together, and emits the event.
func (p *Parser) emitAudit(e *detect.Event) {
	e.Source = Audit
	call, ok := e.Get("SYSCALL")
	if !ok {
		arch, _ := e.Get("arch")
		number, _ := e.Get("syscall")
		if call = syscalls[arch][number]; call != "" {
			e.Add("SYSCALL", call)
		}
	}
	exe, _ := e.Get("exe")
	e.Add("Image", exe)
	if uid, ok := e.Get("AUID"); ok {
		e.Add("User", uid)
	}
	switch call {
	case "execve", "execveat":
		e.Source = Exec
		e.Add("CommandLine", arguments(e))
		dir, _ := e.Get("cwd")
		e.Add("CurrentDirectory", dir)
		pid, _ := e.Get("pid")
		e.Add("ProcessId", pid)
	case "connect":
		e.Source = Connect
		e.Add("DestinationIp", socketAddress(e))
	default:
		p.files(e)
	}
	p.Emit(e)
}

// files names what was made or written: the whole path.
func (p *Parser) files(e *detect.Event) {
	dir, _ := e.Get("cwd")
	var name string
	for _, f := range e.Fields {
		switch {
		case f.Name == "name":
			name = f.Value
		case f.Name == "nametype" && f.Value != "PARENT" && name != "":
			if !path.IsAbs(name) {
				name = path.Join(dir, name)
			}
			e.Add("TargetFilename", name)
			e.Source = Created
			name = ""
		}
		if len(e.Fields) > 2*mostFields {
			return
		}
	}
}

// arguments are those of EXECVE, or else the title of the process.
func arguments(e *detect.Event) string {
	var b strings.Builder
	inExec := false
	for _, f := range e.Fields {
		if f.Name == "type" {
			inExec = f.Value == "EXECVE"
			continue
		}
		if !inExec || !strings.HasPrefix(f.Name, "a") || f.Name == "argc" || strings.Contains(f.Name, "_len") {
			continue
		}
		if b.Len() > 0 && (!strings.Contains(f.Name, "[") || strings.HasSuffix(f.Name, "[0]")) {
			b.WriteByte(' ')
		}
		b.WriteString(f.Value)
	}
	if b.Len() == 0 {
		title, _ := e.Get("proctitle")
		return title
	}
	return b.String()
}

// socketAddress is the address of saddr=02000050A9FEA9FE….
func socketAddress(e *detect.Event) string {
	s, _ := e.Get("saddr")
	b, err := hex.DecodeString(s)
	switch {
	case err != nil || len(b) < 8:
		return ""
	case b[0] == 2 && b[1] == 0:
		e.Add("DestinationPort", strconv.Itoa(int(b[2])<<8|int(b[3])))
		return strconv.Itoa(int(b[4])) + "." + strconv.Itoa(int(b[5])) + "." + strconv.Itoa(int(b[6])) + "." + strconv.Itoa(int(b[7]))
	}
	return ""
}

// syscalls that rules ask for, by architecture and number, where auditd does not say
// their names.
var syscalls = map[string]map[string]string{
	"c000003e": {
		"2": "open", "42": "connect", "59": "execve", "76": "truncate", "77": "ftruncate", "82": "rename", "85": "creat", "87": "unlink", "88": "symlink", "90": "chmod",
		"91": "fchmod", "101": "ptrace", "159": "adjtimex", "164": "settimeofday", "165": "mount", "175": "init_module", "176": "delete_module", "188": "setxattr", "190": "fsetxattr",
		"227": "clock_settime", "257": "openat", "263": "unlinkat", "264": "renameat", "266": "symlinkat", "268": "fchmodat", "305": "clock_adjtime", "310": "process_vm_readv",
		"311": "process_vm_writev", "313": "finit_module", "316": "renameat2", "322": "execveat", "437": "openat2",
	},
	"c00000b7": {
		"5": "setxattr", "7": "fsetxattr", "35": "unlinkat", "36": "symlinkat", "38": "renameat", "40": "mount", "45": "truncate", "46": "ftruncate", "52": "fchmod", "53": "fchmodat",
		"56": "openat", "105": "init_module", "106": "delete_module", "112": "clock_settime", "117": "ptrace", "170": "settimeofday", "171": "adjtimex", "203": "connect", "221": "execve",
		"266": "clock_adjtime", "270": "process_vm_readv", "271": "process_vm_writev", "273": "finit_module", "276": "renameat2", "281": "execveat", "437": "openat2",
	},
}
