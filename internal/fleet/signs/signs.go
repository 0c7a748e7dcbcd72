// Package signs finds signs of intrusion in what a server is: what it has now and had not
// when its last host document was made. It reads documents and keeps nothing.
package signs

import (
	"fmt"
	"maps"
	"net"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/host"
)

// Version is that of what Known remembers. Another one is forgotten.
const Version = 1

// Known is what was there when a document last told of it, by section and thing. A section
// that no document has told of is not in it.
type Known struct {
	Version  int                 `json:"version"`
	Sections map[string][]string `json:"sections"`
}

// Sign is something that came to be on a server.
type Sign struct {
	Rule      string
	Severity  string
	Text      string
	Fields    map[string]string
	Explained string // why it is as it should be; nothing where nobody knows
}

// thing is something whose coming is a sign. What has the same key is the same.
type thing struct {
	key  string
	sign Sign
}

// Bounds of what is remembered and told of one document.
const (
	mostThings = 20_000
	mostSigns  = 200
)

// sections are the parts that are compared. at are the members of the document that
// have to be known for it.
var sections = []struct {
	name   string
	at     []string
	things func(*reader) []thing
}{
	{"listeners", []string{"listeners", "processes"}, (*reader).listeners},
	{"privileged", []string{"walk"}, (*reader).privileged},
	{"users", []string{"accounts"}, (*reader).users},
	{"groups", []string{"accounts", "accounts.groups"}, (*reader).groups},
	{"keys", []string{"accounts", "accounts.authorized_keys"}, (*reader).keys},
	{"cron", []string{"cron"}, (*reader).cron},
	{"units", []string{"units"}, (*reader).units},
	{"modules", []string{"modules"}, (*reader).modules},
	{"processes", []string{"processes"}, (*reader).processes},
}

// reader is a document on its way.
type reader struct {
	doc      *host.Document
	programs map[int]string // by process
	changed  map[string]string
	any      bool // packages changed since
}

// Next compares a document with what is known, and returns what is known from then on. What a
// document does not tell of is compared once one does; what is told of for the first
// time is no sign.
func Next(before *Known, doc *host.Document) ([]Sign, *Known) {
	r := &reader{doc: doc, programs: map[int]string{}, changed: map[string]string{}}
	for _, p := range doc.Processes {
		r.programs[p.PID] = p.Program
	}
	after := &Known{Version: Version, Sections: map[string][]string{}}
	if before != nil && before.Version == Version {
		maps.Copy(after.Sections, before.Sections)
	}
	r.packages(after)
	var out []Sign
	for _, s := range sections {
		if !told(doc, s.at...) || s.name == "privileged" && (doc.Walk == nil || !doc.Walk.Complete) {
			continue
		}
		things := s.things(r)
		if len(things) > mostThings {
			continue // neither known nor compared: a part of it would be a lie
		}
		had, known := after.Sections[s.name]
		was := make(map[string]bool, len(had))
		for _, k := range had {
			was[k] = true
		}
		keys := make([]string, 0, len(things))
		for _, t := range things {
			keys = append(keys, t.key)
			if known && !was[t.key] {
				was[t.key] = true
				out = append(out, t.sign)
			}
		}
		slices.Sort(keys)
		after.Sections[s.name] = slices.Compact(keys)
	}
	return bounded(out), after
}

// bounded is as many signs as people read, the worst of them, and one that counts the rest.
func bounded(all []Sign) []Sign {
	if len(all) <= mostSigns {
		return all
	}
	order := []string{"critical", "high", "medium", "low", "info"}
	slices.SortStableFunc(all, func(a, b Sign) int { return slices.Index(order, a.Severity) - slices.Index(order, b.Severity) })
	rest := all[mostSigns:]
	return append(all[:mostSigns:mostSigns], Sign{Rule: all[mostSigns].Rule, Severity: rest[0].Severity, Text: fmt.Sprintf("%d things more are new on this server.", len(rest))})
}

// told reports whether a document tells of all of these.
func told(doc *host.Document, at ...string) bool {
	for _, a := range at {
		section, _, _ := strings.Cut(a, ".")
		if !slices.Contains(doc.Read, section) {
			return false
		}
		for _, g := range doc.Gaps {
			if g.At == a {
				return false
			}
		}
	}
	return true
}

