package notify

import (
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

type channelRow struct {
	bun.BaseModel `bun:"table:channels,alias:c"`

	ID      int64 `bun:",pk,autoincrement"`
	Org     int64
	GroupID int64
	Kind    string
	Name    string
	Config  string
	Secret  []byte `bun:",nullzero"`
	Paused  store.Time
	Created store.Time
}

type ruleRow struct {
	bun.BaseModel `bun:"table:rules,alias:r"`

	ID      int64 `bun:",pk,autoincrement"`
	Org     int64
	GroupID int64
	Name    string
	Enabled bool
	Match   string
	Timing  string
	Created store.Time
}

type ruleChannelRow struct {
	bun.BaseModel `bun:"table:rule_channels"`

	Rule    int64 `bun:",pk"`
	Channel int64 `bun:",pk"`
}

type eventRow struct {
	bun.BaseModel `bun:"table:notify_events"`

	ID   int64 `bun:",pk,autoincrement"`
	Org  int64
	Body string
}

type cursorRow struct {
	bun.BaseModel `bun:"table:notify_cursors"`

	Source   int64 `bun:",pk"`
	Org      int64
	Position int64
}

type toldRow struct {
	bun.BaseModel `bun:"table:notify_told"`

	Org int64  `bun:",pk"`
	Key string `bun:",pk"`
	At  store.Time
}

type deliveryRow struct {
	bun.BaseModel `bun:"table:deliveries,alias:d"`

	ID      int64 `bun:",pk,autoincrement"`
	Org     int64
	GroupID int64
	Rule    int64
	Channel int64
	Key     string
	Form    string
	Action  string
	Thread  string
	Total   int
	Title   string
	State   string
	Attempt int
	Holder  string
	Created store.Time
	Due     store.Time
	Until   store.Time
	Lease   store.Time
	Sent    store.Time
	Problem string
}

type itemRow struct {
	bun.BaseModel `bun:"table:delivery_events"`

	Delivery int64 `bun:",pk"`
	Seq      int   `bun:",pk"`
	Body     string
}

type threadRow struct {
	bun.BaseModel `bun:"table:threads,alias:t"`

	Channel int64  `bun:",pk"`
	Thread  string `bun:",pk"`
	Org     int64
	Rule    int64
	GroupID int64
	Source  int64
	Open    bool
	Ref     string
	URL     string
	Opened  store.Time
}

type countRow struct {
	bun.BaseModel `bun:"table:notify_counts,alias:n"`

	Rule    int64 `bun:",pk"`
	Channel int64 `bun:",pk"`
	Hour    int64 `bun:",pk"`
	N       int
}
