// Package wire is what an agent and the control plane say to each other: the
// messages, how they are signed, and how large they may be. docs/agent.md has
// the whole of it. Both sides use it, so that it needs the standard library
// only.
package wire

import (
	"encoding/json"
	"time"
)

// Paths below the control plane's address.
const (
	PathEnrol     = "/agent/v1/enrol"
	PathHeartbeat = "/agent/v1/heartbeat"
	PathEvents    = "/agent/v1/events"
	PathRenew     = "/agent/v1/renew"
	PathResult    = "/agent/v1/result"
)

// ALPN is offered by agents in TLS beside HTTP's names, and never chosen: it
// tells the control plane that a client certificate may be asked for, which
// would have browsers bother people.
const ALPN = "demarc-agent/1"

// Headers of a signed request.
const (
	HeaderAgent     = "Demarc-Agent"     // the agent's id
	HeaderSignature = "Demarc-Signature" // Sign's, in base64
)

// Bounds. What is larger is refused whole.
const (
	MaxEnrol     = 64 << 10
	MaxHeartbeat = 16 << 10
	MaxBatch     = 4 << 20  // of events, on the wire
	MaxUnpacked  = 16 << 20 // and after decompression
	MaxEvents    = 5000     // in one batch
	MaxEvent     = 8 << 20  // one event's body; a host document is the largest
)

// Enrol asks for an identity. Exactly one of Token and nothing else gives the
// right to one; the rest says what the host is.
type Enrol struct {
	Token string `json:"token"`
	// Request is a PEM certificate request, signed by the key it asks for.
	Request string `json:"request"`
	Host    Host   `json:"host"`
	// Cloud is the identity document of the instance, if there is one.
	Cloud *CloudDocument `json:"cloud,omitempty"`
	// Ephemeral hosts (of an autoscaling group) retire by themselves.
	Ephemeral bool `json:"ephemeral,omitempty"`
}

// Renew asks for another certificate, signed by the key of the one that holds.
type Renew struct {
	Request string `json:"request"` // PEM; for the same key or a new one
}

// Host names a server to people.
type Host struct {
	Hostname  string   `json:"hostname"`
	MachineID string   `json:"machine_id,omitempty"` // /etc/machine-id
	Boot      string   `json:"boot"`                 // id of this boot
	OS        string   `json:"os"`                   // runtime.GOOS
	Arch      string   `json:"arch"`
	Distro    string   `json:"distro,omitempty"`         // ID of os-release
	Release   string   `json:"release,omitempty"`        // VERSION_ID
	Kernel    string   `json:"kernel,omitempty"`         // release of the running one
	Addresses []string `json:"addresses,omitempty"`      // but loopback and link-local
	Labels    []string `json:"labels,omitempty"`         // key=value, by whoever installed the agent
	Version   string   `json:"version"`                  // of the agent
	Virtual   string   `json:"virtualisation,omitempty"` // kvm, xen, container, …; empty on metal or unknown
}

// CloudDocument is what an instance's metadata service says about it, as said:
// the control plane verifies it against the provider's certificates. Of aws it is
// the instance identity document and its base64 signature, of azure the answer of
// the attested document, of google an identity token for the control plane's
// address as audience.
type CloudDocument struct {
	Provider  string `json:"provider"` // aws, azure, google
	Document  string `json:"document"`
	Signature string `json:"signature,omitempty"`
}

// Enrolled is the answer to Enrol and Renew.
type Enrolled struct {
	Agent       string   `json:"agent"`
	Certificate string   `json:"certificate"` // PEM, leaf first
	Authority   string   `json:"authority"`   // PEM of who signed it, and commands
	Settings    Settings `json:"settings"`
}

// Settings are what the control plane asks of an agent.
type Settings struct {
	Interval int `json:"interval"` // of heartbeats, in seconds
	// Policy is the agent's policy as JSON; its SHA-256 is what heartbeats
	// carry. Empty where the agent has it already.
	Policy     json.RawMessage `json:"policy,omitempty"`
	PolicyHash string          `json:"policy_hash"`
}

// Heartbeat is an attestation. What is signed is its bytes as sent.
type Heartbeat struct {
	Sequence uint64    `json:"sequence"` // 1 is the first after enrolment
	Previous string    `json:"previous"` // Hash of the bytes of the one before; of the certificate's DER for the first
	At       time.Time `json:"at"`       // by the host's clock
	Boot     string    `json:"boot"`
	Uptime   int64     `json:"uptime"` // seconds since boot
	Offset   int64     `json:"offset"` // milliseconds to add to the host's clock to get the control plane's, as last seen
	Version  string    `json:"version"`
	Binary   string    `json:"binary"` // SHA-256 of the running program
	Policy   string    `json:"policy"` // SHA-256 of the policy in force
	Spool    Spool     `json:"spool"`
	Modules  []Module  `json:"modules,omitempty"`
}

