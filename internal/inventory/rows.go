package inventory

import (
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
)

// dims are what rows are filtered by; an asset's duties and findings carry
// those of the asset.
type dims struct {
	Org         int64
	Source      int64
	GroupID     int64
	Kind        string
	Provider    string
	Service     string
	Model       string
	Account     string
	Region      string
	Environment string
	Team        string
}

type ledgerRow struct {
	bun.BaseModel `bun:"table:ledgers"`

	Source   int64 `bun:",pk"`
	Org      int64
	Snapshot int64 `bun:",nullzero"`
	Assessed store.Time
	Weakest  string
	Names    string
}

type snapshotRow struct {
	bun.BaseModel `bun:"table:snapshots,alias:s"`

	ID       int64 `bun:",pk,autoincrement"`
	Org      int64
	Source   int64
	Assessed store.Time
	Posted   store.Time
	Tool     string
	Version  string
	Revision string
	Branch   string
	Origin   string
	Counts   string
	Summary  string
	Details  string
}

type assetRow struct {
	bun.BaseModel `bun:"table:assets,alias:a"`
	dims

	ID         int64 `bun:",pk,autoincrement"`
	UID        string
	Address    string
	Name       string
	NativeType string
	Path       string
	Exposed    string
	State      int
	Severity   int
	Failing    int
	Unverified int
	Duties     int
	FirstSeen  store.Time
	Changed    store.Time
	Unseen     store.Time
	Silent     store.Time
	Gone       store.Time
	Digest     string
}

type bodyRow struct {
	bun.BaseModel `bun:"table:asset_bodies"`

	Asset int64 `bun:",pk"`
	Body  string
}

type wordRow struct {
	bun.BaseModel `bun:"table:asset_words"`

	Asset int64  `bun:",pk"`
	Word  string `bun:",pk"`
	Org   int64
}

type edgeRow struct {
	bun.BaseModel `bun:"table:asset_edges"`

	Asset  int64  `bun:",pk"`
	Name   string `bun:",pk"`
	Target string `bun:",pk"`
	Source int64
}

type basisRow struct {
	bun.BaseModel `bun:"table:bases"`

	Source int64 `bun:",pk"`
	Hash   int64 `bun:",pk"`
	Org    int64
	Body   string
}

type dutyRow struct {
	bun.BaseModel `bun:"table:duties,alias:d"`
	dims

	Asset          int64  `bun:",pk"`
	Responsibility string `bun:",pk"`
	Layer          string
	Owner          string
	Party          string
	Possible       string
	Status         string
	Since          store.Time
	Basis          int64
	ChangesOn      string
	ChangesTo      string
	Known          string
	Gone           store.Time
}

type findingRow struct {
	bun.BaseModel `bun:"table:findings,alias:f"`
	dims

	ID             int64 `bun:",pk,autoincrement"`
	Asset          int64
	Fingerprint    string
	CheckID        string
	Severity       int
	Result         string
	State          string
	Responsibility string
	Layer          string
	Owner          string
	Message        string
	Attribute      string
	Location       string
	Waiver         string
	Tool           string
	Detail         int64
	FirstSeen      store.Time
	FailingSince   store.Time
	Resolved       store.Time
	Regressed      store.Time
	Regressions    int
	Gone           store.Time
}

type changeRow struct {
	bun.BaseModel `bun:"table:changes,alias:c"`

	ID       int64 `bun:",pk,autoincrement"`
	Org      int64
	Source   int64
	Snapshot int64
	GroupID  int64
	At       store.Time
	Kind     string
	Asset    int64
	Address  string
	Subject  string
	Was      string
	Now      string
}

type cellRow struct {
	bun.BaseModel `bun:"table:cells,alias:l"`

	Source      int64  `bun:",pk"`
	What        string `bun:",pk"`
	GroupID     int64  `bun:",pk"`
	Provider    string `bun:",pk"`
	Service     string `bun:",pk"`
	Model       string `bun:",pk"`
	Kind        string `bun:",pk"`
	Account     string `bun:",pk"`
	Region      string `bun:",pk"`
	Environment string `bun:",pk"`
	Team        string `bun:",pk"`
	Org         int64
	Counts      string
}

type totalRow struct {
	bun.BaseModel `bun:"table:totals,alias:t"`

	Source  int64 `bun:",pk"`
	GroupID int64 `bun:",pk"`
	Org     int64
	Counts  string
}

type pointRow struct {
	bun.BaseModel `bun:"table:points,alias:p"`

	Source  int64 `bun:",pk"`
	Day     int64 `bun:",pk"`
	GroupID int64 `bun:",pk"`
	Org     int64
	Counts  string
}

type weakestRow struct {
	bun.BaseModel `bun:"table:weakest"`

	Source         int64 `bun:",pk"`
	Ordinal        int64 `bun:",pk"`
	Org            int64
	Asset          int64
	Responsibility string
	Score          int64
	Link           string
}

type nameRow struct {
	bun.BaseModel `bun:"table:names"`

	Org   int64  `bun:",pk"`
	What  string `bun:",pk"`
	ID    string `bun:",pk"`
	Title string
	Body  string
}
