// Package cause says why a file changed: a package transaction whose manifest
// it now equals, a run of configuration management, a deployment, a maintenance
// window, or a person who was logged in.
package cause

import "time"

// Kind of a cause.
type Kind string

// Kinds.
const (
	Package    Kind = "package"    // equals the manifest of the installed version
	Generated  Kind = "generated"  // written by a package's scripts while a transaction ran
	Management Kind = "management" // Ansible, Puppet, Chef, Salt, cloud-init
	Deployment Kind = "deployment" // declared to the agent
	Window     Kind = "window"     // inside a maintenance window
	Login      Kind = "login"      // somebody was logged in: says who to ask, explains nothing
)

// Cause of a change.
type Cause struct {
	Kind Kind `json:"kind"`
	// Group is the same for all that one act changed: "apt-get upgrade
	// 2026-11-28T10:35:20Z".
	Group  string    `json:"group"`
	At     time.Time `json:"at,omitzero"`
	Name   string    `json:"name,omitempty"` // of the package and its version, the tool, the user
	Detail string    `json:"detail,omitempty"`
	// Explains: the change is what the act was to do. Without it, the cause is
	// no more than a hint.
	Explains bool `json:"explains"`
}

// Process that changed a file. Fields are empty where it was gone before it
// could be asked.
type Process struct {
	PID     int      `json:"pid"`
	Exe     string   `json:"exe,omitempty"`
	Command []string `json:"command,omitempty"`
	UID     *uint32  `json:"uid,omitempty"`
	User    string   `json:"user,omitempty"`
	// Login is who logged in, whoever they became since.
	Login     *uint32  `json:"login_uid,omitempty"`
	LoginUser string   `json:"login_user,omitempty"`
	Parent    *Process `json:"parent,omitempty"`
	Container string   `json:"container,omitempty"`
	Unit      string   `json:"unit,omitempty"` // of systemd
	// Gone: it had ended; what is here is what was known of it before.
	Gone bool `json:"gone,omitempty"`
}
