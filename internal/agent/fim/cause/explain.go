package cause

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

// Subject is a change that wants a cause.
type Subject struct {
	Path    string
	Removed bool
	At      time.Time
	Entry   *entry.Entry // as it is now; nil where it is gone
	Process *Process
}

// Span is a stretch of time in which changes are expected, as somebody said.
type Span struct {
	Kind     Kind // Window or Deployment
	Name     string
	From, To time.Time
	// Paths below which they are expected; none: everywhere.
	Paths []string
}

// Explainer finds causes on one host. It reads logs and databases when first
// asked and keeps what is small; make a new one for what comes later.
type Explainer struct {
	Root  string // "/" where it is empty
	Spans []Span
	// Digest of a file's content, in hexadecimal, by an algorithm of
	// packages.Digest.
	Digest func(path, algorithm string) (string, error)

	zone     *time.Location
	log      []*Transaction
	merged   map[string]string
	diverted map[string]diversion
	sessions []session
	runs     []Span
	asked    bool
}

// New is an Explainer of the host below root.
func New(root string, spans []Span, digest func(path, algorithm string) (string, error)) *Explainer {
	if root == "" {
		root = "/"
	}
	return &Explainer{Root: root, Spans: spans, Digest: digest, zone: time.Local}
}

// open gives a file to read, if it is there.
func (x *Explainer) open(path string, read func(io.Reader)) {
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		if strings.HasSuffix(path, ".gz") {
			unzip(f, read)
			return
		}
		read(f)
	}
}

// Explain finds a cause for each subject; nil where there is none.
func (x *Explainer) Explain(subjects []Subject) []*Cause {
	paths := map[string]bool{}
	for i := range subjects {
		// Packages put nothing elsewhere that a rule is for: no need to read their manifests.
		if p := subjects[i].Path; hasAnyPrefix(p, systemDirs) && !strings.HasPrefix(p, "/usr/local/") {
			paths[p] = true
		}
	}
	owned := x.owners(paths)
	causes := make([]*Cause, len(subjects))
	for i := range subjects {
		causes[i] = x.one(&subjects[i], owned)
	}
	return causes
}

// one asks in the order of how much an answer proves.
func (x *Explainer) one(s *Subject, owned map[string]owner) *Cause {
	if c := x.byManifest(s, owned); c != nil {
		return c
	}
	if c := byProcess(s); c != nil {
		return c
	}
	for _, span := range x.Spans {
		if span.covers(s) {
			return &Cause{Kind: span.Kind, Group: span.Name, Name: span.Name, At: span.From, Explains: true, Detail: "inside " + string(span.Kind) + " " + span.Name}
		}
	}
	if c := x.byTime(s, owned); c != nil {
		return c
	}
	return x.byLogin(s)
}

func (w *Span) covers(s *Subject) bool {
	if s.At.Before(w.From) || s.At.After(w.To) {
		return false
	}
	for _, p := range w.Paths {
		if s.Path == p || strings.HasPrefix(s.Path, strings.TrimSuffix(p, "/")+"/") {
			return true
		}
	}
	return len(w.Paths) == 0
}

// byManifest holds what is there now against what the installed package
// brought.
func (x *Explainer) byManifest(s *Subject, owned map[string]owner) *Cause {
	o, ok := owned[s.Path]
	if !ok || s.Removed || s.Entry == nil {
		return nil
	}
	c := &Cause{Kind: Package, Name: strings.TrimSpace(o.name + " " + o.version), At: s.At}
	t := x.at(s.At, o.name)
	unpacked := t != nil && t.Packages[o.name] != ""
	switch {
	case t != nil:
		c.Group, c.At = t.group(), t.From
	case !o.installed.IsZero():
		// rpm keeps no log that is read here, but when it installed each package.
		c.Group, c.At = "packages at "+o.installed.UTC().Format(time.RFC3339), o.installed
		unpacked = s.At.Sub(o.installed).Abs() < installing
	default:
		c.Group = "package " + c.Name
	}
	switch {
	case s.Entry.Kind == entry.File && o.digest.Hex != "":
		if sum, err := x.Digest(s.Path, o.digest.Algorithm); err != nil || sum != o.digest.Hex {
			return nil
		}
		if s.Entry.Mode&0o022 != 0 || o.mode != 0 && uint32(o.mode)&0o7777 != s.Entry.Mode || s.Entry.Privileged() && o.mode == 0 && !unpacked {
			return nil // the content is the package's, and the rights are not
		}
		c.Explains, c.Detail = true, "its content is the manifest's"
	case s.Entry.Kind == entry.Link && o.link != "":
		if o.link != s.Entry.Target {
			return nil
		}
		c.Explains, c.Detail = true, "it leads where the manifest says"
	case unpacked && s.Entry.Kind != entry.File:
		// Of links and directories dpkg knows no more than that they are.
		c.Explains, c.Detail = true, "the package has it, and was unpacked then"
	default:
		return nil
	}
	return c
}

