package audit

import "context"

// Origin is where a request came from. The server puts it into the context of
// each request, and entries carry it.
type Origin struct {
	Address string // the client's IP address, without port
	Request string // the request's id
	Agent   string // what the client calls itself; not in entries
}

type originKey struct{}

// WithOrigin returns a context with the origin.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// OriginOf returns the context's origin, or an empty one.
func OriginOf(ctx context.Context) Origin {
	o, ok := ctx.Value(originKey{}).(Origin)
	if !ok {
		return Origin{}
	}
	return o
}
