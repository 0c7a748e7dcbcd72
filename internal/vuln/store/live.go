package store

import (
	"os"
	"sync"
	"time"
)

// Live is the data of a directory as it is now: a program that runs for long
// sees an update without being started again.
type Live struct {
	Dir string

	mu   sync.Mutex
	db   *DB
	at   time.Time // when the directory was last changed
	seen time.Time // when that was last looked at
}

// How often the directory is looked at, and how long those who have the old
// data may go on with it.
const (
	look   = 10 * time.Second
	retire = 10 * time.Minute
)

// DB returns the data. Nobody closes it.
func (l *Live) DB() (*DB, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.db != nil && time.Since(l.seen) < look {
		return l.db, nil
	}
	l.seen = time.Now()
	var at time.Time
	if info, err := os.Stat(l.Dir); err == nil {
		at = info.ModTime()
	}
	if l.db != nil && at.Equal(l.at) {
		return l.db, nil
	}
	db, err := Open(l.Dir)
	if err != nil {
		return nil, err
	}
	if old := l.db; old != nil {
		time.AfterFunc(retire, func() { _ = old.Close() })
	}
	l.db, l.at = db, at
	return db, nil
}
