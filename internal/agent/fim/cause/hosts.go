package cause

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// unzip bounds what comes out by what readers take.
func unzip(r io.Reader, read func(io.Reader)) {
	if z, err := gzip.NewReader(r); err == nil {
		read(io.LimitReader(z, maxLog))
	}
}

// readPuppet reads Puppet's summary of its last run: when it began to apply, and
// how long that took.
func readPuppet(r io.Reader) (Span, bool) {
	var last, total float64
	lines(io.LimitReader(r, 1<<20), func(line string) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if !ok || err != nil {
			return
		}
		switch key {
		case "last_run":
			last = n
		case "total":
			if total == 0 && n < 24*3600 {
				total = n
			}
		}
	})
	if last < 1 || last > 1<<40 {
		return Span{}, false
	}
	end := time.Unix(int64(last), 0)
	return Span{Kind: Management, Name: "puppet at " + end.UTC().Format(time.RFC3339), From: end.Add(-time.Duration(total*float64(time.Second)) - slack), To: end.Add(slack)}, true
}

// readCloudInit reads when the stages of cloud-init ran at the last boot.
func readCloudInit(r io.Reader) (runs []Span) {
	var status struct {
		V1 map[string]json.RawMessage `json:"v1"`
	}
	if json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&status) != nil {
		return nil
	}
	for name, raw := range status.V1 {
		var stage struct{ Start, Finished float64 }
		if json.Unmarshal(raw, &stage) != nil || stage.Start < 1 || stage.Finished < stage.Start || stage.Finished > 1<<40 {
			continue
		}
		seconds := func(f float64) time.Time { return time.Unix(0, int64(f*1e9)) }
		runs = append(runs, Span{Kind: Management, Name: "cloud-init " + name, From: seconds(stage.Start), To: seconds(stage.Finished).Add(slack)})
	}
	return runs
}

// session is somebody logged in at a terminal.
type session struct {
	user, line, from string
	start, end       time.Time
}

// utmp records, as written on Linux with 64 bits: 384 bytes each.
const (
	utmpSize    = 384
	userProcess = 7
	deadProcess = 8
	bootTime    = 2
)

// readWtmp reads sessions; those that have not ended have no end.
func readWtmp(r io.Reader) (all []session) {
	open := map[string]int{} // by line
	var b [utmpSize]byte
	for range 200000 {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			break
		}
		text := func(from, to int) string {
			s, _, _ := bytes.Cut(b[from:to], []byte{0})
			return string(s)
		}
		at := time.Unix(int64(int32(binary.LittleEndian.Uint32(b[340:]))), 0)
		line := text(8, 40)
		switch binary.LittleEndian.Uint16(b[:]) {
		case userProcess:
			open[line] = len(all)
			all = append(all, session{user: text(44, 76), line: line, from: text(76, 332), start: at})
		case deadProcess:
			if i, ok := open[line]; ok {
				all[i].end = at
				delete(open, line)
			}
		case bootTime:
			for l, i := range open {
				all[i].end = at
				delete(open, l)
			}
		}
	}
	return all
}

// byLogin says who was logged in, which is whom to ask.
func (x *Explainer) byLogin(s *Subject) *Cause {
	if p := s.Process; p != nil && p.LoginUser != "" {
		return &Cause{Kind: Login, Group: "login of " + p.LoginUser, Name: p.LoginUser, At: s.At, Detail: "by a program of somebody who logged in as " + p.LoginUser}
	}
	if x.sessions == nil {
		x.sessions = []session{}
		x.open(filepath.Join(x.Root, "var/log/wtmp"), func(r io.Reader) { x.sessions = append(x.sessions, readWtmp(r)...) })
	}
	for i := len(x.sessions) - 1; i >= 0; i-- {
		l := &x.sessions[i]
		if s.At.Before(l.start) || !l.end.IsZero() && s.At.After(l.end) {
			continue
		}
		detail := l.user + " was logged in on " + l.line
		if l.from != "" {
			detail += " from " + l.from
		}
		return &Cause{Kind: Login, Group: "login of " + l.user + " at " + l.start.UTC().Format(time.RFC3339), Name: l.user, At: l.start, Detail: detail}
	}
	return nil
}
