package cause

import (
	"bufio"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Transaction is a stretch of time in which a package manager was at work.
type Transaction struct {
	From, To time.Time
	Command  string // as it was called, where that is known
	// Packages that were unpacked or removed, with what became of them.
	Packages map[string]string
}

// slack is how far clocks of logs and of files lie apart: logs know seconds.
const slack = 2 * time.Second

func (t *Transaction) at(when time.Time) bool {
	return !when.Before(t.From.Add(-slack)) && !when.After(t.To.Add(slack))
}

// group names the transaction to people.
func (t *Transaction) group() string {
	name := t.Command
	if name == "" {
		name = "dpkg"
	}
	return name + " at " + t.From.UTC().Format(time.RFC3339)
}

// Bounds of logs.
const (
	maxLog          = 64 << 20 // bytes of one log that are read
	maxTransactions = 20000
	maxLine         = 4 << 20 // apt writes a line for all packages of a run
)

// readAptHistory reads /var/log/apt/history.log: paragraphs of fields. Its times are
// local.
func readAptHistory(r io.Reader, zone *time.Location) (all []*Transaction) {
	var t *Transaction
	lines(r, func(line string) {
		key, value, ok := strings.Cut(line, ": ")
		if !ok {
			t = nil
			return
		}
		value = strings.TrimSpace(value)
		if key == "Start-Date" {
			at, err := time.ParseInLocation("2006-01-02  15:04:05", value, zone)
			if t = nil; err == nil && len(all) < maxTransactions {
				t = &Transaction{From: at, To: at, Packages: map[string]string{}}
				all = append(all, t)
			}
			return
		}
		if t == nil {
			return
		}
		switch key {
		case "Commandline":
			t.Command = value
		case "End-Date":
			if at, err := time.ParseInLocation("2006-01-02  15:04:05", value, zone); err == nil && !at.Before(t.From) {
				t.To = at
			}
		case "Install", "Upgrade", "Remove", "Purge", "Reinstall", "Downgrade":
			for _, p := range splitPackages(value) {
				t.Packages[p] = strings.ToLower(key)
			}
		}
	})
	return all
}

// splitPackages takes the names out of "a:amd64 (1.0, automatic), b:all (2)".
func splitPackages(value string) (names []string) {
	for part := range strings.SplitSeq(value, "), ") {
		name, _, _ := strings.Cut(part, " ")
		name, _, _ = strings.Cut(name, ":")
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// readDpkgLog reads /var/log/dpkg.log; what lies close together is one
// transaction.
func readDpkgLog(r io.Reader, zone *time.Location) (all []*Transaction) {
	const apart = 30 * time.Second
	lines(r, func(line string) {
		f := strings.Fields(line)
		if len(f) < 3 {
			return
		}
		at, err := time.ParseInLocation("2006-01-02 15:04:05", f[0]+" "+f[1], zone)
		if err != nil {
			return
		}
		n := len(all)
		if n == 0 || at.Sub(all[n-1].To) > apart || at.Before(all[n-1].From) {
			if n >= maxTransactions {
				return
			}
			all = append(all, &Transaction{From: at, Packages: map[string]string{}})
			n++
		}
		t := all[n-1]
		t.To = at
		if len(f) > 3 && slices.Contains([]string{"install", "upgrade", "remove", "purge", "configure", "trigproc"}, f[2]) {
			name, _, _ := strings.Cut(f[3], ":")
			if t.Packages[name] == "" {
				t.Packages[name] = f[2]
			}
		}
	})
	return all
}

// lines calls f with each line, which are bounded.
func lines(r io.Reader, f func(string)) {
	s := bufio.NewScanner(io.LimitReader(r, maxLog))
	s.Buffer(make([]byte, 64<<10), maxLine)
	for s.Scan() {
		f(s.Text())
	}
}

// transactions of a host, the latest first. apt's tell what was asked for, and
// stand before dpkg's own.
func (x *Explainer) transactions() []*Transaction {
	if x.log != nil {
		return x.log
	}
	var apt, dpkg []*Transaction
	for _, p := range x.logs("var/log/apt/history.log") {
		x.open(p, func(r io.Reader) { apt = append(apt, readAptHistory(r, x.zone)...) })
	}
	for _, p := range x.logs("var/log/dpkg.log") {
		x.open(p, func(r io.Reader) { dpkg = append(dpkg, readDpkgLog(r, x.zone)...) })
	}
	byTime := func(a, b *Transaction) int { return b.From.Compare(a.From) }
	slices.SortStableFunc(apt, byTime)
	slices.SortStableFunc(dpkg, byTime)
	x.log = append(apt, dpkg...)
	if x.log == nil {
		x.log = []*Transaction{}
	}
	return x.log
}

// logs is a log and what was rotated of it lately.
func (x *Explainer) logs(path string) []string {
	rotated, _ := filepath.Glob(filepath.Join(x.Root, path) + ".[1-3]*")
	return append([]string{filepath.Join(x.Root, path)}, rotated...)
}

// at is the transaction that ran at a time, one of a package if there is one.
func (x *Explainer) at(when time.Time, name string) *Transaction {
	var any *Transaction
	for _, t := range x.transactions() {
		if !t.at(when) {
			continue
		}
		if t.Packages[name] != "" {
			return t
		}
		if any == nil {
			any = t
		}
	}
	return any
}
