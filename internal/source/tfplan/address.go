package tfplan

import (
	"strings"
)

// step is one element of a module path or the head of a reference: a name and
// its instance key as written, such as `["eu"]` or `[0]`.
type step struct{ name, key string }

// cut splits the first dot-separated element off an address, minding that keys
// may hold dots and brackets.
func cut(addr string) (s step, rest string) {
	i := strings.IndexAny(addr, ".[")
	switch {
	case i < 0:
		return step{name: addr}, ""
	case addr[i] == '.':
		return step{name: addr[:i]}, addr[i+1:]
	}
	end := i
	for end < len(addr) && addr[end] == '[' {
		end += keyLen(addr[end:])
	}
	return step{name: addr[:i], key: addr[i:end]}, strings.TrimPrefix(addr[end:], ".")
}

// keyLen is the length of the index s begins with, brackets included.
func keyLen(s string) int {
	quoted := false
	for i := 1; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ']' && !quoted:
			return i + 1
		}
	}
	return len(s)
}

// modulePath splits `module.a["x"].module.b` into its calls, and tells where
// each ends in the text.
func modulePath(path string) (calls []step, ends []int) {
	rest := path
	for rest != "" {
		s, r := cut(rest)
		if s.name != "module" || r == "" {
			return calls, ends
		}
		s, rest = cut(r)
		calls = append(calls, s)
		end := len(path) - len(rest)
		if rest != "" {
			end-- // the dot
		}
		ends = append(ends, end)
	}
	return calls, ends
}

// reference is an element of a `references` list, taken apart.
type reference struct {
	head step   // `aws_s3_bucket`, `var`, `module`, `each` …
	name step   // `logs[0]`; of data, what follows
	data bool   // `data.` stood before
	rest string // `arn`, `block[0].x`
}

func parseReference(s string) reference {
	var r reference
	r.head, r.rest = cut(s)
	if r.head.name == "data" && r.rest != "" {
		r.data = true
		r.head, r.rest = cut(r.rest)
	}
	r.name, r.rest = cut(r.rest)
	return r
}

// resource is the address of the resource referred to inside its module, with
// the key if one is given. It is "" for references to anything else.
func (r reference) resource() string {
	if r.head.key != "" || r.name.name == "" {
		return ""
	}
	if r.data {
		return "data." + r.head.name + "." + r.name.name + r.name.key
	}
	switch r.head.name {
	case "var", "local", "module", "each", "count", "path", "terraform", "self", "ephemeral":
		return ""
	}
	return r.head.name + "." + r.name.name + r.name.key
}

// attribute is the attribute path referred to, without indices.
func (r reference) attribute() string { return withoutKeys(r.rest) }

func withoutKeys(path string) string {
	if !strings.Contains(path, "[") {
		return path
	}
	var b strings.Builder
	for path != "" {
		var s step
		s, path = cut(path)
		if b.Len() > 0 && s.name != "" {
			b.WriteByte('.')
		}
		b.WriteString(s.name)
	}
	return b.String()
}

// longest drops from a references list what merely begins another entry:
// Terraform lists `a.b.c` and then `a.b` too.
func longest(refs []string) []string {
	out := refs[:0:0]
	for _, r := range refs {
		covered := false
		for _, o := range out {
			if strings.HasPrefix(o, r) && (len(o) == len(r) || o[len(r)] == '.' || o[len(r)] == '[') {
				covered = true
				break
			}
		}
		if !covered {
			out = append(out, r)
		}
	}
	return out
}

// quoteKey writes a string instance key the way Terraform does.
func quoteKey(key string) string {
	var b strings.Builder
	b.WriteString(`["`)
	for i, c := range key {
		switch c {
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case '$', '%':
			b.WriteRune(c)
			if strings.HasPrefix(key[i+1:], "{") {
				b.WriteRune(c)
			}
		default:
			b.WriteRune(c)
		}
	}
	b.WriteString(`"]`)
	return b.String()
}
