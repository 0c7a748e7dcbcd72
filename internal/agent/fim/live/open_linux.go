package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// watcher is what there is: fanotify, inotify for what that does not watch, or one of them.
type watcher struct {
	fan *fanotify // or nil
	ino *inotify  // or nil
	why string
	// lost are places that inotify cannot watch at all.
	lost []Missing
}

// Open asks the kernel to watch. Nothing is lost from then on but what Missing names.
func Open(o Options) (Watcher, error) {
	if o.Root == "" {
		o.Root = "/"
	}
	switch o.Backend {
	case "", Fanotify, Inotify:
	default:
		return nil, fmt.Errorf("%w: nothing is called %q", ErrUnavailable, o.Backend)
	}
	w := &watcher{}
	var err error
	if o.Backend != Inotify {
		if w.fan, err = openFanotify(o); err == nil {
			w.beside(o)
			return w, nil
		}
		if w.why = err.Error(); o.Backend == Fanotify {
			return nil, err
		}
	}
	if w.ino, err = openInotify(o, []string{o.Root}); err != nil {
		if w.why != "" {
			return nil, fmt.Errorf("%s; %w", w.why, err)
		}
		return nil, err
	}
	return w, nil
}

// beside has inotify watch what of interest fanotify does not: file systems that give their
// files no handles, among others.
func (w *watcher) beside(o Options) {
	var roots []string
	for _, p := range w.interesting() {
		roots = append(roots, p.path)
		w.why = fmt.Sprintf("fanotify does not watch %s (%s): %s", p.path, p.kind, p.why)
	}
	if len(roots) == 0 {
		return
	}
	var err error
	if w.ino, err = openInotify(o, roots); err != nil {
		w.lost = append(w.lost, Missing{Paths: roots, Reason: err.Error()})
	}
}

// interesting are the mount points that fanotify does not watch and should, or the root where it
// lies within one.
func (w *watcher) interesting() (points []mountPoint) {
	w.fan.lock.Lock()
	defer w.fan.lock.Unlock()
	o := w.fan.o
	for _, p := range w.fan.others {
		switch {
		case below(p.path, o.Root):
		case below(o.Root, p.path) && !w.within(p.path):
			p.path = o.Root
		default:
			continue
		}
		if o.Wanted == nil || o.Wanted(p.path) {
			points = append(points, p)
		}
	}
	return points
}

// within tells whether the root lies in a file system that is mounted below a place; w.fan.lock is held.
func (w *watcher) within(place string) bool {
	return slices.ContainsFunc(w.fan.points, func(p string) bool { return below(p, place) && below(w.fan.o.Root, p) })
}

func (w *watcher) Backend() string {
	switch {
	case w.fan == nil:
		return Inotify
	case w.ino == nil:
		return Fanotify
	}
	return Both
}

func (w *watcher) Why() string { return w.why }

func (w *watcher) Paths() (paths []string) {
	if w.fan != nil {
		paths = append(paths, w.fan.marked()...)
	}
	if w.ino != nil {
		paths = append(paths, w.ino.roots...)
	}
	return paths
}

func (w *watcher) Missing() (all []Missing) {
	all = slices.Clone(w.lost)
	var roots []string
	if w.ino != nil {
		all, roots = append(all, w.ino.missing()...), w.ino.roots
	}
	if w.fan == nil {
		return all
	}
	// What was mounted since and is not to be marked is watched from the next start.
	for _, r := range w.interesting() {
		lost := slices.ContainsFunc(w.lost, func(m Missing) bool { return slices.Contains(m.Paths, r.path) })
		if !lost && !slices.Contains(roots, r.path) {
			all = append(all, Missing{Paths: []string{r.path}, Reason: "it was mounted since the agent started, and fanotify does not watch it: " + r.why})
		}
	}
	return all
}

// Run watches with each.
func (w *watcher) Run(ctx context.Context, sink Sink) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	one := &oneSink{sink: sink}
	var both sync.WaitGroup
	var errs [2]error
	if w.fan != nil {
		both.Go(func() { errs[0] = w.fan.run(ctx, one); stop() })
	}
	if w.ino != nil {
		both.Go(func() { errs[1] = w.ino.run(ctx, one); stop() })
	}
	both.Wait()
	return errors.Join(errs[:]...)
}

// Close lets the kernel forget it all.
func (w *watcher) Close() error {
	if w.fan != nil {
		w.fan.close()
	}
	if w.ino != nil {
		return w.ino.close()
	}
	return nil
}

// oneSink is told one thing at a time by two.
type oneSink struct {
	mu   sync.Mutex
	sink Sink
}

func (s *oneSink) Event(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sink.Event(e)
}

func (s *oneSink) Gap(g Gap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sink.Gap(g)
}
