package cloudformation

import (
	"context"
	"errors"
)

// A template can ask for more work and memory than any machine has in a few
// lines: loops in loops, stacks that nest one another twice each.
const (
	maxSteps     = 5_000_000 // values evaluated and yielded, of one root template
	maxOutput    = 256 << 20 // bytes of all bodies of a root template
	maxText      = 2 << 20   // of one string
	maxDepth     = 400       // values that depend on one another in a chain
	maxStacks    = 300       // nested stacks of a root template
	maxStackDeep = 8
	maxInstances = 10_000 // of one loop
	maxRefs      = 200    // references kept for one property
	maxOptions   = 50     // values a text may have, when which is not known
)

// stopped is the panic that ends the reading of a root template.
type stopped struct{ err error }

func (s stopped) Error() string { return "evaluation stopped" }

var (
	errSteps  = errors.New("the template needs too many evaluation steps")
	errOutput = errors.New("the template gives too much data")
)

type budget struct {
	ctx    context.Context
	steps  int
	output int
	depth  int
}

func newBudget(ctx context.Context) *budget {
	return &budget{ctx: ctx, steps: maxSteps, output: maxOutput}
}

// step counts one value of work, and what it costs in bytes.
func (b *budget) step(bytes int) {
	b.steps--
	b.output -= 32 + bytes
	switch {
	case b.steps < 0:
		panic(stopped{errSteps})
	case b.output < 0:
		panic(stopped{errOutput})
	case b.steps&1023 == 0:
		if err := b.ctx.Err(); err != nil {
			panic(stopped{err})
		}
	}
}
