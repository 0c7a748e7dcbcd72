package run

import (
	"sync"
	"time"
)

// meter adds up the processor time of threads. On Linux it is the kernel's own count
// of each thread, exact to what the kernel counts by (nanoseconds on all usual
// ones), and can be read while the thread works. What the garbage collector, the
// network's poller and goroutines of their own do is in no module's count; all
// of it is in the agent's, which is the process less its modules.
type meter struct {
	mu     sync.Mutex
	ended  time.Duration
	others map[thread]time.Duration // that run, with what they had used when they came
}

// enter counts the calling thread until the function it returns is called on it.
func (m *meter) enter() (leave func()) {
	t := thisThread()
	m.mu.Lock()
	if m.others == nil {
		m.others = map[thread]time.Duration{}
	}
	m.others[t] = t.cpu()
	m.mu.Unlock()
	return func() {
		m.mu.Lock()
		m.ended += t.cpu() - m.others[t]
		delete(m.others, t)
		m.mu.Unlock()
	}
}

// total is all that was used.
func (m *meter) total() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	sum := m.ended
	for t, was := range m.others {
		sum += t.cpu() - was
	}
	return sum
}
