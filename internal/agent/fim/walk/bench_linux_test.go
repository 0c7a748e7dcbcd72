package walk

import (
	"crypto/sha256"
	"path/filepath"
	"sort"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/demarc-sec/demarc/internal/agent/fim/baseline"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

// bare walks with n goroutines and does what it must: list, open and hash, or
// list and stat. It is what a scan is measured against.
func bare(tb testing.TB, root string, n int, hash bool) (files int) {
	tb.Helper()
	dirs := make(chan string, 1<<20)
	var left, mu sync.WaitGroup
	var lock sync.Mutex
	left.Add(1)
	dirs <- root
	for range n {
		mu.Go(func() {
			buf, dents, sum := make([]byte, 128<<10), make([]byte, 64<<10), sha256.New()
			var out [32]byte
			count := 0
			for dir := range dirs {
				fd, err := unix.Open(dir, dirFlags, 0)
				if err != nil {
					left.Done()
					continue
				}
				for {
					k, err := unix.Getdents(fd, dents)
					if err != nil || k == 0 {
						break
					}
					for _, it := range parseDirents(append([]byte(nil), dents[:k]...), nil) {
						var st unix.Stat_t
						switch {
						case it.kind == unix.DT_DIR:
							left.Add(1)
							dirs <- dir + "/" + string(it.name)
						case hash:
							f, err := unix.Openat(fd, string(it.name), fileFlags, 0)
							if err != nil {
								continue
							}
							_ = unix.Fstat(f, &st)
							sum.Reset()
							for {
								r, err := unix.Read(f, buf)
								if err != nil || r == 0 {
									break
								}
								sum.Write(buf[:r])
							}
							sum.Sum(out[:0])
							_ = unix.Close(f)
							count++
						default:
							_ = unix.Fstatat(fd, string(it.name), &st, unix.AT_SYMLINK_NOFOLLOW)
							count++
						}
					}
				}
				_ = unix.Close(fd)
				left.Done()
			}
			lock.Lock()
			files += count
			lock.Unlock()
		})
	}
	left.Wait()
	close(dirs)
	mu.Wait()
	return files
}

// everything is a policy that takes all attributes of all files.
func everything(tb testing.TB) *policy.Policy {
	tb.Helper()
	p, err := policy.Parse([]byte("name: all\nrules:\n- {id: all, paths: [/**], look: [everything, mtime, ctime, inode, links], tier: live, severity: low}\n"), "all.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// turns runs both in turn, and tells the median ratio of their time and of their
// CPU time: neighbours on the machine disturb both alike.
func turns(b *testing.B, ours, theirs func()) {
	b.Helper()
	measure := func(f func()) (wall, used float64) {
		t, c := time.Now(), cpu()
		f()
		return time.Since(t).Seconds(), (cpu() - c).Seconds()
	}
	theirs() // warm
	ours()
	var wall, used, mine, other []float64
	for b.Loop() {
		w1, c1 := measure(theirs)
		w2, c2 := measure(ours)
		wall, used = append(wall, w2/w1), append(used, c2/c1)
		mine, other = append(mine, c2), append(other, c1)
	}
	b.ReportMetric(median(wall), "x-time")
	b.ReportMetric(median(used), "x-cpu")
	b.ReportMetric(median(mine), "cpu-s")
	b.ReportMetric(median(other), "bare-cpu-s")
}

func median(v []float64) float64 {
	sort.Float64s(v)
	return v[len(v)/2]
}

func make1(tb testing.TB, root, path string, p *policy.Policy, workers int) *Result {
	tb.Helper()
	w, err := baseline.Create(path, baseline.Header{Root: root})
	if err != nil {
		tb.Fatal(err)
	}
	r, err := Walk(tb.Context(), Options{Root: root, Policy: p, Encode: true, Workers: workers}, func(b *Batch) error {
		return w.Block(b.Dir, b.Records, b.N, b.Hashed)
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := w.Commit(nil); err != nil {
		tb.Fatal(err)
	}
	return r
}

// BenchmarkScan is a first scan, with all attributes and a baseline written,
// beside a bare walk that opens and hashes the same files: at most 1.11 times as
// long, which is nine tenths of its throughput.
func BenchmarkScan(b *testing.B) {
	root, p := tree(b, files()), everything(b)
	path := filepath.Join(b.TempDir(), "baseline")
	turns(b, func() { make1(b, root, path, p, 2) }, func() { bare(b, root, 2, true) })
}

// BenchmarkRescan is a scan of what has not changed, compared with a
// baseline, beside a bare walk that asks for the status of each file: at most twice as
// long.
func BenchmarkRescan(b *testing.B) {
	root, p := tree(b, files()), everything(b)
	path := filepath.Join(b.TempDir(), "baseline")
	first := make1(b, root, path, p, 2)
	turns(b, func() {
		old, err := baseline.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		defer old.Close()
		n := 0
		r, err := Walk(b.Context(), Options{Root: root, Policy: p, Old: old, Workers: 2}, func(batch *Batch) error {
			n += len(batch.Differences)
			return nil
		})
		if err != nil || n > 0 || r.Hashed > 0 || r.Entries != first.Entries {
			b.Fatalf("%v, %d differences, %+v after %+v", err, n, r.Counts, first.Counts)
		}
	}, func() { bare(b, root, 2, false) })
}
