package logs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/detect"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func parse(lines ...string) (all []*detect.Event) {
	p := Parser{Now: func() time.Time { return now }, Emit: func(e *detect.Event) { all = append(all, e) }}
	for _, l := range lines {
		p.Line(l)
	}
	p.Flush()
	return all
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		line, source, want string // name=value, several by |
	}{
		{"Nov 20 10:00:00 web1 sshd[42]: Accepted publickey for anna from 10.0.0.9 port 51022 ssh2: ED25519 SHA256:abc", "sshd", "action=accepted|User=anna|SourceIp=10.0.0.9|SourcePort=51022|AuthMethod=publickey|KeyFingerprint=SHA256:abc|host=web1|pid=42"},
		{"2026-11-20T10:00:00.123+01:00 web1 sshd-session[42]: Failed password for invalid user oracle from 2001:db8::7 port 22 ssh2", "sshd", "action=failed|User=oracle|known=no|SourceIp=2001:db8::7"},
		{"Nov 20 10:00:00 web1 sshd[42]: Failed password for invalid user x from 10.0.0.1 port 22 ssh2 from 203.0.113.7 port 40001 ssh2", "sshd", "SourceIp=203.0.113.7|User=x from 10.0.0.1 port 22 ssh2"},
		{"Nov 20 10:00:00 web1 sshd[42]: Connection closed by invalid user a from b 203.0.113.7 port 40001 [preauth]", "sshd", "SourceIp=203.0.113.7|User=a from b|phase=preauth"},
		{"Nov 20 10:00:00 web1 sshd[42]: Disconnected from authenticating user root 203.0.113.7 port 40001 [preauth]", "sshd", "SourceIp=203.0.113.7|User=root|action=disconnected"},
		{"Nov 20 10:00:00 web1 sshd[42]: Connection closed by 203.0.113.7 port 40001 [preauth]", "sshd", "SourceIp=203.0.113.7|SourcePort=40001"},
		{"Nov 20 10:00:00 web1 sudo:     anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/bin/echo ; USER=x", "sudo", "User=anna|TargetUser=root|CommandLine=/bin/echo ; USER=x|action=run"},
		{"Nov 20 10:00:00 web1 sudo:      bob : 3 incorrect password attempts ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/ls", "sudo", "action=failed|attempts=3|User=bob"},
		{"Nov 20 10:00:00 web1 su[9]: (to root) anna on pts/0", "auth", "action=su|User=anna|TargetUser=root|Terminal=pts/0"},
		{"Nov 20 10:00:00 web1 CRON[9]: (root) CMD (cd / && run-parts /etc/cron.hourly)", "cron", "User=root|CommandLine=cd / && run-parts /etc/cron.hourly"},
		{`203.0.113.7 - bob [20/Nov/2026:10:00:00 +0000] "GET /a?b=c HTTP/1.1" 404 153 "-" "curl/8 \"x\""`, "web", `c-ip=203.0.113.7|cs-username=bob|cs-method=GET|cs-uri-stem=/a|cs-uri-query=b=c|sc-status=404|cs-user-agent=curl/8 \"x\"`},
		{"type=USER_AUTH msg=audit(1795168800.123:7): pid=9 uid=0 auid=1000 ses=1 msg='op=PAM:authentication acct=\"anna\" exe=\"/usr/sbin/sshd\" addr=10.0.0.9 res=failed'\x1dUID=\"root\" AUID=\"anna\"", "auditd", "type=USER_AUTH|acct=anna|res=failed|UID=root|User=anna"},
		{"nothing that anybody knows", "syslog", "message=nothing that anybody knows"},
	} {
		all := parse(c.line)
		if len(all) != 1 || all[0].Source.Name != c.source {
			t.Errorf("%s: %d events", c.line, len(all))
			continue
		}
		for want := range strings.SplitSeq(c.want, "|") {
			name, value, _ := strings.Cut(want, "=")
			if got, _ := all[0].Get(name); got != value {
				t.Errorf("%s: %s is %q, not %q", c.line, name, got, value)
			}
		}
	}
	if e := parse("Dec 24 10:00:00 web1 x: y")[0]; e.Time.Year() != 2025 {
		t.Errorf("a line of last December is of %v", e.Time)
	}
}

