package logs

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// usual are logs that servers have.
var usual = []string{
	"/var/log/auth.log", "/var/log/secure", "/var/log/syslog", "/var/log/messages", "/var/log/audit/audit.log", "/var/log/nginx/access.log", "/var/log/apache2/access.log", "/var/log/httpd/access_log",
}

// Present are the usual logs that this server has, and those named. What the journal has
// too (auth.log, syslog and their like) is left to it where the server has one.
func Present(more []string) []string {
	var all []string
	for _, name := range Wanted(more) {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			all = append(all, name)
		}
	}
	return all
}

// Wanted are those that may be there now or later.
func Wanted(more []string) []string {
	from := 0
	if HasJournal() {
		from = 4
	}
	return append(append([]string{}, usual[from:]...), more...)
}

// Lines gives each line of r; of a longer one, its beginning.
func Lines(ctx context.Context, r io.Reader, line func(string)) error {
	in := bufio.NewReaderSize(r, Longest)
	rest := false // what comes belongs to a line that was given already
	for ctx.Err() == nil {
		b, err := in.ReadSlice('\n')
		if !rest && len(b) > 0 {
			line(string(b))
		}
		rest = errors.Is(err, bufio.ErrBufferFull)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !rest {
			return err
		}
	}
	return ctx.Err()
}

// Places are how far logs were read.
type Places struct {
	Files  map[string]Place `json:"files,omitempty"`
	Cursor string           `json:"cursor,omitempty"` // of the journal
}

// Hooks are what a follower of logs may want to do meanwhile.
type Hooks struct {
	From  *Places                            // where to go on; nil is from now on
	Saved func(Places)                       // is given the places now and then, and at the end
	Pace  func(context.Context) error        // between rounds
	Said  func(error)                        // is told what cannot be read, or nil when all can
	Go    func(wg *sync.WaitGroup, f func()) // starts a goroutine
	Every time.Duration                      // between looks at files; 1 s otherwise
}

// Follow reads what comes to files and the journal until the context is done.
func Follow(ctx context.Context, p *Parser, files []string, journal bool, h Hooks) error {
	f := &follower{p: p, h: h, places: Places{Files: map[string]Place{}}}
	if h.Every == 0 {
		f.h.Every = time.Second
	}
	if h.From != nil {
		f.places.Cursor = h.From.Cursor
	}
	for _, name := range files {
		t := &Tail{Path: name}
		var err error
		if h.From == nil {
			err = t.Begin()
		} else {
			err = t.Resume(h.From.Files[name])
		}
		f.fault(ignoreMissing(err))
		f.tails = append(f.tails, t)
	}
	var wg sync.WaitGroup
	if journal {
		f.start(&wg, func() { f.journal(ctx) })
	}
	err := f.files(ctx)
	wg.Wait()
	for _, t := range f.tails {
		t.Close()
	}
	return err
}

type follower struct {
	mu     sync.Mutex // of the parser and the places
	p      *Parser
	h      Hooks
	tails  []*Tail
	places Places
	cannot error // of the journal
}

func (f *follower) start(wg *sync.WaitGroup, g func()) {
	if f.h.Go != nil {
		f.h.Go(wg, g)
		return
	}
	wg.Go(g)
}

func (f *follower) fault(err error) {
	if f.h.Said != nil && err != nil {
		f.h.Said(err)
	}
}

func (f *follower) files(ctx context.Context) error {
	tick := time.NewTicker(f.h.Every)
	defer tick.Stop()
	for round := 0; ; round++ {
		f.round(round%5 == 0)
		if f.h.Pace != nil && f.h.Pace(ctx) != nil {
			break
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
			continue
		}
		break
	}
	f.round(true)
	return nil
}

// round looks at each file once.
func (f *follower) round(save bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	failed := f.cannot
	for _, t := range f.tails {
		failed = errors.Join(failed, t.Read(f.p.Line))
		f.places.Files[t.Path] = t.At
	}
	f.p.Flush()
	if f.h.Said != nil {
		f.h.Said(failed)
	}
	if save && f.h.Saved != nil {
		f.h.Saved(f.places)
	}
}

// journal reads the journal, again when journalctl ends: after a place that is not
// there any more it goes on from now.
func (f *follower) journal(ctx context.Context) {
	f.mu.Lock()
	cursor := f.places.Cursor
	f.mu.Unlock()
	for wait := time.Second; ctx.Err() == nil; wait = min(2*wait, time.Minute) {
		j := &Journal{Cursor: cursor, Follow: true}
		began := time.Now()
		err := j.run(ctx, f)
		f.mu.Lock()
		f.cannot, cursor = err, j.Cursor
		if time.Since(began) > time.Minute {
			wait = time.Second
		}
		if err != nil && time.Since(began) < time.Second {
			cursor = ""
		}
		f.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// run gives entries to the follower's parser, under its lock.
func (j *Journal) run(ctx context.Context, f *follower) error {
	j.entered = func(b []byte) {
		f.mu.Lock()
		defer f.mu.Unlock()
		j.entry(b, f.p)
		f.places.Cursor = j.Cursor
		f.cannot = nil
	}
	return j.Run(ctx, f.p)
}
