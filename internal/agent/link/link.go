// Package link is the agent's side of the wire: the host's identity and what it
// says by it. It makes the key, enrols, renews, sends heartbeats as a chain and
// events from the spool, and takes commands that the authority signed.
package link

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/demarc-sec/demarc/internal/agent/spool"
	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// ErrRetired ends an agent for good.
var ErrRetired = errors.New("the agent is retired")

// ErrCopied says that the identity was made on another machine.
var ErrCopied = errors.New("the identity belongs to another machine")

// Options of a link.
type Options struct {
	State   State
	Spool   *spool.Spool
	Version string
	Binary  string // SHA-256 of the program
	Pace    Pace
	Log     *slog.Logger
	// Health is what each module says of itself.
	Health func() []wire.Module
	// Policy is told of a policy that is in force from now on.
	Policy func(policy []byte)
	// Do does what a command asks for. Its error says that it failed.
	Do func(ctx context.Context, c wire.CommandBody) error
}

// Link is an enrolled agent's connection.
type Link struct {
	o      Options
	pace   Pace
	key    *ecdsa.PrivateKey
	id     *Identity // only the heartbeat's goroutine changes it
	client *client

	chain      chain
	policyHash atomic.Pointer[string]
	offset     atomic.Int64 // to the control plane's clock
	interval   time.Duration
	renewAfter time.Time
	acked      time.Time
	commands   *commands
}

// New returns the link of the identity that lies in the state.
func New(o Options) (*Link, error) {
	id, err := o.State.Identity()
	if err != nil {
		return nil, err
	}
	if id.Retired != "" {
		return nil, fmt.Errorf("%w: %s", ErrRetired, id.Retired)
	}
	if now := MachineID(); id.Machine != "" && now != "" && id.Machine != now {
		return nil, fmt.Errorf("%w: it was made on %s, and this is %s; run demarc-agent enrol here, and use enrol --defer in images", ErrCopied, id.Machine, now)
	}
	l := &Link{o: o, id: id, pace: o.Pace.filled(), interval: time.Duration(id.Interval) * time.Second}
	if l.key, err = o.State.key(); err != nil {
		return nil, err
	}
	if l.client, err = newClient(Server{URL: id.Server, CA: []byte(id.CA), Proxy: id.Proxy}, l.key); err != nil {
		return nil, err
	}
	if err := l.client.be(id.Agent, id.Certificate); err != nil {
		return nil, fmt.Errorf("the certificate in %s: %w", o.State.Path(identityFile), err)
	}
	if err := l.chain.load(o.State, id); err != nil {
		return nil, err
	}
	if l.commands, err = loadCommands(o.State); err != nil {
		return nil, err
	}
	l.setPolicy(o.State.Policy())
	return l, nil
}

// Run says what there is to be said until the context is done, or the agent is
// retired.
func (l *Link) Run(ctx context.Context) error {
	defer l.client.Close() //nolint:errcheck // it never fails
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return l.beats(ctx) })
	g.Go(func() error { return l.deliver(ctx) })
	g.Go(func() error { return l.obey(ctx) })
	err := g.Wait()
	if errors.Is(err, ErrRetired) {
		return errors.Join(err, l.leave(err))
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// leave sees to it that an agent that is retired stays so.
func (l *Link) leave(why error) error {
	if errors.Is(why, errForget) {
		if err := errors.Join(l.o.Spool.Close(), l.o.State.Forget()); err != nil {
			return err
		}
		return l.o.State.saveIdentity(&Identity{Server: l.id.Server, Agent: l.id.Agent, Enrolled: l.id.Enrolled, Retired: why.Error()})
	}
	return l.o.State.retire(why.Error())
}

// now is the control plane's time, as well as it is known.
func (l *Link) now() time.Time { return time.Now().Add(time.Duration(l.offset.Load())) }

func (l *Link) setPolicy(policy []byte) {
	hash := wire.Hash(policy)
	l.policyHash.Store(&hash)
}

// settle takes what the control plane asks for.
func (l *Link) settle(s *wire.Settings) {
	if s == nil {
		return
	}
	if s.Interval >= 1 && s.Interval <= 24*60*60 {
		if d := time.Duration(s.Interval) * time.Second; d != l.interval {
			l.interval = d
			l.id.Interval = s.Interval
			if err := l.o.State.saveIdentity(l.id); err != nil {
				l.o.Log.Warn("keeping the interval", "error", err)
			}
		}
	}
	if len(s.Policy) == 0 || s.PolicyHash == *l.policyHash.Load() {
		return
	}
	if wire.Hash(s.Policy) != s.PolicyHash {
		l.o.Log.Error("the policy that was sent is not the one whose hash was sent; it is not taken", "hash", s.PolicyHash)
		return
	}
	if err := l.o.State.savePolicy(s.Policy); err != nil {
		l.o.Log.Error("keeping the policy", "error", err)
		return
	}
	l.setPolicy(s.Policy)
	if l.o.Policy != nil {
		l.o.Policy(s.Policy)
	}
}

// retired turns a refusal that is for good into the error that ends the agent.
func retired(err error) error {
	var no *Refused
	if errors.As(err, &no) && no.Code == wire.CodeRetired {
		return fmt.Errorf("%w: %s", ErrRetired, no.Why)
	}
	return nil
}
