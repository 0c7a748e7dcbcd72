//go:build proof

package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/queue"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/sources"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

const (
	port     = 25600 // of PostgreSQL; NATS is above it
	replicas = 3
)

// installation is a control plane of several replicas, as processes of their
// own.
type installation struct {
	dir, binary, database, nats string
	replicas                    [replicas]*exec.Cmd
}

// install builds the program and starts everything that it needs.
func install(t *testing.T) *installation {
	t.Helper()
	in := &installation{dir: t.TempDir()}
	if err := os.Chmod(filepath.Dir(in.dir), 0o755); err != nil { // PostgreSQL is another user
		t.Fatal(err)
	}
	in.binary = filepath.Join(in.dir, "demarc")
	run(t, "go", "build", "-trimpath", "-o", in.binary, "./cmd/demarc")
	out := run(t, ".ci/services", "start", in.dir)
	t.Cleanup(func() { run(t, ".ci/services", "stop", in.dir) })
	values := map[string]string{}
	for _, m := range regexp.MustCompile(`export (\w+)='(.*)'`).FindAllStringSubmatch(out, -1) {
		values[m[1]] = m[2]
	}
	in.database, in.nats = values["DEMARC_TEST_POSTGRES"], values["DEMARC_TEST_NATS"]
	if _, err := seal.LoadOrCreate(in.dir); err != nil {
		t.Fatal(err)
	}
	for n := range in.replicas {
		in.start(t, n)
	}
	t.Cleanup(func() {
		for _, r := range in.replicas {
			r.Process.Kill() //nolint:errcheck // it may have ended
			r.Wait()         //nolint:errcheck // likewise
		}
	})
	return in
}

// run runs a command from the root of the repository and returns its output.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = "../../.."
	c.Env = append(os.Environ(), "PORT="+strconv.Itoa(port))
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	c.WaitDelay = time.Second // what it leaves running keeps its output open
	if err := c.Run(); err != nil && !strings.Contains(err.Error(), "WaitDelay") {
		t.Fatalf("%s %s: %v\n%s", name, args, err, errs.String())
	}
	return out.String()
}

func (in *installation) url(n int) string { return fmt.Sprintf("http://127.0.0.1:%d", port+50+n) }

// start starts a replica and waits until it is ready.
func (in *installation) start(t *testing.T, n int) {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(in.dir, fmt.Sprintf("replica-%d.log", n)), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := exec.Command(in.binary, "serve", "--data", filepath.Join(in.dir, fmt.Sprintf("data-%d", n)), "--listen", strings.TrimPrefix(in.url(n), "http://"),
		"--database-url", in.database, "--nats-url", in.nats, "--seal-key", filepath.Join(in.dir, seal.FileName), "--workers", "1")
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	in.replicas[n] = c
	in.await(t, n, time.Minute)
}

func (in *installation) await(t *testing.T, n int, patience time.Duration) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		resp, err := http.Get(in.url(n) + "/readyz")
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
	log, _ := os.ReadFile(filepath.Join(in.dir, fmt.Sprintf("replica-%d.log", n))) //nolint:errcheck // for a person
	t.Fatalf("replica %d is not ready after %s\n%s", n, patience, log[max(0, len(log)-3000):])
}

func (in *installation) kill(t *testing.T, n int) {
	t.Helper()
	if err := in.replicas[n].Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	in.replicas[n].Wait() //nolint:errcheck // it was killed
}

// killByFile kills the process whose id stands in a file.
func (in *installation) killByFile(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(in.dir, file))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(b))[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// leader returns the number of the NATS server that leads the stream of jobs.
func (in *installation) leader(t *testing.T) int {
	t.Helper()
	for n := 1; n <= 3; n++ {
		resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/jsz?streams=true", port+20+n))
		if err != nil {
			continue
		}
		var z struct {
			Accounts []struct {
				Streams []struct {
					Cluster struct {
						Leader string `json:"leader"`
					} `json:"cluster"`
				} `json:"stream_detail"`
			} `json:"account_details"`
		}
		err = json.NewDecoder(resp.Body).Decode(&z)
		resp.Body.Close()
		for _, a := range z.Accounts {
			for _, s := range a.Streams {
				if err == nil && strings.HasPrefix(s.Cluster.Leader, "n") {
					leader, err := strconv.Atoi(s.Cluster.Leader[1:])
					if err == nil {
						return leader
					}
				}
			}
		}
	}
	t.Fatal("the stream of jobs has no leader")
	return 0
}

// client asks for work as the API does, from a process that is not killed.
type client struct {
	db      *store.DB
	who     tenant.Who
	sources *sources.Sources
	jobs    *jobs.Jobs
	group   int64
}

var clients atomic.Int64

func (in *installation) client(t *testing.T) *client {
	t.Helper()
	db, err := store.Open(t.Context(), in.database)
	if err != nil {
		t.Fatal(err)
	}
	q, err := queue.Open(t.Context(), queue.Options{URL: in.nats})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Load(filepath.Join(in.dir, seal.FileName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close(); db.Close() })
	return newClient(t, db, q, keys)
}

func newClient(t *testing.T, db *store.DB, q jobs.Queue, keys seal.Sealer) *client {
	t.Helper()
	dir := &directory.Directory{DB: db, Now: time.Now}
	org, err := dir.Create(t.Context(), fmt.Sprintf("proof-%d-%d", time.Now().Unix(), clients.Add(1)), "Proof")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := dir.Tree(t.Context(), org.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{db: db, who: tenant.Who{Actor: tenant.BySystem(org.ID), Tree: tree}, group: tree.Root()}
	c.sources = &sources.Sources{DB: db, Sealer: keys, Now: time.Now}
	c.jobs = &jobs.Jobs{DB: db, Queue: q, Sources: c.sources, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	return c
}

// adopt makes the client one of an organisation that is there.
func (c *client) adopt(t *testing.T, org int64) {
	t.Helper()
	tree, err := (&directory.Directory{DB: c.db, Now: time.Now}).Tree(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	c.who, c.group = tenant.Who{Actor: tenant.BySystem(org), Tree: tree}, tree.Root()
}

// ask adds a source with one job and returns the job once it is acknowledged.
func (c *client) ask(ctx context.Context, kind sources.Kind, name, file string, content io.Reader) (int64, error) {
	src, err := c.sources.Add(ctx, c.who, sources.Source{Kind: kind, Group: c.group, Name: name}, "")
	if err != nil {
		return 0, err
	}
	upload, err := c.sources.Store(ctx, c.who, src.ID, file, content)
	if err != nil {
		return 0, err
	}
	reason := jobs.Uploaded
	if kind == sources.Push {
		reason = jobs.Pushed
	}
	job, err := c.jobs.Add(ctx, c.who, src.ID, upload, reason, jobs.Meta{})
	return job.ID, err
}
