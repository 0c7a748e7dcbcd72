package link

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Bounds of commands.
const (
	maxRemembered = 1000
	maxQueued     = 64
	skewAllowed   = 5 * time.Minute
)

// known commands. There is none that runs a program of somebody's choice.
var knownCommands = []wire.CommandKind{wire.CommandScan, wire.CommandIntegrity, wire.CommandApprove, wire.CommandRetire}

// remembered is a command that was taken: not done twice, and told of until
// somebody heard it.
type remembered struct {
	Expires time.Time    `json:"expires"`
	Result  *wire.Result `json:"result,omitempty"` // nil while it is done
	Told    bool         `json:"told,omitempty"`
}

// commands are taken from heartbeats, done one after the other, and kept on the
// disk so that a restart does not do one twice.
type commands struct {
	state State
	queue chan wire.CommandBody
	wake  chan struct{}

	mu   sync.Mutex
	seen map[string]*remembered
}

func loadCommands(s State) (*commands, error) {
	c := &commands{state: s, queue: make(chan wire.CommandBody, maxQueued), wake: make(chan struct{}, 1), seen: map[string]*remembered{}}
	if err := s.read(commandsFile, &c.seen); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for id, r := range c.seen {
		if r == nil {
			delete(c.seen, id)
		} else if r.Result == nil {
			r.Result = &wire.Result{ID: id, State: "failed", Why: "the agent was stopped while it was at it"}
		}
	}
	c.nudge()
	return c, nil
}

func (c *commands) nudge() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// take takes what came with a heartbeat.
func (c *commands) take(l *Link, list []wire.Command) {
	if len(list) == 0 {
		return
	}
	keys, err := authorities(l.id.Authority)
	if err != nil {
		l.o.Log.Error("commands cannot be verified", "error", err)
		return
	}
	for _, signed := range list {
		body, err := verified(signed, keys, l.id.Agent)
		if err != nil {
			// Not even who it is from is known: there is nobody to tell.
			l.o.Log.Error("a command is not obeyed", "error", err)
			continue
		}
		if err := c.accept(body, l.now()); err != nil {
			l.o.Log.Warn("a command is not obeyed", "id", body.ID, "kind", string(body.Kind), "error", err)
		}
	}
}

// verified is a command of the authority for this agent.
func verified(signed wire.Command, keys []*ecdsa.PublicKey, agent string) (*wire.CommandBody, error) {
	if !slices.ContainsFunc(keys, func(k *ecdsa.PublicKey) bool { return wire.Verify(k, "command", signed.Body, signed.Signature) == nil }) {
		return nil, wire.ErrSignature
	}
	var body wire.CommandBody
	if err := wire.Decode(signed.Body, &body); err != nil {
		return nil, err
	}
	if body.Agent != agent {
		return nil, fmt.Errorf("command %.64q is for another agent", body.ID)
	}
	if body.ID == "" || len(body.ID) > 128 {
		return nil, errors.New("a command without an id")
	}
	return &body, nil
}

// accept queues a command that is new and holds. One that was taken before is told
// of again.
func (c *commands) accept(body *wire.CommandBody, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.nudge()
	if r := c.seen[body.ID]; r != nil {
		r.Told = false
		return nil
	}
	refuse := func(why string) error {
		c.seen[body.ID] = &remembered{Expires: body.Expires, Result: &wire.Result{ID: body.ID, State: "refused", Why: why}}
		return errors.Join(errors.New(why), c.save(now))
	}
	switch {
	case !slices.Contains(knownCommands, body.Kind):
		return refuse(fmt.Sprintf("%.40q is nothing that this agent does", body.Kind))
	case !now.Before(body.Expires):
		return refuse("it has expired")
	case body.Issued.After(now.Add(skewAllowed)):
		return refuse("it is from the future")
	case len(c.queue) == cap(c.queue):
		return errors.New("too many commands wait") // it comes again
	}
	c.seen[body.ID] = &remembered{Expires: body.Expires}
	if err := c.save(now); err != nil { // before it is done, or it might be done twice
		delete(c.seen, body.ID)
		return err
	}
	c.queue <- *body
	return nil
}

// save keeps what was seen, until it would be refused as expired anyhow.
func (c *commands) save(now time.Time) error {
	for id, r := range c.seen {
		if r.Told && now.After(r.Expires.Add(24*time.Hour)) {
			delete(c.seen, id)
		}
	}
	for len(c.seen) > maxRemembered { // those that run out first
		oldest := ""
		for id, r := range c.seen {
			if oldest == "" || r.Expires.Before(c.seen[oldest].Expires) {
				oldest = id
			}
		}
		delete(c.seen, oldest)
	}
	return c.state.write(commandsFile, c.seen)
}

// obey does commands, and tells what became of them.
func (l *Link) obey(ctx context.Context) error {
	b := backoff{pace: l.pace}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case body := <-l.commands.queue:
			if err := l.do(ctx, body); err != nil {
				return err
			}
		case <-l.commands.wake:
		}
		for {
			err := l.tell(ctx)
			if err == nil {
				b.ok()
				break
			}
			if err := retired(err); err != nil {
				return err
			}
			l.o.Log.Warn("what became of a command is not told", "error", err)
			if !wait(ctx, b.next(err)) {
				return ctx.Err()
			}
		}
	}
}

// do does one command.
func (l *Link) do(ctx context.Context, body wire.CommandBody) error {
	result := &wire.Result{ID: body.ID, State: "done"}
	retire := body.Kind == wire.CommandRetire
	switch {
	case retire:
	case !l.now().Before(body.Expires):
		result.State, result.Why = "refused", "it expired while it waited"
	case l.o.Do == nil:
		result.State, result.Why = "refused", "nothing here does that"
	default:
		if err := l.o.Do(ctx, body); err != nil {
			result.State, result.Why = "failed", err.Error()
		}
	}
	l.o.Log.Info("a command", "id", body.ID, "kind", string(body.Kind), "state", result.State, "why", result.Why)
	l.commands.mu.Lock()
	if r := l.commands.seen[body.ID]; r != nil {
		r.Result = result
	}
	err := l.commands.save(l.now())
	l.commands.mu.Unlock()
	if err != nil {
		l.o.Log.Error("keeping what became of a command", "error", err)
	}
	if retire {
		_ = l.tell(ctx) // once; there is no later
		return fmt.Errorf("%w by command %s", errForget, body.ID)
	}
	return nil
}

// errForget is a retirement after which nothing is kept.
var errForget = fmt.Errorf("%w", ErrRetired)

// tell tells of every command that nobody heard of yet.
func (l *Link) tell(ctx context.Context) error {
	l.commands.mu.Lock()
	var list []*remembered
	for _, r := range l.commands.seen {
		if r.Result != nil && !r.Told {
			list = append(list, r)
		}
	}
	l.commands.mu.Unlock()
	for _, r := range list {
		if len(r.Result.Why) > 1000 {
			r.Result.Why = r.Result.Why[:1000]
		}
		body, err := json.Marshal(r.Result)
		if err != nil {
			return err
		}
		var got struct{}
		err = l.client.post(ctx, wire.PathResult, body, &got)
		var no *Refused
		if errors.As(err, &no) && no.Code == wire.CodeInvalid {
			err = nil // it does not want to know
		}
		if err != nil {
			return err
		}
		l.commands.mu.Lock()
		r.Told = true
		err = l.commands.save(l.now())
		l.commands.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}
