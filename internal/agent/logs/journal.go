package logs

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Journalctl is the program that reads the journal. Nothing that it is told comes
// from a log or a rule but the place, which it said itself.
const Journalctl = "journalctl"

// Journal reads journald.
type Journal struct {
	Cursor string // place of the last entry that was read
	Since  string // where there is no place: as journalctl takes it; empty is from now on
	Follow bool   // wait for more

	entered func([]byte) // takes an entry's JSON instead of the parser
}

// HasJournal tells whether this host has the program that reads the journal.
func HasJournal() bool {
	_, err := exec.LookPath(Journalctl)
	return err == nil
}

func (j *Journal) arguments() []string {
	args := []string{"--output=json", "--no-pager", "--quiet", "--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_COMM,_PID,SYSLOG_PID,_HOSTNAME,_TRANSPORT"}
	switch {
	case j.Cursor != "":
		args = append(args, "--after-cursor="+j.Cursor)
	case j.Since != "":
		args = append(args, "--since="+j.Since)
	default:
		args = append(args, "--lines=0")
	}
	if j.Follow {
		return append(args, "--follow")
	}
	return args
}

// Run gives entries to the parser until the journal ends, or the context is done.
func (j *Journal) Run(ctx context.Context, p *Parser) error {
	cmd := exec.CommandContext(ctx, Journalctl, j.arguments()...) //nolint:gosec // fixed arguments, and a place it said itself
	cmd.Env = []string{"LC_ALL=C", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"}
	var errs strings.Builder
	cmd.Stderr = &limited{w: &errs, left: 1000}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	read := j.entries(out, p)
	if read != nil {
		_ = cmd.Process.Kill()
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case read != nil:
		return read
	case err != nil:
		return fmt.Errorf("journalctl: %w: %s", err, strings.TrimSpace(errs.String()))
	}
	return nil
}

const mostEntry = 256 << 10 // bytes of an entry's JSON

// entries reads one entry from each line. What is longer, or is none, is passed over.
func (j *Journal) entries(r io.Reader, p *Parser) error {
	in := bufio.NewReaderSize(r, mostEntry)
	over := false
	for {
		b, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			over = true
			continue
		case over:
			over = false
		case len(b) > 0 && j.entered != nil:
			j.entered(b)
		case len(b) > 0:
			j.entry(b, p)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (j *Journal) entry(b []byte, p *Parser) {
	var e struct {
		Cursor    string          `json:"__CURSOR"`
		At        string          `json:"__REALTIME_TIMESTAMP"`
		Message   json.RawMessage `json:"MESSAGE"`
		Program   json.RawMessage `json:"SYSLOG_IDENTIFIER"`
		Comm      json.RawMessage `json:"_COMM"`
		PID       json.RawMessage `json:"_PID"`
		Host      json.RawMessage `json:"_HOSTNAME"`
		Transport json.RawMessage `json:"_TRANSPORT"`
	}
	if json.Unmarshal(b, &e) != nil {
		return
	}
	if e.Cursor != "" && len(e.Cursor) < 500 {
		j.Cursor = e.Cursor
	}
	if journalText(e.Transport) == "audit" {
		return // the audit log says it better
	}
	m := message{at: p.Now(), host: journalText(e.Host), program: journalText(e.Program), pid: journalText(e.PID), text: journalText(e.Message)}
	if m.program == "" {
		m.program = journalText(e.Comm)
	}
	if us, err := strconv.ParseInt(e.At, 10, 64); err == nil && us > 0 && us < 1<<56 {
		m.at = time.UnixMicro(us)
	}
	m.line = m.program + "[" + m.pid + "]: " + m.text
	p.message(m)
}

// journalText is a value as the journal has it: text, bytes as numbers where it is not
// text, or the first of several.
func journalText(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	var s string
	var numbers []byte
	switch raw[0] {
	case '"':
		if json.Unmarshal(raw, &s) != nil {
			return ""
		}
	case '[':
		var all []json.RawMessage
		if json.Unmarshal(raw, &all) != nil || len(all) == 0 {
			return ""
		}
		if all[0][0] == '"' {
			return journalText(all[0])
		}
		for _, n := range all {
			x, err := strconv.ParseUint(string(n), 10, 8)
			if err != nil || len(numbers) >= Longest {
				break
			}
			numbers = append(numbers, byte(x))
		}
		s = strings.ToValidUTF8(string(numbers), "\uFFFD")
	}
	if len(s) > Longest {
		s = s[:Longest]
	}
	return strings.ReplaceAll(s, "\n", " ")
}

// limited keeps the beginning of what is written.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	if _, err := l.w.Write(b[:n]); err != nil {
		return 0, err
	}
	return len(b), nil
}
