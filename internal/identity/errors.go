package identity

import (
	"errors"
	"fmt"
	"time"
)

// Errors that callers test for.
var (
	// ErrInvalid is wrapped by errors about what was asked for; their text is
	// for the person who asked.
	ErrInvalid = errors.New("not valid")

	// ErrUnauthenticated says that a request shows neither a session nor a
	// token that holds.
	ErrUnauthenticated = errors.New("not signed in")

	// ErrSignIn says that a sign-in did not succeed. It is the same whether
	// the account exists or not, and whatever was wrong.
	ErrSignIn = errors.New("the sign-in did not succeed; check what you entered")

	// ErrExpired says that a step of a sign-in came too late, or without the
	// one before it.
	ErrExpired = errors.New("this took too long, or was begun elsewhere; begin again")

	// ErrLink says that a one-time link was used before, is too old or never
	// existed.
	ErrLink = errors.New("this link does not hold any more; ask for a new one")

	// ErrRecent says that the act needs a sign-in that is more recent than the
	// session's.
	ErrRecent = errors.New("sign in again to do this")

	// ErrNoOrganisation says that a person is signed in, but belongs to no
	// organisation.
	ErrNoOrganisation = errors.New("you belong to no organisation; ask an administrator for access")
)

// LimitedError says that there were too many attempts.
type LimitedError struct{ Retry time.Duration }

// Error implements error.
func (e *LimitedError) Error() string {
	return fmt.Sprintf("too many attempts; try again in %s", e.Retry.Round(time.Second))
}
