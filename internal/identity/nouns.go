package identity

import (
	"time"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// Person is somebody who signs in. People are known to the whole
// installation; what they may do is by organisation.
type Person struct {
	ID      int64
	Email   string
	Name    string
	Created time.Time

	HasPassword bool
	HasTOTP     bool
	Passkeys    int
}

// Member is a person within an organisation.
type Member struct {
	Person
	Disabled time.Time // since when the person may not enter the organisation; zero where they may
	Seen     time.Time // last sign-in
	Grants   []Granted
}

// Granted is a grant with where it comes from.
type Granted struct {
	tenant.Grant
	Provider string // the identity provider whose group claims give it; empty where an administrator did
}

// ServiceAccount is a program that uses the API, with tokens only.
type ServiceAccount struct {
	ID       int64
	Name     string
	Created  time.Time
	Disabled time.Time
	Grants   []tenant.Grant
}

// Token is an API token without its secret.
type Token struct {
	ID          int64
	Name        string
	Kind        tenant.ActorKind // of its holder
	Holder      int64            // person or service account
	HolderName  string
	Hint        string // the first characters, to recognise it by
	Permissions []tenant.Permission
	Group       int64 // it works in this group and below; 0 is everywhere its holder may
	Created     time.Time
	Expires     time.Time
	Used        time.Time // to the minute; zero where never
}

// Session is one browser that a person is signed in with.
type Session struct {
	ID      int64
	Begun   time.Time
	Seen    time.Time // to the minute
	Address string
	Agent   string
	Current bool // the one that asks
}

// Passkey is a credential of a device or a password manager.
type Passkey struct {
	ID      int64
	Name    string
	Created time.Time
	Used    time.Time
}
