// Package notify tells people and other systems of what happens: rules say
// what and whose, channels say where. Each event is decided on once and put
// down as deliveries; those are sent until the other side took them, each
// attempt under the same key, so that nothing is lost and a receiver that knows
// the key gets nothing twice.
package notify

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/outbound"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ErrInvalid is wrapped by errors about what was asked for; their text is for
// the person who asked.
var ErrInvalid = errors.New("not valid")

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// Ledger is what notifications read of the inventory.
type Ledger interface {
	// Heads returns the id of the latest change of each source that has a
	// ledger, and of those named besides.
	Heads(ctx context.Context, besides []int64) ([]inventory.Head, error)
	// Feed returns a source's changes after an id, oldest first.
	Feed(ctx context.Context, db bun.IDB, org, source, after int64, limit int) ([]inventory.FeedItem, error)
	// Moving returns how many lines move on days before one, by group.
	Moving(ctx context.Context, org int64, from, before time.Time) ([]inventory.Move, error)
	// LastAssessed returns when each source of an organisation was last assessed.
	LastAssessed(ctx context.Context, org int64) ([]inventory.Last, error)
}

// Sources is where names of sources and the groups they are of are found.
type Sources interface {
	List(ctx context.Context, who tenant.Who) ([]sources.Source, error)
}

// Groups is where the groups of an organisation are found.
type Groups interface {
	Tree(ctx context.Context, org int64) (*tenant.Tree, error)
}

// Notify is the notifications of a control plane.
type Notify struct {
	DB        *store.DB
	Sealer    seal.Sealer
	Outbound  outbound.Policy
	Ledger    Ledger
	Groups    Groups
	Sources   Sources
	PublicURL string         // of the console, for links
	Version   string         // of this program
	Replica   string         // name of this one
	Roots     *x509.CertPool // whose certificates are believed; nil is the system's
	Now       func() time.Time
	Log       *slog.Logger

	sending  sync.Mutex
	inFlight map[int64]int // by channel, in this replica
}
