// Package policy says which files are looked at, for what, and how grave a
// change of them is. Policies are data: folder integrity holds those that come
// with Demarc, and a policy inherits from others by name. Package aide makes the
// same of AIDE's configuration.
package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

// Severities, from the least.
const (
	Info     = "info"
	Low      = "low"
	Medium   = "medium"
	High     = "high"
	Critical = "critical"
)

// Policy is ready to be used.
type Policy struct {
	Name  string
	Title string
	Rules []*Rule
	// Notes are what a foreign configuration asks for and does not get.
	Notes []string

	root func() Scope
	live func() Scope
}

// Rule is for the files that its patterns match, unless a more particular one
// matches too.
type Rule struct {
	ID       string       `json:"id"`
	Title    string       `json:"title,omitempty"`
	Paths    []string     `json:"paths"`
	Look     entry.Set    `json:"look"`
	Live     bool         `json:"live,omitempty"` // and not only at scans
	Severity string       `json:"severity"`
	Only     Condition    `json:"only,omitempty"`
	Kinds    []entry.Kind `json:"kinds,omitempty"` // none: all
	// Secret content is hashed, and never shown.
	Secret bool `json:"secret,omitempty"`
	// Read tells what of a file's content a change is put in words by: accounts,
	// keys or text.
	Read string `json:"read,omitempty"`
	// Owned: packages alone put files here, so that one of no package is foreign.
	Owned bool `json:"owned,omitempty"`
	// AllowNew and AllowRemoved: files may come, or go, as rotated logs do.
	AllowNew     bool `json:"allow_new,omitempty"`
	AllowRemoved bool `json:"allow_removed,omitempty"`
	// Exclude: what matches is not looked at.
	Exclude bool `json:"exclude,omitempty"`
	// Writers whose changes are expected: names of programs.
	Writers []string `json:"writers,omitempty"`
}

// Condition is what a file must be for a rule to be for it.
type Condition string

// Conditions.
const (
	Always     Condition = ""
	Privileged Condition = "privileged" // SUID, SGID or capabilities
	Executable Condition = "executable"
)

// Applies tells whether the rule is for such a file. caps is asked only where it
// matters.
func (r *Rule) Applies(kind entry.Kind, mode uint32, caps func() bool) bool {
	if len(r.Kinds) > 0 && !contains(r.Kinds, kind) {
		return false
	}
	switch r.Only {
	case Privileged:
		// A capability counts for what can be run.
		return kind == entry.File && (mode&(entry.SetUID|entry.SetGID) != 0 || mode&0o111 != 0 && caps())
	case Executable:
		return kind == entry.File && mode&0o111 != 0
	}
	return true
}

func contains(kinds []entry.Kind, k entry.Kind) bool {
	return slices.Contains(kinds, k)
}

// Scope is a directory as rules see it. It may be used by several goroutines.
type Scope interface {
	// Enter a directory in this one; nil where no rule is for anything in it.
	Enter(name string) Scope
	// Match is the rules whose patterns match a name in the directory, the most
	// particular first. The first that Applies is the one; none, or one
	// that excludes, and the file is not looked at.
	Match(name []byte) []*Rule
}

// Root is the scope of the directory "/"; nil where there are no rules.
func (p *Policy) Root() Scope { return p.root() }

// LiveRoot is Root where it leads to nothing but what is watched as it changes, if the policy
// knows that beforehand.
func (p *Policy) LiveRoot() Scope {
	if p.live == nil {
		return p.root()
	}
	return p.live()
}

// New makes a policy of rules whose matching is done elsewhere.
func New(name, title string, rules []*Rule, root func() Scope) *Policy {
	return &Policy{Name: name, Title: title, Rules: rules, root: root}
}

// Hash is what an attestation names the policy by.
func (p *Policy) Hash() string {
	text, err := json.Marshal(struct {
		Name  string
		Rules []*Rule
	}{p.Name, p.Rules})
	if err != nil {
		panic(err) // plain data
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Rule of that id, or nil.
func (p *Policy) Rule(id string) *Rule {
	for _, r := range p.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Pick is the rule for a path, as a walk would find it: nil where none is.
func (p *Policy) Pick(path string, kind entry.Kind, mode uint32, caps func() bool) *Rule {
	s := p.Root()
	for s != nil {
		for len(path) > 0 && path[0] == '/' {
			path = path[1:]
		}
		i := 0
		for i < len(path) && path[i] != '/' {
			i++
		}
		if i == len(path) {
			return First(s.Match([]byte(path)), kind, mode, caps)
		}
		s = s.Enter(path[:i])
		path = path[i:]
	}
	return nil
}

// First of the rules that applies; nil where it excludes.
func First(rules []*Rule, kind entry.Kind, mode uint32, caps func() bool) *Rule {
	for _, r := range rules {
		if r.Applies(kind, mode, caps) {
			if r.Exclude {
				return nil
			}
			return r
		}
	}
	return nil
}
