package cli

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/fim"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
	"github.com/demarc-sec/demarc/internal/agent/fim/walk"
)

// progress tells a person at a terminal how far it is, from the second second on.
func progress(errs io.Writer) func(walk.Counts) {
	f, ok := errs.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	start := time.Now()
	last := start.Add(time.Second)
	return func(c walk.Counts) {
		if now := time.Now(); now.Sub(last) >= 200*time.Millisecond {
			last = now
			_, _ = fmt.Fprintf(errs, "\r\x1b[K%d files, %d hashed, %s read, %s", c.Entries, c.Hashed, bytesText(c.Bytes), now.Sub(start).Round(time.Second))
		}
	}
}

func endProgress(errs io.Writer) {
	if progress(errs) != nil {
		_, _ = fmt.Fprint(errs, "\r\x1b[K")
	}
}

func bytesText(n uint64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%d bytes", n)
}

// safe is a name as it may be shown at a terminal.
func safe(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
}

// safeLine is a line of a text as it may be shown.
func safeLine(s string) string {
	return safe(strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\t", "    "))
}

func printMade(out io.Writer, m *fim.Made) {
	c := m.Coverage
	_, _ = fmt.Fprintf(out, "%s: %d files by policy %s, %d hashed, %s read in %s\n", m.Baseline, m.Entries, m.Policy, c.Counts.Hashed, bytesText(c.Counts.Bytes), c.To.Sub(c.From).Round(10*time.Millisecond))
	_, _ = fmt.Fprintf(out, "sha256 %s\n", c.Baseline)
	if m.Proven > 0 || len(m.Differ) > 0 || m.Foreign > 0 {
		_, _ = fmt.Fprintf(out, "%d are as packages brought them, %d are not, %d belong to no package\n", m.Proven, len(m.Differ), m.Foreign)
		for _, p := range m.Differ {
			_, _ = fmt.Fprintf(out, "  differs %s\n", safe(p))
		}
		if len(m.Differ)+int(m.Foreign) > 0 {
			_, _ = fmt.Fprintln(out, "`demarc-agent fim check` says more about them")
		}
	}
	for _, n := range m.Notes {
		_, _ = fmt.Fprintf(out, "note: %s\n", safe(n))
	}
	printCoverage(out, &c, m.Skipped)
}

func printCoverage(out io.Writer, c *fim.Coverage, skipped map[string]string) {
	if len(skipped) > 0 {
		var list []string
		for _, p := range slices.Sorted(maps.Keys(skipped)) {
			list = append(list, safe(p)+" ("+skipped[p]+")")
		}
		if len(list) > 8 {
			list = append(list[:8], fmt.Sprintf("and %d more", len(list)-8))
		}
		_, _ = fmt.Fprintf(out, "not files of this host, left out: %s\n", strings.Join(list, ", "))
	}
	if c.Complete {
		_, _ = fmt.Fprintln(out, "coverage: complete")
		return
	}
	n := 0
	for _, g := range c.Gaps {
		n += max(1, g.Count)
	}
	_, _ = fmt.Fprintf(out, "coverage: NOT complete, %d gaps\n", n)
	for i, g := range c.Gaps {
		if i == 20 {
			_, _ = fmt.Fprintln(out, "  … (--json has all)")
			break
		}
		_, _ = fmt.Fprintf(out, "  %s: %s\n", safe(strings.Join(g.Paths, ", ")), safe(g.Reason))
	}
}

func printReport(out io.Writer, r *fim.Report, limit int) {
	for _, w := range r.Warnings {
		_, _ = fmt.Fprintf(out, "warning: %s\n", safe(w))
	}
	for _, g := range r.Groups {
		switch {
		case g.Cause.Kind == "":
			_, _ = fmt.Fprintf(out, "\nUnexplained (%d)\n", len(g.Changes))
		case g.Cause.Explains:
			_, _ = fmt.Fprintf(out, "\nExplained by %s (%d)\n", safe(g.Cause.Group), len(g.Changes))
		default:
			_, _ = fmt.Fprintf(out, "\nNot explained, but during %s (%d)\n", safe(g.Cause.Group), len(g.Changes))
		}
		for n, i := range g.Changes {
			if limit > 0 && n == limit {
				_, _ = fmt.Fprintf(out, "  … and %d more (--limit 0 shows all)\n", len(g.Changes)-n)
				break
			}
			printChange(out, &r.Changes[i])
		}
	}
	if len(r.Groups) > 0 {
		_, _ = fmt.Fprintln(out)
	}
	s := r.Summary
	if s.Added+s.Removed+s.Changed == 0 {
		_, _ = fmt.Fprintf(out, "nothing changed in %d files since %s\n", r.Coverage.Counts.Entries, r.Baseline.Created.Local().Format("2006-01-02 15:04:05"))
	} else {
		_, _ = fmt.Fprintf(out, "%d added, %d removed, %d changed since %s; %d explained, %d not\n", s.Added, s.Removed, s.Changed, r.Baseline.Created.Local().Format("2006-01-02 15:04:05"), s.Explained, s.Unexplained)
	}
	if r.Dropped > 0 {
		_, _ = fmt.Fprintf(out, "%d more changes than a report holds\n", r.Dropped)
	}
	printCoverage(out, &r.Coverage, r.Skipped)
}

func printChange(out io.Writer, c *fim.Change) {
	_, _ = fmt.Fprintf(out, "  %-8s %-7s %s", c.Severity, c.What, safe(c.Path))
	if c.What == fim.Changed {
		_, _ = fmt.Fprintf(out, "  %s", attributes(c))
	}
	_, _ = fmt.Fprintf(out, "  [%s]\n", c.Rule)
	if c.Cause != nil && (c.Cause.Detail != "" || c.Cause.Name != "") {
		_, _ = fmt.Fprintf(out, "             %s\n", safe(strings.TrimPrefix(c.Cause.Name+": "+c.Cause.Detail, ": ")))
	}
	for _, d := range c.Details {
		_, _ = fmt.Fprintf(out, "             %s\n", safe(d))
	}
	for line := range strings.Lines(c.Diff) {
		_, _ = fmt.Fprintf(out, "             | %s\n", safeLine(line))
	}
	if p := c.Process; p != nil {
		_, _ = fmt.Fprintf(out, "             by %s\n", safe(processText(p)))
	}
}

// attributes says what of a file changed, and how where that is short.
func attributes(c *fim.Change) string {
	var parts []string
	for _, a := range c.Attributes {
		switch {
		case a == "mode" && isKnown(c, entry.Mode):
			parts = append(parts, fmt.Sprintf("mode %04o → %04o", c.Before.Mode, c.After.Mode))
		case a == "uid" && isKnown(c, entry.UID):
			parts = append(parts, fmt.Sprintf("uid %d → %d", c.Before.UID, c.After.UID))
		case a == "gid" && isKnown(c, entry.GID):
			parts = append(parts, fmt.Sprintf("gid %d → %d", c.Before.GID, c.After.GID))
		case a == "size" && isKnown(c, entry.Size):
			parts = append(parts, fmt.Sprintf("size %d → %d", c.Before.Size, c.After.Size))
		case a == "target":
			parts = append(parts, fmt.Sprintf("target %s → %s", safe(c.Before.Target), safe(c.After.Target)))
		case a == "type":
			parts = append(parts, fmt.Sprintf("type %s → %s", c.Before.Kind, c.After.Kind))
		default:
			parts = append(parts, a)
		}
	}
	return strings.Join(parts, ", ")
}

func isKnown(c *fim.Change, s entry.Set) bool { return c.Before.Known == 0 || c.Before.Known&s != 0 }

func printPolicy(out io.Writer, p *policy.Policy) {
	_, _ = fmt.Fprintf(out, "%s: %s\n", p.Name, p.Title)
	for _, r := range p.Rules {
		if r.Exclude {
			_, _ = fmt.Fprintf(out, "not %s: %s\n", r.ID, strings.Join(r.Paths, " "))
			continue
		}
		tier := "scheduled"
		if r.Live {
			tier = "live"
		}
		only := ""
		if r.Only != policy.Always {
			only = "only " + string(r.Only) + " "
		}
		_, _ = fmt.Fprintf(out, "%s (%s, %s, %s%s): %s\n", r.ID, r.Severity, tier, only, r.Look, strings.Join(r.Paths, " "))
	}
}
