// Package fleet is the control plane's side of agents: it gives them their
// identity, takes their heartbeats and events, knows what state each is in,
// and has them do the few things that they do when asked. docs/agent.md is the
// design, internal/agent/wire what is said.
package fleet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/fleet/cloudid"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ErrInvalid is wrapped by errors about what was asked for; their text is for
// the person who asked.
var ErrInvalid = errors.New("not valid")

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
}

// Groups is where the fleet finds the groups of an organisation.
type Groups interface {
	Tree(ctx context.Context, org int64) (*tenant.Tree, error)
}

// Happened is something about an agent that people may want to be told of.
type Happened struct {
	Org      int64
	Group    int64
	Kind     string // a state, or one of the kinds below
	Agent    int64
	Hostname string
	Severity string
	Text     string
	Do       string // what to do
}

// Kinds of what happened besides states.
const (
	Returned   = "returned"   // from being missing
	Duplicate  = "duplicate"  // a second server says that it is the same machine
	Unknown    = "integrity"  // files changed and nothing explains it
	Detected   = "detection"  // signs of intrusion
	Incomplete = "incomplete" // events were lost
)

// Fleet is the agents of all organisations. It is safe for concurrent use.
type Fleet struct {
	DB     *store.DB
	Sealer seal.Sealer
	Groups Groups
	Stream *Stream
	Cloud  *cloudid.Verifier
	Ledger Ledger   // where duties go unverified; nil keeps them as they are
	Assess Assessor // of host documents; nil only stores them

	Software *Software // what packages are held against; nil evaluates none
	Now      func() time.Time
	Log      *slog.Logger

	Replica string        // this one's name among others
	Keep    time.Duration // how long changes, detections and the rest are kept; 0 for ever

	// Event, when set, is told of what happened in the transaction that says so.
	Event func(ctx context.Context, tx bun.Tx, h Happened) error

	known       identities
	authorities sync.Map // by organisation: *trusted
	settings    policies
	plans       planned
	seen        lastSeen
	asked       waiting
}

func (f *Fleet) tell(ctx context.Context, tx bun.Tx, h Happened) error {
	if f.Event == nil {
		return nil
	}
	return f.Event(ctx, tx, h)
}
