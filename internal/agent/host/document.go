// Package host reads a server's configuration and inventory into one document,
// from the files of its root and what little only the running kernel tells. It
// observes and does not judge: what the document means is said by the
// catalogue and the checks. It never holds a password's hash, a key or the
// arguments of a process.
package host

import (
	"slices"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
)

// Version is that of the document's shape. Adding is no new version.
const Version = 1

// Marker is the member by which a host document is known.
const Marker = "demarc_host"

// Document is what was seen of one server. A section that is not in Read was
// not looked at, and a member that stands in Gaps could not be read; what is
// missing otherwise is not there on the server.
type Document struct {
	Version int       `json:"demarc_host"`
	Made    time.Time `json:"made"`
	Agent   string    `json:"agent,omitempty"`
	Read    []string  `json:"read"`
	Gaps    []Gap     `json:"gaps,omitempty"`

	Host      Identity            `json:"host"`
	Cloud     *Cloud              `json:"cloud,omitempty"`
	Roles     []string            `json:"roles,omitempty"` // what the server is for, as given or else as its services show
	Allowed   *Allowed            `json:"allowed,omitempty"`
	OS        OS                  `json:"os"`
	Kernel    Kernel              `json:"kernel"`
	Updates   *Updates            `json:"updates,omitempty"`
	SSHD      *SSHD               `json:"sshd,omitempty"`
	Sysctl    *Sysctl             `json:"sysctl,omitempty"`
	Mounts    []Mount             `json:"mounts,omitempty"`
	Accounts  *Accounts           `json:"accounts,omitempty"`
	Passwords *Rules              `json:"passwords,omitempty"`
	Sudo      *Sudo               `json:"sudo,omitempty"`
	Units     []Unit              `json:"units,omitempty"`
	Processes []Process           `json:"processes,omitempty"`
	Listeners []Socket            `json:"listeners,omitempty"`
	Firewall  *Firewall           `json:"firewall,omitempty"`
	Modules   *Modules            `json:"modules,omitempty"`
	Files     *Files              `json:"files,omitempty"`
	Programs  *Programs           `json:"programs,omitempty"`
	Audit     *Audit              `json:"audit,omitempty"`
	Logs      *Logs               `json:"logs,omitempty"`
	Time      *Time               `json:"time,omitempty"`
	Access    *Access             `json:"access,omitempty"` // mandatory access control
	Crypto    *Crypto             `json:"crypto,omitempty"`
	Cron      []CronJob           `json:"cron,omitempty"`
	Container *Runtime            `json:"container,omitempty"`
	Secrets   []string            `json:"secrets,omitempty"` // places where a credential stands in clear: path, line and rule, never the value
	Certs     []Cert              `json:"certificates,omitempty"`
	Walk      *Walk               `json:"walk,omitempty"`
	Packages  *packages.Inventory `json:"packages,omitempty"`
	Self      *Self               `json:"self,omitempty"`
}

// Sections are the names of the document's parts that a collector fills. The
// reader takes one that is not in Read as not known.
func Sections() []string {
	out := []string{"walk"}
	for _, c := range collectors() {
		for _, s := range c.fills {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Gap is something that could not be read. At is the member of the document
// that is not known for it: "accounts.users", or a whole section. A name with dots in
// it stands between backquotes.
type Gap struct {
	At  string `json:"at"`
	Why string `json:"why"`
}

// Identity tells which server this is.
type Identity struct {
	Hostname       string `json:"hostname,omitempty"`
	FQDN           string `json:"fqdn,omitempty"`
	MachineID      string `json:"machine_id,omitempty"`
	BootID         string `json:"boot_id,omitempty"`
	Arch           string `json:"arch,omitempty"`
	Model          string `json:"model,omitempty"`          // as the firmware calls it: m5.large, PowerEdge R650
	Virtualization string `json:"virtualization,omitempty"` // kvm, xen, vmware, hyperv, container, none
}

// Cloud is the machine's identity at a provider. Verified is set only by who
// checked the provider's signature; Evidence says where the rest comes from.
type Cloud struct {
	Provider   string `json:"provider"` // aws, azure, google, …
	Account    string `json:"account,omitempty"`
	Region     string `json:"region,omitempty"`
	InstanceID string `json:"instance_id,omitempty"`
	Verified   bool   `json:"verified"`
	Evidence   string `json:"evidence,omitempty"` // dmi, identity-document
	// MetadataTokenRequired is whether the metadata service refuses requests
	// without a token, when it was asked.
	MetadataTokenRequired *bool `json:"metadata_token_required,omitempty"`
}

// Allowed is what the server's group permits; it comes with the agent's
// configuration.
type Allowed struct {
	Listeners []string `json:"listeners"` // "22", "sshd/22", "nginx"
}

// OS is the distribution.
type OS struct {
	ID      string   `json:"id,omitempty"`
	Version string   `json:"version,omitempty"`
	Name    string   `json:"name,omitempty"`
	Like    []string `json:"like,omitempty"`
	// Release is the distribution and its release as images are called:
	// debian-12, ubuntu-24.04, rhel-9.
	Release string `json:"release,omitempty"`
}

// Kernel is what runs, and what would run after a restart.
type Kernel struct {
	Running       string   `json:"running,omitempty"`
	Installed     []string `json:"installed,omitempty"` // releases with a kernel image in /boot or modules
	Newest        string   `json:"newest,omitempty"`    // of the installed ones of the same flavour
	RestartWanted bool     `json:"restart_wanted"`      // the system's own mark
	CommandLine   []string `json:"command_line,omitempty"`
}

// Mount is one mounted file system.
type Mount struct {
	Target  string   `json:"target"`
	Source  string   `json:"source,omitempty"`
	Type    string   `json:"type"`
	Options []string `json:"options,omitempty"`
}

// Walk is what the shared walk over all files found. It is filled by whoever
// walks; without it these are not known.
type Walk struct {
	Complete     bool       `json:"complete"`
	Why          string     `json:"why,omitempty"` // it is not complete
	SetID        []WalkFile `json:"set_id,omitempty"`
	WorldWritten []WalkFile `json:"world_writable,omitempty"`
	Unowned      []WalkFile `json:"unowned,omitempty"`
	Capabilities []WalkFile `json:"capabilities,omitempty"`
}

// WalkFile is a file that stands out. Explained is why that is as it should be,
// such as the package it belongs to.
type WalkFile struct {
	Path      string `json:"path"`
	Mode      string `json:"mode,omitempty"`
	Owner     string `json:"owner,omitempty"`
	What      string `json:"what,omitempty"`
	Explained string `json:"explained,omitempty"`
}

// gap notes that a member could not be read.
func (d *Document) gap(at, why string) {
	for _, g := range d.Gaps {
		if g.At == at {
			return
		}
	}
	d.Gaps = append(d.Gaps, Gap{at, why})
}