// Spool counts events.
type Spool struct {
	Epoch   string `json:"epoch"`
	Last    uint64 `json:"last"`    // highest number given
	Acked   uint64 `json:"acked"`   // highest number acknowledged
	Dropped uint64 `json:"dropped"` // that did not fit, since the epoch began
	Bytes   int64  `json:"bytes"`   // on disk
}

// Module is the health and the cost of one part of the agent.
type Module struct {
	Name   string  `json:"name"`
	State  string  `json:"state"` // ok, degraded, failed, off
	Reason string  `json:"reason,omitempty"`
	CPU    float64 `json:"cpu"` // seconds since the agent started
}

// Beat is the answer to a heartbeat.
type Beat struct {
	At       time.Time `json:"at"`       // the control plane's clock
	Sequence uint64    `json:"sequence"` // that is stored
	Settings *Settings `json:"settings,omitempty"`
	Commands []Command `json:"commands,omitempty"`
	Renew    bool      `json:"renew,omitempty"`
	// Retry, in seconds, when the control plane has more to do than it can.
	Retry int `json:"retry,omitempty"`
}

// Command is one of a short list of things that an agent does when asked. What
// is signed is Body, by the authority; there is no command that runs a program
// of somebody's choice.
type Command struct {
	Body      []byte `json:"body"`      // a CommandBody in JSON
	Signature []byte `json:"signature"` // Sign(authority, "command", Body)
}

// CommandBody says what is to be done, by whom and until when.
type CommandBody struct {
	ID      string          `json:"id"`
	Agent   string          `json:"agent"`
	Kind    CommandKind     `json:"kind"`
	Args    json.RawMessage `json:"args,omitempty"`
	Issued  time.Time       `json:"issued"`
	Expires time.Time       `json:"expires"`
}

// CommandKind is what an agent can be asked to do.
type CommandKind string

// The whole list.
const (
	CommandScan      CommandKind = "scan"      // host document, now
	CommandIntegrity CommandKind = "integrity" // full file integrity scan, now
	CommandApprove   CommandKind = "approve"   // take changes into the baseline; Args is a list of paths with their hashes
	CommandRetire    CommandKind = "retire"    // stop, and forget the identity
)

// Result says what became of a command.
type Result struct {
	ID    string `json:"id"`
	State string `json:"state"` // done, refused, failed
	Why   string `json:"why,omitempty"`
}

// Batch is events in the order of their sequence, without a hole.
type Batch struct {
	Epoch  string  `json:"epoch"`
	Events []Event `json:"events"`
}

// Event is one thing seen on the host.
type Event struct {
	Sequence uint64          `json:"sequence"`
	At       time.Time       `json:"at"` // by the host's clock
	Kind     EventKind       `json:"kind"`
	Body     json.RawMessage `json:"body"`
}

// EventKind says what an event's body is.
type EventKind string

// The kinds.
const (
	EventHost      EventKind = "host"      // host.Document
	EventIntegrity EventKind = "integrity" // fim.Change
	EventCoverage  EventKind = "coverage"  // fim.Coverage
	EventDetection EventKind = "detection" // detect.Alert
	EventDropped   EventKind = "dropped"   // Dropped
)

// Dropped counts events that did not fit into the spool.
type Dropped struct {
	Count uint64               `json:"count"`
	Kinds map[EventKind]uint64 `json:"kinds"`
	From  time.Time            `json:"from"`
	To    time.Time            `json:"to"`
}

// Stored is the answer to a batch.
type Stored struct {
	At    time.Time `json:"at"`
	Acked uint64    `json:"acked"` // highest number of the epoch that is stored
	Retry int       `json:"retry,omitempty"`
}

// Refusal is the body of every answer that is not a success.
type Refusal struct {
	Code string `json:"code"` // one of the Code constants
	Why  string `json:"why"`
}

// Codes of refusals. An agent stops for good on retired; on the others but busy
// it goes on trying slowly, because a person may mend what is wrong.
const (
	CodeInvalid  = "invalid"  // the message is not one
	CodeToken    = "token"    // unknown, used up or expired
	CodeUnknown  = "unknown"  // no such agent, or a signature that is not its own
	CodeRevoked  = "revoked"  // its certificate was revoked
	CodeRetired  = "retired"  // retired: do not come back
	CodeTampered = "tampered" // its chain does not fit
	CodeTooLarge = "too-large"
	CodeBusy     = "busy" // later; Retry-After says when
)
