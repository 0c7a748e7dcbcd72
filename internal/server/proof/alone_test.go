//go:build proof

package proof

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/server"
)

// alone runs one server of everything within this process, and work comes in
// while something happens to it.
func alone(t *testing.T, cfg server.Config, happens func(t *testing.T) (mend func())) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "demarc")
	run(t, "go", "build", "-trimpath", "-o", binary, "./cmd/demarc")
	w := prepare(t, binary)
	cfg.Listen = "127.0.0.1:0"
	s, err := server.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := newClient(t, s.DB, s.Queue, s.Keys)
	c.sources, c.jobs = s.Sources, s.Jobs
	feeding, enough := context.WithTimeout(t.Context(), feeding)
	defer enough()
	var acknowledged []int64
	var refused int
	var feeder sync.WaitGroup
	feeder.Go(func() { acknowledged, refused = feed(feeding, t, c, w, t.Name(), 700*time.Millisecond) })
	time.Sleep(calm)
	struck := time.Now()
	mend := happens(t)
	feeder.Wait()
	mend()
	mended := time.Now()
	_, again := held(t, c, acknowledged, 8*time.Minute)
	t.Logf("FIGURE %s: %d acknowledged, %d refused, %d begun again, mended after %.0f s, all done %.0f s after that", t.Name(), len(acknowledged), refused, again, mended.Sub(struck).Seconds(), time.Since(mended).Seconds())
}

// TestDiskFull fills the disk of a server with everything on it, until no
// write goes, and makes room again.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a small file system cannot be mounted here: %s", out)
	}
	t.Cleanup(func() {
		if err := exec.Command("umount", "-l", dir).Run(); err != nil {
			t.Error(err)
		}
	})
	alone(t, server.Config{DataDir: filepath.Join(dir, "data")}, func(t *testing.T) func() {
		ballast, err := os.Create(filepath.Join(dir, "ballast"))
		if err != nil {
			t.Fatal(err)
		}
		defer ballast.Close()
		block := make([]byte, 64<<10)
		for err == nil {
			_, err = ballast.Write(block)
		}
		return func() {
			if err := os.Remove(ballast.Name()); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestClockSteps sets the server's clock ahead by two hours, and back again.
func TestClockSteps(t *testing.T) {
	var step atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(step.Load())) }
	alone(t, server.Config{DataDir: t.TempDir(), Now: now}, func(*testing.T) func() {
		step.Store(int64(2 * time.Hour))
		time.Sleep(4 * time.Second)
		step.Store(0)
		return func() {}
	})
}
