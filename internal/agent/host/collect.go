package host

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Live tells what only the running kernel knows. Each method may fail: what it
// would have told is then a gap of the document.
type Live interface {
	// Rules returns the packet filter's rules: as nft -j list ruleset prints
	// them, or as iptables-save does.
	Rules(ctx context.Context) (nft, iptables, ip6tables []byte, err error)
	// Clock tells whether the kernel takes its clock for synchronised, and how
	// far it may be off.
	Clock() (synced bool, off time.Duration, err error)
	// Audit returns the state of the kernel's audit.
	Audit() (AuditState, error)
	// Metadata tells whether the provider's metadata service refuses requests
	// without a token.
	Metadata(ctx context.Context, provider string) (tokenRequired bool, err error)
}

// Options say what to look at.
type Options struct {
	// Root is the file system of the server. It should tell owners (see Owned)
	// and links ([fs.ReadLinkFS]).
	Root fs.FS
	// Running is set when Root is that of the running system.
	Running bool
	// Live is nil for an image, of which nothing runs.
	Live Live
	// Roles and Listeners come from the agent's configuration.
	Roles     []string
	Listeners []string
	// Agent is the agent's version, Self its own files.
	Agent string
	Self  []string
	Now   time.Time
	// Walk is the result of the walk over all files, made by whoever walks them
	// anyway; nil leaves what only it finds unknown.
	Walk *Walk
}

// collector fills sections of the document.
type collector struct {
	name  string
	fills []string
	run   func(*survey)
}

// collectors run in this order: what a later one reads of an earlier one's
// result is there.
func collectors() []collector {
	return []collector{
		{"identity", []string{"host", "os", "kernel", "cloud"}, (*survey).identity},
		{"accounts", []string{"accounts"}, (*survey).accounts},
		{"processes", []string{"processes", "listeners"}, (*survey).processes},
		{"units", []string{"units"}, (*survey).units},
		{"roles", []string{"roles"}, (*survey).roles},
		{"updates", []string{"updates"}, (*survey).updates},
		{"sshd", []string{"sshd"}, (*survey).sshd},
		{"sysctl", []string{"sysctl"}, (*survey).sysctl},
		{"mounts", []string{"mounts"}, (*survey).mounts},
		{"passwords", []string{"passwords"}, (*survey).passwords},
		{"sudo", []string{"sudo"}, (*survey).sudo},
		{"firewall", []string{"firewall"}, (*survey).firewall},
		{"modules", []string{"modules"}, (*survey).modules},
		{"files", []string{"files"}, (*survey).files},
		{"cron", []string{"cron"}, (*survey).cron},
		{"programs", []string{"programs"}, (*survey).programs},
		{"audit", []string{"audit"}, (*survey).audit},
		{"logs", []string{"logs"}, (*survey).logs},
		{"time", []string{"time"}, (*survey).clock},
		{"access", []string{"access"}, (*survey).access},
		{"crypto", []string{"crypto"}, (*survey).crypto},
		{"container", []string{"container"}, (*survey).containers},
		{"secrets", []string{"secrets"}, (*survey).secrets},
		{"certificates", []string{"certificates"}, (*survey).certificates},
		{"self", []string{"self"}, (*survey).self},
		{"packages", []string{"packages"}, (*survey).packages},
	}
}

// survey is one collection.
type survey struct {
	*root
	ctx  context.Context
	doc  *Document
	opt  Options
	pids []process         // read once
	ids  map[uint32]string // names of users
	gids map[uint32]string
	unit map[string]*unitFile
}

// Collect reads the document. What cannot be read is a gap in it; it never
// fails as a whole, but ends early with ctx.
func Collect(ctx context.Context, opt Options) *Document {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	s := &survey{
		root: &root{fsys: opt.Root, real: opt.Running}, ctx: ctx, opt: opt,
		doc: &Document{Version: Version, Made: opt.Now.UTC().Truncate(time.Second), Agent: opt.Agent},
	}
	if len(opt.Listeners) > 0 {
		s.doc.Allowed = &Allowed{Listeners: opt.Listeners}
	}
	if opt.Walk != nil {
		s.doc.Walk, s.doc.Read = opt.Walk, append(s.doc.Read, "walk")
	}
	for _, c := range collectors() {
		if ctx.Err() != nil {
			break
		}
		s.collect(c)
	}
	slices.Sort(s.doc.Read)
	return s.doc
}

// collect runs one collector. One that panics on something nobody thought of
// leaves its sections unknown, and the others go on.
func (s *survey) collect(c collector) {
	defer func() {
		if p := recover(); p != nil {
			for _, section := range c.fills {
				s.doc.gap(section, "the collector stopped: "+panicked(p))
			}
		}
	}()
	s.doc.Read = append(s.doc.Read, c.fills...)
	c.run(s)
}

func panicked(p any) string {
	if err, ok := p.(error); ok {
		return err.Error()
	}
	return "unexpected input"
}

// unread notes that a file could not be read, where that is not because there
// is none.
func (s *survey) unread(at, name string, err error) {
	if err == nil || absent(err) {
		return
	}
	s.doc.gap(at, reason(name, err))
}

func reason(name string, err error) string {
	name = "/" + strings.TrimPrefix(name, "/")
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrPermission):
		return name + " may not be read by this user"
	case errors.As(err, &pe):
		return name + ": " + pe.Err.Error()
	}
	return name + ": " + err.Error()
}

// notRunning is why what only a running system has is not known of an image.
const notRunning = "nothing runs: the root of an image was read"