// packages notes which came or changed since: they bring users, jobs and listeners.
func (r *reader) packages(k *Known) {
	if !told(r.doc, "packages") || r.doc.Packages == nil || len(r.doc.Packages.Problems) > 0 || len(r.doc.Packages.Packages) > 5*mostThings {
		return
	}
	had, known := k.Sections["packages"]
	was := make(map[string]bool, len(had))
	for _, p := range had {
		was[p] = true
	}
	var now []string
	for _, p := range r.doc.Packages.Packages {
		key := p.Name + " " + p.Version
		now = append(now, key)
		if known && !was[key] {
			r.changed[p.Name], r.any = key, true
		}
	}
	slices.Sort(now)
	k.Sections["packages"] = slices.Compact(now)
}

// byPackage explains what has the name of a package that came or changed since.
func (r *reader) byPackage(name string) string {
	if p := r.changed[name]; p != "" {
		return "package " + p + " was installed"
	}
	return ""
}

// anybody are places where everybody may put a program.
var anybody = []string{"/tmp/", "/var/tmp/", "/dev/shm/", "/memfd:", "/run/user/", "/run/shm/"}

func loose(program string) bool {
	return slices.ContainsFunc(anybody, func(p string) bool { return strings.HasPrefix(program, p) })
}

// passing is the first port that a system gives away for a while: whoever has one there has
// another after the next start.
const passing = 32_768

func (r *reader) listeners() (out []thing) {
	use := map[string]string{} // package by what its programs listen on
	if r.doc.Packages != nil {
		for _, p := range r.doc.Packages.Packages {
			if p.Use != nil {
				for _, on := range p.Use.Listening {
					use[on] = p.Name
				}
			}
		}
	}
	for _, l := range r.doc.Listeners {
		program := r.programs[l.PID]
		port := strconv.Itoa(l.Port)
		on := l.Protocol + " " + net.JoinHostPort(l.Address, port)
		who := program
		if who == "" {
			who = l.Process
		}
		key := strings.Join([]string{l.Protocol, l.Address, port, who}, "|")
		if l.Port >= passing {
			key = strings.Join([]string{l.Protocol, l.Address, "any", who}, "|")
		}
		s := Sign{Rule: NewListener, Severity: "medium", Explained: r.byPackage(use[on]), Fields: fields("Listener", on, "Image", program, "Process", l.Process, "User", l.User, "Unit", l.Unit)}
		s.Text = on
		if who != "" {
			s.Text += " by " + who
		}
		switch {
		case loose(program):
			s.Severity, s.Explained = "high", ""
		case l.Loopback:
			s.Severity = "low"
		}
		out = append(out, thing{key, s})
	}
	return out
}

func (r *reader) privileged() (out []thing) {
	add := func(f host.WalkFile, what string) {
		s := Sign{Rule: NewPrivileged, Severity: "high", Text: f.Path + " " + what, Explained: f.Explained, Fields: fields("TargetFilename", f.Path, "Mode", f.Mode, "Owner", f.Owner, "What", f.What)}
		if f.Owner == "root" && loose(f.Path) {
			s.Severity, s.Explained = "critical", ""
		}
		out = append(out, thing{f.Path + "|" + f.Mode + "|" + f.Owner + "|" + f.What, s})
	}
	for _, f := range r.doc.Walk.SetID {
		add(f, "gives whoever runs it the rights of "+f.Owner)
	}
	for _, f := range r.doc.Walk.Capabilities {
		add(f, "gives whoever runs it capabilities")
	}
	return out
}

func (r *reader) users() (out []thing) {
	if r.doc.Accounts == nil {
		return nil
	}
	for _, u := range r.doc.Accounts.Users {
		id := strconv.FormatUint(uint64(u.UID), 10)
		s := Sign{Rule: NewUser, Severity: "high", Text: u.Name + " (" + id + ")", Fields: fields("TargetUser", u.Name, "TargetUid", id, "TargetShell", u.Shell)}
		switch {
		case u.UID == 0 && u.Name != "root":
			s.Severity, s.Text = "critical", u.Name+" has the number of root"
		case !u.Login:
			s.Severity = "low"
			if u.System && r.any {
				s.Explained = "packages were installed, which bring users of their own"
			}
		}
		out = append(out, thing{strings.Join([]string{u.Name, id, strconv.FormatBool(u.Login)}, "|"), s})
	}
	return out
}

