package fleet

import "context"

// RetireAuthorities retires those that nobody needs any more.
func (f *Fleet) RetireAuthorities(ctx context.Context) error { return f.retireAuthorities(ctx) }
