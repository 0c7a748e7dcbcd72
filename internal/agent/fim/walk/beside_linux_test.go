package walk

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// besideWorkers is how many files everybody reads at once.
const besideWorkers = 2

// run is what a program took.
type run struct {
	wall, cpu float64 // seconds
	memory    float64 // megabytes at most
}

// side is one program that is measured.
type side struct {
	name string
	args []string
	env  []string
	exit []int // that it may end with
	// fresh is removed before each run.
	fresh string
	runs  []run
}

// TestBeside measures the agent beside a bare walk and beside AIDE, on one tree, in turns, each as a
// process of its own: `make bench-integrity`.
func TestBeside(t *testing.T) {
	if how := os.Getenv("DEMARC_FIM_CHILD"); how != "" {
		if bare(t, os.Getenv("DEMARC_FIM_ROOT"), besideWorkers, how == "hash") == 0 {
			t.Fatal("there are no files")
		}
		return
	}
	if os.Getenv("DEMARC_FIM_BESIDE") == "" {
		t.Skip("measured by make bench-integrity")
	}
	n, root, dir := files(), filepath.Join(tree(t, files()), "tree"), t.TempDir()
	sides := besides(t, root, dir)
	if aide, err := exec.LookPath("aide"); err == nil {
		sides = append(sides, besideAIDE(t, aide, root, dir)...)
	} else {
		fmt.Println("AIDE is not here: apt-get install aide")
	}
	rounds := 3
	if v, err := strconv.Atoi(os.Getenv("DEMARC_FIM_ROUNDS")); err == nil && v > 0 {
		rounds = v
	}
	sides[0].measure(t) // so that the files are in memory
	sides[0].runs = nil
	for range rounds {
		for _, s := range sides {
			s.measure(t)
		}
	}
	fmt.Printf("\n%d files, %s, %d workers, %d processors, %d rounds in turn, medians\n\n", n, size(t, root), besideWorkers, runtime.NumCPU(), rounds)
	fmt.Printf("%-34s %9s %9s %10s\n", "", "seconds", "CPU", "memory")
	by := map[string]run{}
	for _, s := range sides {
		m := s.median()
		by[s.name] = m
		fmt.Printf("%-34s %9.2f %9.2f %7.0f MB\n", s.name, m.wall, m.cpu, m.memory)
	}
	fmt.Println()
	ratio(by, "fim init", "bare walk and hash", 1/0.9, false)
	ratio(by, "fim check", "bare walk and stat", 2, false)
	ratio(by, "aide --init", "fim init", 5, true)
	ratio(by, "aide --check", "fim check", 15, true)
	ratio(by, "aide --check", "fim check --full", 0, true)
	for _, name := range []string{"fim init", "fim check", "fim check --full"} {
		fmt.Printf("%-60s %6.0f MB %s\n", "memory of "+name, by[name].memory, met("below 60", by[name].memory < 60))
	}
}

func met(what string, ok bool) string {
	if ok {
		return "(" + what + ": met)"
	}
	return "(" + what + ": NOT met)"
}

// ratio of the times of two, held against what it is to be.
func ratio(by map[string]run, a, b string, bound float64, least bool) {
	x, y := by[a], by[b]
	if x.wall == 0 || y.wall == 0 {
		return
	}
	r, verdict := x.wall/y.wall, ""
	switch {
	case bound == 0:
	case least:
		verdict = met(fmt.Sprintf("at least %.0f", bound), r >= bound)
	default:
		verdict = met(fmt.Sprintf("at most %.2f", bound), r <= bound)
	}
	fmt.Printf("%-60s %6.2f times the time, %.2f times the CPU %s\n", a+" beside "+b, r, x.cpu/y.cpu, verdict)
}