// strong are groups whose members are as good as root.
var strong = []string{"root", "sudo", "wheel", "admin", "docker", "lxd", "disk", "shadow", "adm", "libvirt", "incus-admin"}

func (r *reader) groups() (out []thing) {
	if r.doc.Accounts == nil {
		return nil
	}
	for _, g := range r.doc.Accounts.Groups {
		if !slices.Contains(strong, g.Name) {
			continue
		}
		for _, m := range g.Members {
			out = append(out, thing{g.Name + "|" + m, Sign{Rule: NewMember, Severity: "high", Text: m + " is in " + g.Name, Fields: fields("TargetUser", m, "TargetGroup", g.Name)}})
		}
	}
	return out
}

func (r *reader) keys() (out []thing) {
	if r.doc.Accounts == nil {
		return nil
	}
	for _, k := range r.doc.Accounts.Keys {
		s := Sign{Rule: NewKey, Severity: "medium", Text: k.Fingerprint + " opens " + k.User, Fields: fields("TargetUser", k.User, "KeyFingerprint", k.Fingerprint, "KeyType", k.Type, "TargetFilename", k.File, "Comment", k.Comment)}
		if k.User == "root" {
			s.Severity = "high"
		}
		out = append(out, thing{strings.Join([]string{k.User, k.File, k.Fingerprint}, "|"), s})
	}
	return out
}

func (r *reader) cron() (out []thing) {
	for _, c := range r.doc.Cron {
		file := c.From
		if i := strings.LastIndexByte(file, ':'); i > 0 {
			file = file[:i] // what stands above it may have changed
		}
		s := Sign{Rule: NewJob, Severity: "medium", Text: c.Program + " as " + c.User + ", by " + file, Explained: r.byPackage(path.Base(file)), Fields: fields("User", c.User, "Image", c.Program, "TargetFilename", file)}
		if loose(c.Program) {
			s.Severity, s.Explained = "high", ""
		}
		out = append(out, thing{strings.Join([]string{c.User, c.Program, file}, "|"), s})
	}
	return out
}

func (r *reader) units() (out []thing) {
	for _, u := range r.doc.Units {
		if !u.Enabled {
			continue
		}
		programs := strings.Join(u.Exec, " ")
		s := Sign{Rule: NewUnit, Severity: "medium", Text: u.Name + " starts by itself", Fields: fields("Unit", u.Name, "TargetFilename", u.File, "Image", programs, "User", u.User)}
		s.Explained = r.byPackage(strings.TrimSuffix(u.Name, path.Ext(u.Name)))
		if own := strings.TrimPrefix(strings.TrimPrefix(u.File, "/"), "usr/"); s.Explained == "" && r.any && strings.HasPrefix(own, "lib/systemd/system/") {
			s.Explained = "packages were installed, and the unit lies where they put theirs"
		}
		if slices.ContainsFunc(u.Exec, loose) {
			s.Severity, s.Explained = "high", ""
		}
		out = append(out, thing{u.Name + "|" + programs, s})
	}
	return out
}

func (r *reader) modules() (out []thing) {
	if r.doc.Modules == nil {
		return nil
	}
	for _, m := range r.doc.Modules.Loaded {
		// Devices and file systems that come to be used load some all the time.
		out = append(out, thing{m, Sign{Rule: NewModule, Severity: "low", Text: m, Fields: fields("Module", m)}})
	}
	return out
}

// processes are those that alone are suspicious.
func (r *reader) processes() (out []thing) {
	for _, p := range r.doc.Processes {
		why := ""
		switch {
		case strings.HasPrefix(p.Program, "/memfd:"):
			why = "runs from memory, without a file"
		case loose(p.Program):
			why = "runs from where everybody may put programs"
		case p.Program != "" && (strings.HasPrefix(p.Name, "[") || strings.HasPrefix(p.Name, "kworker/") || strings.HasPrefix(p.Name, "ksoftirqd/") || p.Name == "kthreadd"):
			why = "calls itself like a thread of the kernel"
		default:
			continue
		}
		s := Sign{Rule: OddProcess, Severity: "high", Text: p.Name + " (" + p.Program + ") " + why, Fields: fields("Image", p.Program, "Process", p.Name, "User", p.User, "Unit", p.Unit, "ProcessId", strconv.Itoa(p.PID))}
		out = append(out, thing{strings.Join([]string{p.Name, p.Program, p.User}, "|"), s})
	}
	return out
}

// fields are those that have a value.
func fields(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}
