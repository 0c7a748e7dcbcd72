package content

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/demarc-sec/demarc/internal/redact"
)

// reduceKeys makes of each key a line: its fingerprint, kind, options and comment, with tabs
// between.
func reduceKeys(s string) []byte {
	var out strings.Builder
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		options, kind, blob, comment, ok := parseKey(line)
		if !ok {
			out.WriteString("?\t\t\t" + clean(redact.Text(line)) + "\n")
			continue
		}
		sum := sha256.Sum256(blob)
		out.WriteString("SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:]) + "\t" + clean(kind) + "\t" + clean(redact.Text(options)) + "\t" + clean(redact.Text(comment)) + "\n")
	}
	return []byte(out.String())
}

func clean(s string) string { return strings.ReplaceAll(s, "\t", " ") }

// parseKey reads a line of authorized_keys: options, where there are some, the key's kind, the key, a
// comment.
func parseKey(line string) (options, kind string, blob []byte, comment string, ok bool) {
	for range 2 {
		kind, rest, _ := strings.Cut(line, " ")
		text, comment, _ := strings.Cut(strings.TrimLeft(rest, " \t"), " ")
		if blob, err := base64.StdEncoding.DecodeString(text); err == nil && len(blob) > 16 && !strings.ContainsAny(kind, `"=,`) {
			return options, kind, blob, strings.TrimSpace(comment), true
		}
		if options != "" {
			break
		}
		options, line = cutOptions(line)
	}
	return "", "", nil, "", false
}

// cutOptions takes off the first word, in which quoted spaces do not end it.
func cutOptions(line string) (options, rest string) {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case (c == ' ' || c == '\t') && !quoted:
			return line[:i], strings.TrimLeft(line[i:], " \t")
		}
	}
	return line, ""
}

// keys says which keys came, went, or may be used for something else.
func (w *Words) keys(a, b, user string) {
	old, now := parseKeys(a), parseKeys(b)
	for _, k := range now.list {
		was, known := old.by[k.print]
		switch {
		case !known:
			w.add("key " + k.print + k.is() + " added for " + user + k.with())
		case was != k && was.options != k.options:
			w.add("key " + k.print + " of " + user + " may be used for something else: it had" + orNothing(was.options) + " and has" + orNothing(k.options))
		case was != k:
			w.add("comment of key " + k.print + " of " + user + " changed to " + quoted(k.comment))
		}
	}
	for _, k := range old.list {
		if _, still := now.by[k.print]; !still {
			w.add("key " + k.print + k.is() + " removed from " + user + k.with())
		}
	}
	if len(w.Details) == 0 {
		w.add("nothing but order, comments or spaces changed")
	}
}

func orNothing(s string) string {
	if s == "" {
		return " no options"
	}
	return " " + s
}

type key struct{ print, kind, options, comment string }

func (k key) is() string {
	if k.kind == "" {
		return ""
	}
	return " (" + k.kind + ")"
}

func (k key) with() string {
	var s string
	if k.options != "" {
		s = ", with " + k.options
	}
	if k.comment != "" {
		s += ", comment " + k.comment
	}
	return s
}

type keyList struct {
	list []key
	by   map[string]key
}

func parseKeys(s string) keyList {
	l := keyList{by: map[string]key{}}
	for line := range strings.Lines(s) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 4 || len(l.list) >= maxRecords {
			continue
		}
		k := key{f[0], f[1], f[2], f[3]}
		if k.print == "?" {
			k = key{print: "that cannot be read, " + f[3]}
		}
		if _, twice := l.by[k.print]; !twice {
			l.by[k.print] = k
			l.list = append(l.list, k)
		}
	}
	return l
}