// Records of several events come mixed up.
func TestAuditGroups(t *testing.T) {
	all := parse(
		`type=SYSCALL msg=audit(1795168800.001:1): arch=c000003e syscall=59 success=yes ppid=1 pid=2 auid=1000 uid=33 comm="sh" exe="/usr/bin/dash" key=(null)`,
		`type=SYSCALL msg=audit(1795168800.002:2): arch=c000003e syscall=257 success=yes pid=3 uid=0 comm="cp" exe="/usr/bin/cp" key="x"`,
		`type=EXECVE msg=audit(1795168800.001:1): argc=3 a0="sh" a1="-c" a2=6563686F206869`,
		`type=CWD msg=audit(1795168800.002:2): cwd="/etc"`,
		`type=PATH msg=audit(1795168800.002:2): item=0 name="/etc" nametype=PARENT`,
		`type=PATH msg=audit(1795168800.002:2): item=1 name="cron.d/x" nametype=CREATE`,
		`type=PROCTITLE msg=audit(1795168800.001:1): proctitle=7368002D63`,
		`type=EOE msg=audit(1795168800.002:2): `,
	)
	if len(all) != 2 {
		t.Fatalf("%d events", len(all))
	}
	if v, _ := all[0].Get("CommandLine"); v != "sh -c echo hi" || all[0].Source != Exec {
		t.Errorf("%q of %s", v, all[0].Source.Name)
	}
	if v, _ := all[1].Get("TargetFilename"); v != "/etc/cron.d/x" || all[1].Source != Created {
		t.Errorf("%q of %s", v, all[1].Source.Name)
	}
	var many []string
	for i := range 10 * mostOpen {
		many = append(many, fmt.Sprintf("type=SYSCALL msg=audit(1795168800.001:%d): syscall=1", i))
	}
	if n := len(parse(many...)); n != 10*mostOpen {
		t.Errorf("%d events of %d that never end", n, 10*mostOpen)
	}
}

type reader struct {
	t    *testing.T
	tail Tail
	got  []string
}

func (r *reader) wants(lines ...string) {
	r.t.Helper()
	r.got = nil
	if err := r.tail.Read(func(s string) { r.got = append(r.got, s) }); err != nil {
		r.t.Fatal(err)
	}
	if !slices.Equal(r.got, lines) {
		r.t.Fatalf("%q, not %q", r.got, lines)
	}
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func TestTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "auth.log")
	add(t, path, "before\n")
	r := &reader{t: t, tail: Tail{Path: path}}
	defer r.tail.Close()
	if err := r.tail.Begin(); err != nil {
		t.Fatal(err)
	}
	r.wants()
	add(t, path, "one\ntw")
	r.wants("one")
	add(t, path, "o\n")
	r.wants("two")
	// Renamed: the rest of the old one, then the new one.
	add(t, path, "three\n")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	add(t, path, "four\n")
	r.wants("three", "four")
	// Copied and truncated, and longer than before at once.
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	add(t, path, "five is longer\n")
	r.wants("five is longer")
	// Stopped; meanwhile it was rotated.
	at := r.tail.At
	r.tail.Close()
	add(t, path, "six\n")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	add(t, path, "seven\n")
	r.tail = Tail{Path: path}
	if err := r.tail.Resume(at); err != nil {
		t.Fatal(err)
	}
	r.wants("six", "seven")
	// A line without end does not fill the memory.
	add(t, path, strings.Repeat("x", 5*Longest)+"\neight\n")
	r.got = nil
	if err := r.tail.Read(func(s string) { r.got = append(r.got, s) }); err != nil || len(r.got) != 2 || r.got[1] != "eight" {
		t.Fatalf("%d lines, %v", len(r.got), err)
	}
}

