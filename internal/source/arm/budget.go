package arm

import (
	"context"
	"errors"
)

// A template may come from anyone, and its language can ask for more work and
// memory than any machine has, in a few lines. Work is counted in steps, the
// memory of values that functions build in bytes.
const (
	maxSteps     = 10_000_000 // per template with all it links to
	maxBytes     = 256 << 20
	maxOutput    = 256 << 20 // bytes of all bodies
	maxString    = 2 << 20
	maxItems     = 100_000 // of one array a function makes
	maxEvalDepth = 400
	maxNested    = 20 // deployments within deployments
	maxFiles     = 200
	// maxCopies is what Azure accepts of one copy loop.
	maxCopies    = 800
	maxInstances = 50_000
)

// stopped is the panic that ends the reading of a template.
type stopped struct{ err error }

func (s stopped) Error() string { return "evaluation stopped" }

var (
	errSteps     = errors.New("the template needs too many evaluation steps")
	errBytes     = errors.New("the template builds too much data")
	errOutput    = errors.New("the template gives too much data")
	errInstances = errors.New("the template makes more than 50,000 resources")
)

type budget struct {
	ctx                  context.Context
	steps, bytes, output int
}

func (b *budget) step(n int) {
	before := b.steps
	b.steps += n
	if before>>12 != b.steps>>12 {
		if err := b.ctx.Err(); err != nil {
			panic(stopped{err})
		}
	}
	if b.steps > maxSteps {
		panic(stopped{errSteps})
	}
}

func (b *budget) grow(n int) {
	if b.bytes += n; b.bytes > maxBytes {
		panic(stopped{errBytes})
	}
}

func (b *budget) yield(n int) {
	if b.output += n; b.output > maxOutput {
		panic(stopped{errOutput})
	}
}
