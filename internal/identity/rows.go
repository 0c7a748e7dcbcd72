package identity

import (
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

type personRow struct {
	bun.BaseModel `bun:"table:people"`

	ID              int64 `bun:",pk,autoincrement"`
	Email           string
	EmailKey        string
	Name            string
	Handle          []byte
	Password        string `bun:",nullzero"`
	PasswordChanged store.Time
	TOTP            []byte `bun:"totp,nullzero"`
	TOTPStep        int64  `bun:"totp_step"`
	Epoch           int64
	Created         store.Time
	Seen            store.Time
}

func (p *personRow) noun() Person {
	return Person{ID: p.ID, Email: p.Email, Name: p.Name, Created: p.Created.Time, HasPassword: p.Password != "", HasTOTP: p.TOTP != nil}
}

// actor is the person in an organisation, as the audit log names them.
func (p *personRow) actor(org int64) tenant.Actor {
	return tenant.Actor{Kind: tenant.Person, ID: p.ID, Name: p.Name, Email: p.Email, Org: org}
}

type membershipRow struct {
	bun.BaseModel `bun:"table:memberships"`

	Org      int64 `bun:",pk"`
	Person   int64 `bun:",pk"`
	Created  store.Time
	Disabled store.Time
}

type serviceRow struct {
	bun.BaseModel `bun:"table:service_accounts"`

	ID       int64 `bun:",pk,autoincrement"`
	Org      int64
	Name     string
	Created  store.Time
	Disabled store.Time
}

type grantRow struct {
	bun.BaseModel `bun:"table:grants"`

	ID       int64 `bun:",pk,autoincrement"`
	Org      int64
	Kind     tenant.ActorKind
	Holder   int64
	GroupID  int64
	Role     tenant.Role
	Provider string
}

func (g *grantRow) noun() tenant.Grant { return tenant.Grant{Group: g.GroupID, Role: g.Role} }

type subjectRow struct {
	bun.BaseModel `bun:"table:subjects"`

	Provider string `bun:",pk"`
	Subject  string `bun:",pk"`
	Person   int64
	Created  store.Time
}

type recoveryRow struct {
	bun.BaseModel `bun:"table:recovery_codes"`

	Person int64  `bun:",pk"`
	Hash   string `bun:",pk"`
}

type passkeyRow struct {
	bun.BaseModel `bun:"table:passkeys"`

	ID         int64 `bun:",pk,autoincrement"`
	Person     int64
	Credential string
	Record     string
	Name       string
	Created    store.Time
	Used       store.Time
}

type sessionRow struct {
	bun.BaseModel `bun:"table:sessions"`

	ID      int64 `bun:",pk,autoincrement"`
	Token   string
	Person  int64
	Epoch   int64
	Data    []byte
	Begun   store.Time
	Seen    store.Time
	Expires store.Time
	Ended   store.Time
	Address string
	Agent   string
}

type tokenRow struct {
	bun.BaseModel `bun:"table:tokens"`

	ID          int64 `bun:",pk,autoincrement"`
	Org         int64
	Kind        tenant.ActorKind
	Holder      int64
	Name        string
	Hint        string
	Hash        string
	Permissions string
	GroupID     int64
	Created     store.Time
	Expires     store.Time
	Used        store.Time
}

type linkRow struct {
	bun.BaseModel `bun:"table:links"`

	ID      int64 `bun:",pk,autoincrement"`
	Kind    linkKind
	Hash    string
	Org     int64
	Person  int64
	Email   string
	Name    string
	Grants  string
	MadeBy  int64
	Created store.Time
	Expires store.Time
}

type ruleRow struct {
	bun.BaseModel `bun:"table:sign_in_rules"`

	Org          int64 `bun:",pk"`
	SecondFactor SecondFactor
}

type attemptRow struct {
	bun.BaseModel `bun:"table:attempts"`

	Name     string `bun:",pk"`
	Failures int64
	Last     store.Time
	Until    store.Time
}