// installing is how long a package takes at most.
const installing = 5 * time.Minute

// systemDirs are where packages put things.
var systemDirs = []string{"/usr/", "/lib/", "/boot/", "/bin/", "/sbin/", "/etc/", "/lib64/", "/opt/"}

// databases are what package managers write in every transaction.
var databases = []string{"/var/lib/dpkg/", "/var/lib/rpm/", "/usr/lib/sysimage/rpm/", "/lib/apk/db/"}

// byTime is what happened while a package manager or configuration management ran.
func (x *Explainer) byTime(s *Subject, owned map[string]owner) *Cause {
	t := x.at(s.At, owned[s.Path].name)
	if t != nil && hasAnyPrefix(s.Path, databases) {
		return &Cause{Kind: Generated, Group: t.group(), At: t.From, Explains: true, Detail: "the package manager's own database, while it ran"}
	}
	if t != nil && !strings.HasPrefix(s.Path, "/usr/local/") && hasAnyPrefix(s.Path, systemDirs) {
		c := &Cause{Kind: Generated, Group: t.group(), At: t.From, Detail: "while it ran; no manifest says how it should be"}
		_, has := owned[s.Path]
		switch {
		case s.Removed && !has:
			// dpkg keeps no manifest of what it took away; no package has it now.
			c.Explains, c.Detail = true, "removed while it ran, and no installed package has it"
		case s.Removed:
			c.Detail = "removed while it ran, though an installed package has it"
		case has && owned[s.Path].digest.Hex != "":
			c.Detail = "while it ran, and it is not what the package's manifest says"
		}
		return c
	}
	for _, run := range x.managed() {
		if run.covers(s) {
			return &Cause{Kind: Management, Group: run.Name, Name: run.Name, At: run.From, Detail: "while it ran"}
		}
	}
	return nil
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// managers of packages and of configuration, by what their programs are called.
var managers = map[string]Kind{
	"dpkg": Package, "apt": Package, "apt-get": Package, "aptitude": Package, "unattended-upgr": Package, "unattended-upgrade": Package, "rpm": Package, "dnf": Package,
	"dnf-3": Package, "dnf5": Package, "yum": Package, "zypper": Package, "apk": Package, "snapd": Package, "packagekitd": Package,
	"puppet": Management, "chef-client": Management, "cinc-client": Management, "salt-minion": Management, "salt-call": Management, "cloud-init": Management, "cfn-init": Management,
	"ansible-playbook": Management, "ansible-pull": Management, "cf-agent": Management,
}

// byProcess looks who wrote, and whose child that was. A name proves little: the
// program has to lie where only root puts programs.
func byProcess(s *Subject) *Cause {
	var chain []string
	for p := s.Process; p != nil && len(chain) < 32; p = p.Parent {
		name, trusted := called(p)
		chain = append(chain, name)
		kind, ok := managers[name]
		if !ok {
			continue
		}
		if kind == Package {
			kind = Generated
		}
		return &Cause{
			Kind: kind, Group: fmt.Sprintf("%s (pid %d)", strings.Join(p.Command, " "), p.PID), Name: name, At: s.At,
			Explains: trusted && p.UID != nil && *p.UID == 0, Detail: "written by " + strings.Join(chain, ", called by "),
		}
	}
	return nil
}

// called is what a process is called: its program, or the script that an
// interpreter runs.
func called(p *Process) (name string, trusted bool) {
	file := p.Exe
	if base := path.Base(file); len(p.Command) > 1 && isInterpreter(base) {
		for _, arg := range p.Command[1:] {
			if strings.HasPrefix(arg, "/") {
				file = arg
				break
			}
			if !strings.HasPrefix(arg, "-") {
				break
			}
		}
	}
	trusted = hasAnyPrefix(file, []string{"/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/libexec/", "/bin/", "/sbin/", "/opt/puppetlabs/", "/opt/chef/", "/opt/cinc/", "/opt/saltstack/"})
	return path.Base(file), trusted
}

func isInterpreter(name string) bool {
	for _, i := range []string{"python", "ruby", "perl", "sh", "bash", "dash"} {
		if strings.HasPrefix(name, i) {
			return true
		}
	}
	return false
}

// managed is when configuration management ran last.
func (x *Explainer) managed() []Span {
	if x.asked {
		return x.runs
	}
	x.asked = true
	for _, p := range []string{"opt/puppetlabs/puppet/cache/state/last_run_summary.yaml", "var/lib/puppet/state/last_run_summary.yaml", "var/cache/puppet/state/last_run_summary.yaml"} {
		x.open(filepath.Join(x.Root, p), func(r io.Reader) {
			if s, ok := readPuppet(r); ok {
				x.runs = append(x.runs, s)
			}
		})
	}
	x.open(filepath.Join(x.Root, "var/lib/cloud/data/status.json"), func(r io.Reader) { x.runs = append(x.runs, readCloudInit(r)...) })
	return x.runs
}