func TestJournalEntries(t *testing.T) {
	var all []*detect.Event
	p := &Parser{Now: func() time.Time { return now }, Emit: func(e *detect.Event) { all = append(all, e) }}
	j := &Journal{}
	in := `{"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1795168800000000","MESSAGE":"Accepted password for anna from 10.0.0.9 port 1 ssh2","SYSLOG_IDENTIFIER":"sshd","_PID":"7","_HOSTNAME":"web1"}
not json
{"__CURSOR":"s=2","MESSAGE":[104,105,255],"_COMM":"x"}
{"__CURSOR":"s=3","MESSAGE":` + `"` + strings.Repeat("y", mostEntry) + `"}
{"__CURSOR":"s=4","MESSAGE":null,"_TRANSPORT":"audit"}
`
	if err := j.entries(strings.NewReader(in), p); err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || j.Cursor != "s=4" {
		t.Fatalf("%d events, place %s", len(all), j.Cursor)
	}
	if v, _ := all[0].Get("User"); v != "anna" || !all[0].Time.Equal(time.Unix(1795168800, 0)) {
		t.Errorf("%+v", all[0])
	}
	if v, _ := all[1].Get("message"); v != "hi\uFFFD" {
		t.Errorf("%q", v)
	}
	j.Follow = true
	if a := j.arguments(); !slices.Contains(a, "--after-cursor=s=4") || !slices.Contains(a, "--follow") {
		t.Errorf("%v", a)
	}
}

// What is logged while nobody reads is read after.
func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "auth.log")
	add(t, path, "Nov 20 10:00:00 web1 x: old\n")
	var places Places
	follow := func(from *Places, write, want string) {
		t.Helper()
		ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
		defer stop()
		got := ""
		p := &Parser{Now: func() time.Time { return now }, Emit: func(e *detect.Event) {
			m, _ := e.Get("message")
			if got += m + " "; got == want {
				stop()
			}
		}}
		first := true
		err := Follow(ctx, p, []string{path}, false, Hooks{From: from, Every: time.Millisecond, Saved: func(s Places) {
			if places = s; first && write != "" {
				add(t, path, "Nov 20 10:00:00 web1 x: "+write+"\n")
			}
			first = false
		}})
		if err != nil || got != want {
			t.Fatalf("%q, %v", got, err)
		}
	}
	follow(nil, "new", "new ")
	add(t, path, "Nov 20 10:00:00 web1 x: meanwhile\n")
	follow(&places, "", "meanwhile ")
}

func FuzzLine(f *testing.F) {
	f.Add("Nov 20 10:00:00 web1 sshd[42]: Failed password for invalid user x from 1.2.3.4 port 5 ssh2")
	f.Add("type=EXECVE msg=audit(1795168800.001:1): argc=1 a0=6563686F\ntype=EOE msg=audit(1795168800.001:1):")
	f.Add(`1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x"`)
	f.Add("Nov 20 10:00:00 h sshd: message repeated 999999 times: [ x]")
	f.Fuzz(func(t *testing.T, s string) {
		lines := strings.Split(s, "\n")
		all := parse(lines...)
		if len(all) > len(lines)*mostRepeated {
			t.Errorf("%d events of %d lines", len(all), len(lines))
		}
		for _, e := range all {
			if e.Source == nil || len(e.Fields) > 3*mostFields {
				t.Errorf("%+v", e)
			}
		}
	})
}

func FuzzJournal(f *testing.F) {
	f.Add(`{"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1","MESSAGE":["a",[1]],"_PID":[7]}`)
	f.Fuzz(func(t *testing.T, s string) {
		p := &Parser{Now: func() time.Time { return now }, Emit: func(e *detect.Event) {
			if e.Source == nil {
				t.Error("an event of no source")
			}
		}}
		if err := (&Journal{}).entries(strings.NewReader(s), p); err != nil {
			t.Error(err)
		}
	})
}
