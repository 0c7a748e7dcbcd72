// Package show writes what is known of a host's vulnerabilities: for people, and
// as SARIF for tools.
package show

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/demarc-sec/demarc/internal/vuln"
)

// Table writes a report for people.
func Table(out io.Writer, r *vuln.Report) error {
	w := bufio.NewWriter(out)
	head(w, r)
	if len(r.Vulnerabilities) > 0 {
		fmt.Fprintln(w)
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(t, "VULNERABILITY\tSEVERITY\tPACKAGES\tINSTALLED\tFIXED IN\tDAYS\tUSE\tNOTES")
		for _, v := range r.Vulnerabilities {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", clean(v.ID), severity(v), names(v), clean(v.Packages[0].Version), fixed(v), age(v), use(v), notes(v))
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	if len(r.NotEvaluated) > 0 {
		fmt.Fprintln(w)
		fmt.Fprintln(w, "Not evaluated:")
		unknown(w, r)
	}
	return w.Flush()
}

func head(w io.Writer, r *vuln.Report) {
	word := map[vuln.Result]string{vuln.Clean: "clean", vuln.Vulnerable: "vulnerable", vuln.NotEvaluated: "not evaluated"}[r.Result]
	name := r.Distro.Name
	if name == "" {
		name = strings.TrimSpace(r.Distro.ID + " " + r.Distro.Version)
	}
	if name == "" {
		name = "unknown system"
	}
	_, _ = fmt.Fprintf(w, "%s: %s\n", clean(name), word)
	c := r.Counts
	_, _ = fmt.Fprintf(w, "%s: %d clean, %d vulnerable, %d not evaluated\n", plural(c.Packages, "package", "packages"), c.Clean, c.Vulnerable, c.NotEvaluated)
	if c.Vulnerabilities > 0 {
		_, _ = fmt.Fprintf(w, "%s, %d with a fix, %d of them overdue\n", plural(c.Vulnerabilities, "vulnerability", "vulnerabilities"), c.Fixable, c.Overdue)
	}
	for _, why := range r.Why {
		_, _ = fmt.Fprintf(w, "! %s\n", clean(why))
	}
	if r.Data != nil {
		_, _ = fmt.Fprintf(w, "data of %s as of %s, newest record %s\n", r.Data.Family, r.Data.AsOf.Format(time.DateOnly), r.Data.Newest.Format(time.DateOnly))
	}
	os := "support: " + r.OS.State
	if r.OS.Ends != "" {
		os += ", " + map[bool]string{true: "ended", false: "ends"}[r.OS.State == "ended"] + " " + r.OS.Ends
	}
	_, _ = fmt.Fprintln(w, os)
	kernel := "kernel: " + strings.ReplaceAll(r.Kernel.State, "_", " ")
	if r.Kernel.Why != "" {
		kernel += ": " + r.Kernel.Why
	}
	_, _ = fmt.Fprintln(w, clean(kernel))
}

// unknown lists what was not evaluated, the same reasons together.
func unknown(w io.Writer, r *vuln.Report) {
	by, order := make(map[string][]string), []string(nil)
	for _, u := range r.NotEvaluated {
		if by[u.Why] == nil {
			order = append(order, u.Why)
		}
		by[u.Why] = append(by[u.Why], u.Package)
	}
	slices.Sort(order)
	for _, why := range order {
		all := by[why]
		list := strings.Join(all[:min(len(all), 8)], ", ")
		if len(all) > 8 {
			list += fmt.Sprintf(" and %d more", len(all)-8)
		}
		_, _ = fmt.Fprintf(w, "  %s: %s\n", clean(list), clean(why))
	}
}

func severity(v vuln.Vulnerability) string {
	if v.Score > 0 {
		return fmt.Sprintf("%s %.1f", v.Severity, v.Score)
	}
	return v.Severity
}

func names(v vuln.Vulnerability) string {
	var all []string
	for _, p := range v.Packages {
		if !slices.Contains(all, p.Name) {
			all = append(all, p.Name)
		}
	}
	s := strings.Join(all[:min(len(all), 3)], ",")
	if len(all) > 3 {
		s += fmt.Sprintf(" +%d", len(all)-3)
	}
	return clean(s)
}

func fixed(v vuln.Vulnerability) string {
	switch {
	case v.Fixed == "":
		return "no fix"
	case v.Paid:
		return clean(v.Fixed) + " (subscribers)"
	}
	return clean(v.Fixed)
}

func age(v vuln.Vulnerability) string {
	if v.Published.IsZero() {
		return "-"
	}
	return fmt.Sprint(v.Days)
}

func use(v vuln.Vulnerability) string {
	if len(v.Listening) > 0 {
		return v.Use + " " + clean(v.Listening[0])
	}
	return v.Use
}

func notes(v vuln.Vulnerability) string {
	var all []string
	if v.KEV != nil {
		all = append(all, "exploited")
		if v.KEV.Ransomware {
			all = append(all, "ransomware")
		}
	}
	if v.EPSS >= 0.01 {
		all = append(all, fmt.Sprintf("EPSS %.0f %%", v.EPSS*100))
	}
	if v.Overdue {
		all = append(all, "overdue")
	}
	if v.NotRunning {
		all = append(all, "kernel does not run")
	}
	for _, p := range v.Packages {
		if p.Held {
			all = append(all, "held back")
			break
		}
	}
	return strings.Join(all, ", ")
}

// clean keeps what a host or a record says from steering a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\uFFFD'
		}
		return r
	}, s)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