// besides are the bare walks and the agent.
func besides(t *testing.T, root, dir string) []*side {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	agent := filepath.Join(dir, "demarc-agent")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", agent, "github.com/demarc-sec/demarc/cmd/demarc-agent").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	policy := filepath.Join(dir, "all.yaml")
	if err := os.WriteFile(policy, []byte("name: all\nrules:\n- {id: all, paths: [/**], look: [everything, mtime, ctime, inode, links], tier: live, severity: low}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	child := func(name, how string) *side {
		return &side{name: name, args: []string{self, "-test.run", "^TestBeside$"}, env: []string{"DEMARC_FIM_CHILD=" + how, "DEMARC_FIM_ROOT=" + root}, exit: []int{0}}
	}
	fim := func(exit int, args ...string) *side {
		s := &side{name: "fim " + strings.Join(args, " "), args: append([]string{agent, "fim"}, args...), exit: []int{exit}}
		s.args = append(s.args, "--root", root, "--baseline", filepath.Join(dir, "baseline"), "--policy", policy, "--workers", strconv.Itoa(besideWorkers))
		return s
	}
	first := fim(0, "init")
	first.fresh = filepath.Join(dir, "baseline")
	return []*side{child("bare walk and hash", "hash"), first, child("bare walk and stat", "stat"), fim(0, "check"), fim(0, "check", "--full")}
}

// besideAIDE is AIDE with the same attributes and as many workers.
func besideAIDE(t *testing.T, aide, root, dir string) []*side {
	t.Helper()
	config := filepath.Join(dir, "aide.conf")
	text := fmt.Sprintf("database_in=file:%[1]s/aide.db\ndatabase_out=file:%[1]s/aide.db\ngzip_dbout=no\nnum_workers=%[3]d\nAll = p+ftype+i+l+n+u+g+s+m+c+acl+selinux+xattrs+caps+sha256\n%[2]s All\n", dir, regexp.QuoteMeta(root), besideWorkers)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	first := &side{name: "aide --init", args: []string{aide, "--init", "--config", config}, exit: []int{0}, fresh: filepath.Join(dir, "aide.db")}
	return []*side{first, {name: "aide --check", args: []string{aide, "--check", "--config", config}, exit: []int{0}}}
}

func (s *side) measure(t *testing.T) {
	t.Helper()
	if s.fresh != "" {
		if err := os.RemoveAll(s.fresh); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.CommandContext(t.Context(), s.args[0], s.args[1:]...) //nolint:gosec // what the test names
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "GOGC=") && !strings.HasPrefix(e, "GOMEMLIMIT=") {
			c.Env = append(c.Env, e)
		}
	}
	c.Env = append(c.Env, s.env...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	start := time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	memory := watchMemory(c.Process.Pid)
	err := c.Wait()
	wall := time.Since(start).Seconds()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || !slices.Contains(s.exit, c.ProcessState.ExitCode()) {
		t.Fatalf("%s: %v\n%.2000s", s.name, err, out.String())
	}
	s.runs = append(s.runs, run{wall, (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(), memory()})
}

// watchMemory follows the most memory that a process had at once. What the kernel tells at its end
// counts the memory of who started it.
func watchMemory(pid int) (most func() float64) {
	end, found := make(chan struct{}), make(chan float64)
	go func() {
		var peak float64
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-end:
				found <- peak
				return
			case <-tick.C:
			}
			b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			if _, after, ok := strings.Cut(string(b), "VmHWM:"); err == nil && ok {
				var kb float64
				if n, _ := fmt.Sscan(after, &kb); n == 1 {
					peak = max(peak, kb/1024)
				}
			}
		}
	}()
	return func() float64 { close(end); return <-found }
}

// median of each figure; of memory the most.
func (s *side) median() run {
	var wall, cpu, memory []float64
	for _, r := range s.runs {
		wall, cpu, memory = append(wall, r.wall), append(cpu, r.cpu), append(memory, r.memory)
	}
	return run{median(wall), median(cpu), slices.Max(memory)}
}

// size of all files.
func size(t *testing.T, root string) string {
	t.Helper()
	var all int64
	if err := filepath.WalkDir(root, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			all += info.Size()
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%.2f GB", float64(all)/1e9)
}
