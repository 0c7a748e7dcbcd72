package fleet

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/demarc-sec/demarc/internal/store"
)

// identity is what a replica keeps in memory of an agent, so that a heartbeat
// costs no look at the database. It is replaced, never changed, but for what
// is atomic.
type identity struct {
	id, org, group int64
	uid            string
	state          State
	why            string
	anchor         bool
	ephemeral      bool
	since          time.Time
	enrolled       time.Time
	key, next      *ecdsa.PublicKey
	first          string
	serial         string
	authority      int64
	notAfter       time.Time
	source         int64
	hostname       string
	boot, version  string
	changed        time.Time

	shared *shared
}

// shared is what the successive identities of an agent have in common.
type shared struct {
	seen  atomic.Int64 // milliseconds: when its last heartbeat came
	limit *rate.Limiter
	chain sync.Mutex // one heartbeat of an agent at a time
	last  *link      // of the chain as this replica knows it; under chain
}

// identities are the agents that a replica knows.
type identities struct {
	mu     sync.RWMutex
	all    map[string]*identity
	newest time.Time // of the rows' changes
}

func (k *identities) get(uid string) *identity {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.all[uid]
}

// put takes a row as it is now in the database.
func (k *identities) put(r *agentRow) *identity {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[string]*identity{}
	}
	before := k.all[r.UID]
	if before != nil && before.changed.After(r.Changed.Time) {
		return before
	}
	n := &identity{
		id: r.ID, org: r.Org, group: r.GroupID, uid: r.UID, state: r.State, why: r.Why, anchor: r.Anchor == 1, ephemeral: r.Ephemeral == 1,
		since: r.Since.Time, enrolled: r.Enrolled.Time, key: publicKey(r.Key), next: publicKey(r.NextKey), first: r.First, serial: r.Serial, authority: r.Authority,
		notAfter: r.NotAfter.Time, source: r.Source, hostname: r.Hostname, boot: r.Boot, version: r.Version, changed: r.Changed.Time,
	}
	if before != nil {
		n.shared = before.shared
	} else {
		n.shared = &shared{limit: rate.NewLimiter(5, 100)}
	}
	k.all[r.UID] = n
	if r.Changed.After(k.newest) {
		k.newest = r.Changed.Time
	}
	return n
}

// as reports whether the row says what is known.
func (n *identity) as(r *agentRow) bool {
	return n.changed.Equal(r.Changed.Time) && n.state == r.State && n.serial == r.Serial && n.group == r.GroupID && n.source == r.Source && n.anchor == (r.Anchor == 1)
}

// snapshot is all of them.
func (k *identities) snapshot() []*identity {
	k.mu.RLock()
	defer k.mu.RUnlock()
	out := make([]*identity, 0, len(k.all))
	for _, n := range k.all {
		out = append(out, n)
	}
	return out
}

// sawAt takes the time of a heartbeat, whichever replica it came to.
func (n *identity) sawAt(at time.Time) {
	ms := at.UnixMilli()
	for {
		was := n.shared.seen.Load()
		if was >= ms || n.shared.seen.CompareAndSwap(was, ms) {
			return
		}
	}
}

// lastSeen keeps times of heartbeats whose agent is not known here yet.
type lastSeen struct {
	mu    sync.Mutex
	times map[string]time.Time
}

// identity finds an agent, in the database where this replica does not know
// it; nil is one that there is not.
func (f *Fleet) identity(ctx context.Context, uid string) (*identity, error) {
	if n := f.known.get(uid); n != nil {
		return n, nil
	}
	var r agentRow
	err := store.Translate(f.DB.NewSelect().Model(&r).Where("uid = ?", uid).Scan(ctx))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // documented
	}
	if err != nil {
		return nil, err
	}
	return f.meet(&r), nil
}

// meet takes an agent up that this replica did not know.
func (f *Fleet) meet(r *agentRow) *identity {
	n := f.known.put(r)
	f.seen.mu.Lock()
	at, ok := f.seen.times[r.UID]
	delete(f.seen.times, r.UID)
	f.seen.mu.Unlock()
	if ok {
		n.sawAt(at)
	}
	return n
}

// saw is told of each heartbeat in the stream.
func (f *Fleet) saw(uid string, at time.Time) {
	if n := f.known.get(uid); n != nil {
		n.sawAt(at)
		return
	}
	f.seen.mu.Lock()
	defer f.seen.mu.Unlock()
	if f.seen.times == nil {
		f.seen.times = map[string]time.Time{}
	}
	if len(f.seen.times) < 4_000_000 {
		f.seen.times[uid] = at
	}
}

// lateCommits are those of transactions that began before one that was seen
// already; changes are read again for as long.
const lateCommits = 15 * time.Second

// reread has the next Refresh read everything: what a replica whose clock is
// behind wrote does not count as new.
func (k *identities) reread() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.newest = time.Time{}
}

// Refresh takes over what other replicas changed. The first call reads all
// agents but retired ones.
func (f *Fleet) Refresh(ctx context.Context) error {
	f.known.mu.RLock()
	newest := f.known.newest
	f.known.mu.RUnlock()
	since := newest
	if f.Now().Sub(newest) < 2*lateCommits {
		since = newest.Add(-lateCommits)
	}
	after := int64(0)
	for {
		var rows []agentRow
		q := f.DB.NewSelect().Model(&rows).Where("id > ?", after).Order("id").Limit(10_000)
		if newest.IsZero() {
			q = q.Where("(state <> ? OR changed > ?)", Retired, store.At(f.Now().Add(-24*time.Hour)))
		} else {
			q = q.Where("changed > ?", store.At(since))
		}
		if err := q.Scan(ctx); err != nil {
			return store.Translate(err)
		}
		for i := range rows {
			if n := f.known.get(rows[i].UID); n == nil || !n.as(&rows[i]) {
				f.meet(&rows[i])
			}
			after = rows[i].ID
		}
		if len(rows) < 10_000 {
			break
		}
	}
	return f.refreshCommands(ctx)
}

// Count is how many agents are in each state, as this replica knows.
func (f *Fleet) Count() map[State]int {
	out := map[State]int{}
	for _, s := range States {
		out[s] = 0
	}
	for _, n := range f.known.snapshot() {
		out[n.state]++
	}
	return out
}
