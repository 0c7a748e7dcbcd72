package audit

import (
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

type row struct {
	bun.BaseModel `bun:"table:audit_entries"`

	Org        int64 `bun:",pk"`
	Seq        int64 `bun:",pk"`
	At         store.Time
	ActorKind  string
	ActorID    int64
	ActorName  string
	Token      int64
	Address    string
	Request    string
	Action     string
	ObjectKind string
	ObjectID   string
	Detail     string
	Previous   string
	Hash       string
}

type head struct {
	bun.BaseModel `bun:"table:audit_heads"`

	Org  int64 `bun:",pk"`
	Seq  int64
	Hash string
}

func toRow(e *Entry) *row {
	return &row{
		Org: e.Org, Seq: e.Seq, At: store.At(e.At),
		ActorKind: string(e.Actor.Kind), ActorID: e.Actor.ID, ActorName: e.Actor.Name, Token: e.Actor.Token,
		Address: e.Address, Request: e.Request, Action: e.Action,
		ObjectKind: e.Object.Kind, ObjectID: e.Object.ID, Detail: string(e.Detail),
		Previous: e.Previous, Hash: e.Hash,
	}
}

func (r *row) entry() Entry {
	return Entry{
		Org: r.Org, Seq: r.Seq, At: r.At.Time,
		Actor:   Actor{Kind: tenant.ActorKind(r.ActorKind), ID: r.ActorID, Name: r.ActorName, Token: r.Token},
		Address: r.Address, Request: r.Request, Action: r.Action,
		Object: Object{r.ObjectKind, r.ObjectID}, Detail: []byte(r.Detail),
		Previous: r.Previous, Hash: r.Hash,
	}
}
