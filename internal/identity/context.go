package identity

import (
	"context"

	"github.com/demarc-sec/demarc/internal/tenant"
)

type whoKey struct{}

// WithWho returns a context that carries who makes the request.
func WithWho(ctx context.Context, who tenant.Who) context.Context {
	return context.WithValue(ctx, whoKey{}, who)
}

// WhoOf returns who makes the request; false where nobody signed in. Handlers
// take it from here and pass it to the subjects as an argument.
func WhoOf(ctx context.Context) (tenant.Who, bool) {
	who, ok := ctx.Value(whoKey{}).(tenant.Who)
	return who, ok
}
