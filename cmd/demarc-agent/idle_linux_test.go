package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/link/linktest"
)

// What an agent that has nothing to tell may use.
const (
	idleMemory = 30 << 20 // bytes resident
	idleShare  = 0.002    // of a core, at a heartbeat each 30 seconds
	usual      = 30 * time.Second
)

// TestIdle runs the program against a control plane that asks for a heartbeat each
// second, and counts what each costs.
func TestIdle(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "agent")
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-s -w", "-o", bin, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0") // as it is released
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := linktest.New(t)
	p.Interval = 1
	p.Ask(`{"integrity":{"enabled":false}}`) // which works through all files first
	dir := t.TempDir()
	ca, state := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "state")
	if err := os.WriteFile(ca, []byte(p.CA()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), bin, "enrol", "--state", state, "--server", p.URL, "--token", p.Token, "--ca-file", ca).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, stop := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, bin, "run", "--state", state)
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		stop()
		if err := cmd.Wait(); err != nil && ctx.Err() == nil {
			t.Errorf("%v\n%s", err, said.String())
		}
	}()
	await := func(beats, events int) {
		t.Helper()
		for end := time.Now().Add(time.Minute); len(p.Seen().Beats) < beats || len(p.Seen().Events) < events; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d heartbeats, %d events\n%s", len(p.Seen().Beats), len(p.Seen().Events), said.String())
			}
		}
	}
	await(2, 1) // the start is behind it, and this host was read
	first := len(p.Seen().Beats) + 1
	await(first, 1)
	was, from := cpuTime(t, cmd.Process.Pid), time.Now()
	await(first+3, 1)
	used, wall := cpuTime(t, cmd.Process.Pid)-was, time.Since(from)
	memory := resident(t, cmd.Process.Pid)
	each := used / 3
	t.Logf("%.1f MB resident; %v of processor for a heartbeat, which is %.4f %% of a core at one each %v (%.2f %% at one a second, in %v)",
		float64(memory)/1e6, each.Round(10*time.Microsecond), 100*each.Seconds()/usual.Seconds(), usual, 100*used.Seconds()/wall.Seconds(), wall.Round(time.Millisecond))
	if memory > idleMemory {
		t.Errorf("%d bytes; %d are the most", memory, idleMemory)
	}
	if s := each.Seconds() / usual.Seconds(); s > idleShare {
		t.Errorf("%.3f %% of a core", 100*s)
	}
}

// cpuTime is what the threads of a process that run now have used.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	f := strings.Fields(rest)
	var ticks time.Duration
	for _, field := range f[11:13] { // utime and stime, in hundredths of a second
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += time.Duration(n)
	}
	// Finer, where the kernel tells: the scheduler's count of each thread.
	if sum := scheduled(pid); sum > 0 {
		return sum
	}
	return ticks * 10 * time.Millisecond
}

func scheduled(pid int) (sum time.Duration) {
	list, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, path := range list {
		b, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		n, _ := strconv.ParseInt(strings.Fields(string(b) + " 0")[0], 10, 64)
		sum += time.Duration(n)
	}
	return sum
}

func resident(t *testing.T, pid int) int64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
