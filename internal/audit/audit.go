// Package audit keeps who did what: for each organisation one append-only
// chain of entries, in which the hash of every entry covers the one before.
// Whoever changes, removes or reorders entries afterwards breaks the chain;
// whoever cuts off its end is found out by a head that was kept elsewhere.
package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// ErrInvalid is wrapped by errors about what was asked for; their text is for
// the person who asked.
var ErrInvalid = errors.New("not valid")

// Installation is the chain of what belongs to no organisation, such as the
// attempts to sign in as somebody who is not known.
const Installation int64 = 0

// MaxDetail bounds the JSON of an entry's detail, in bytes.
const MaxDetail = 16 << 10

// Object is what was acted upon.
type Object struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// On is the object of a kind with a numeric id.
func On(kind string, id int64) Object { return Object{kind, fmt.Sprint(id)} }

// Detail says more about an act: what was before and after, a reason. It
// never holds a secret, sealed or not.
type Detail map[string]any

// Actor is who acted, as they were called then.
type Actor struct {
	Kind  tenant.ActorKind `json:"kind"`
	ID    int64            `json:"id"`
	Name  string           `json:"name"`
	Token int64            `json:"token,omitempty"` // the API token it came with
}

// Entry is one line of the log.
type Entry struct {
	Org      int64           `json:"organisation"`
	Seq      int64           `json:"sequence"` // 1, 2, 3 … in its organisation
	At       time.Time       `json:"at"`
	Actor    Actor           `json:"actor"`
	Address  string          `json:"address,omitempty"` // of the client
	Request  string          `json:"request,omitempty"` // its id, as in the server's log
	Action   string          `json:"action"`            // such as waiver.approved
	Object   Object          `json:"object"`
	Detail   json.RawMessage `json:"detail"`
	Previous string          `json:"previous"` // hash of the entry before
	Hash     string          `json:"hash"`
}

// Record adds an entry to the chain of the actor's organisation, within the
// transaction of what it tells about: both happen or neither. From then on,
// until the transaction ends, nobody else writes to that chain, so that it
// also makes the writers of one organisation take turns where they must.
func Record(ctx context.Context, tx bun.IDB, who tenant.Actor, action string, object Object, detail Detail) error {
	text, err := canonical(detail)
	if err != nil {
		return fmt.Errorf("recording %s: %w", action, err)
	}
	head, err := advance(ctx, tx, who.Org)
	if err != nil {
		return fmt.Errorf("recording %s: %w", action, err)
	}
	origin := OriginOf(ctx)
	e := Entry{
		Org: who.Org, Seq: head.Seq, At: store.At(time.Now()).Time,
		Actor:   Actor{Kind: who.Kind, ID: who.ID, Name: who.Name},
		Address: origin.Address, Request: origin.Request,
		Action: action, Object: object, Detail: text, Previous: head.Hash,
	}
	if who.Token != nil {
		e.Actor.Token = who.Token.ID
	}
	e.Hash = e.digest()
	if _, err := tx.NewInsert().Model(toRow(&e)).Exec(ctx); err != nil {
		return fmt.Errorf("recording %s: %w", action, err)
	}
	if _, err := tx.NewUpdate().Table("audit_heads").Set("hash = ?", e.Hash).Where("org = ?", e.Org).Exec(ctx); err != nil {
		return fmt.Errorf("recording %s: %w", action, err)
	}
	return nil
}

// advance takes the next sequence of a chain, with the hash of its last
// entry, and holds the chain until the transaction ends.
func advance(ctx context.Context, tx bun.IDB, org int64) (head, error) {
	h := head{Org: org}
	for range 2 {
		res, err := tx.NewUpdate().Model(&h).Set("seq = seq + 1").Where("org = ?", org).Returning("seq, hash").Exec(ctx)
		if err != nil {
			return h, err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return h, err
		}
		if _, err := tx.NewInsert().Model(&head{Org: org}).On("CONFLICT (org) DO NOTHING").Exec(ctx); err != nil {
			return h, err
		}
	}
	return h, fmt.Errorf("the chain of organisation %d has no head", org)
}

// canonical is the detail as it is hashed: keys sorted, no blanks.
func canonical(d Detail) (json.RawMessage, error) {
	if d == nil {
		d = Detail{}
	}
	b, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	if len(b) > MaxDetail {
		return nil, fmt.Errorf("the detail is longer than %d bytes", MaxDetail)
	}
	return recanonical(b)
}
