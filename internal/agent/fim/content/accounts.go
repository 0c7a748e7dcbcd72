package content

import (
	"fmt"
	"slices"
	"strings"
)

// reduceFields puts something else in the place of passwords, in files whose second field is one.
func reduceFields(s string, tag func(string) string) []byte {
	var out strings.Builder
	for line := range strings.Lines(s) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), ":")
		if len(f) > 1 {
			f[1] = password(f[0], f[1], tag)
		}
		out.WriteString(strings.Join(f, ":") + "\n")
	}
	return []byte(out.String())
}

// States of a password in what is kept.
const (
	elsewhere = "x"
	locked    = "!"
	set       = "="
)

// password is the state of one: nothing, elsewhere, locked, or set; the latter two with a tag, so
// that another one shows.
func password(user, v string, tag func(string) string) string {
	switch {
	case v == "" || v == elsewhere:
		return v
	case v[0] == '!' || v[0] == '*':
		if rest := strings.TrimLeft(v, "!*"); rest != "" {
			return locked + tag(user+":"+rest)
		}
		return locked
	}
	return set + tag(user+":"+v)
}

// records are lines by their first field, each with its fields.
type records struct {
	names  []string
	fields map[string][]string
}

// maxRecords of one file are compared.
const maxRecords = 20000

func parseRecords(s string) records {
	r := records{fields: map[string][]string{}}
	for line := range strings.Lines(s) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if _, twice := r.fields[f[0]]; f[0] == "" || f[0][0] == '#' || twice || len(r.names) >= maxRecords {
			continue
		}
		r.names = append(r.names, f[0])
		r.fields[f[0]] = f
	}
	return r
}

// compare calls each with what one has, or both: of what is not there the fields are nil.
func compare(a, b string, each func(name string, old, now []string)) {
	old, now := parseRecords(a), parseRecords(b)
	for _, n := range now.names {
		if o := old.fields[n]; !slices.Equal(o, now.fields[n]) {
			each(n, o, now.fields[n])
		}
	}
	for _, n := range old.names {
		if now.fields[n] == nil {
			each(n, old.fields[n], nil)
		}
	}
}

// at is a field, empty where there are not so many.
func at(f []string, i int) string {
	if i < len(f) {
		return f[i]
	}
	return ""
}

func (w *Words) passwd(a, b string) {
	compare(a, b, func(user string, old, now []string) {
		uid := at(now, 2)
		root := rootID(uid) && user != "root"
		switch {
		case now == nil:
			w.add(fmt.Sprintf("user %s removed, who had uid %s", user, at(old, 2)))
			return
		case old == nil:
			w.add(fmt.Sprintf("user %s added with uid %s, home %s, shell %s", user, uid, at(now, 5), shell(at(now, 6))))
			w.Grave = w.Grave || root
			w.password(user, "", at(now, 1), true)
			return
		}
		for i, what := range []string{2: "uid", 3: "group", 4: "full name", 5: "home", 6: "shell"} {
			if was, is := at(old, i), at(now, i); what != "" && was != is {
				if i == 6 {
					was, is = shell(was), shell(is)
				}
				w.add(fmt.Sprintf("%s of %s changed from %s to %s", what, user, quoted(was), quoted(is)))
			}
		}
		w.Grave = w.Grave || root && !rootID(at(old, 2))
		w.password(user, at(old, 1), at(now, 1), false)
	})
}

// rootID tells whether the system takes a number for root's.
func rootID(uid string) bool { return uid != "" && strings.Trim(uid, "0") == "" }

func shell(s string) string {
	if s == "" {
		return "/bin/sh"
	}
	return s
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// password says what became of one; fresh: of somebody who was not there.
func (w *Words) password(user, old, now string, fresh bool) {
	if old == now && !fresh {
		return
	}
	is := func(v, state string) bool { return strings.HasPrefix(v, state) }
	bare := func(v string) string { return strings.TrimLeft(v, locked+set) }
	switch {
	case now == "":
		w.add(user + " has no password: none is asked for")
		w.Grave = true
	case fresh && is(now, set):
		w.add(user + " has a password")
	case fresh:
	case is(old, set) && is(now, locked) && (bare(now) == "" || bare(old) == bare(now)):
		w.add("password of " + user + " locked")
	case is(old, locked) && is(now, set) && bare(old) == bare(now):
		w.add("password of " + user + " unlocked")
	case is(old, locked) && is(now, locked):
		w.add("password of " + user + " changed, and is locked")
	case old == "" || is(old, locked) || old == elsewhere:
		w.add("password of " + user + " set")
	case now == elsewhere:
		w.add("password of " + user + " is in the shadow file now")
	default:
		w.add("password of " + user + " changed")
	}
}

func (w *Words) shadow(a, b string) {
	compare(a, b, func(user string, old, now []string) {
		switch {
		case now == nil:
			w.add("password of " + user + " removed with the entry")
			return
		case old == nil:
			w.add("entry of " + user + " added")
			w.password(user, "", at(now, 1), true)
			return
		}
		w.password(user, at(old, 1), at(now, 1), false)
		for i, what := range []string{3: "least age of the password", 4: "greatest age of the password", 5: "warning before it ends", 6: "time after it ends", 7: "end of the account"} {
			if was, is := at(old, i), at(now, i); what != "" && was != is {
				w.add(fmt.Sprintf("%s of %s changed from %s to %s days", what, user, quoted(was), quoted(is)))
			}
		}
		if at(old, 1) == at(now, 1) && at(old, 2) != at(now, 2) {
			w.add("day of the last change of the password of " + user + " changed")
		}
	})
}

func (w *Words) groups(a, b string) {
	compare(a, b, func(name string, old, now []string) {
		switch {
		case now == nil:
			w.add("group " + name + " removed")
			return
		case old == nil:
			text := "group " + name + " added"
			if m := at(now, 3); m != "" {
				text += " with " + strings.ReplaceAll(m, ",", ", ")
			}
			w.add(text)
			return
		}
		if at(old, 1) != at(now, 1) {
			w.add("password of group " + name + " changed")
		}
		// Of group the third field is its number, of gshadow who administers it.
		if was, is := at(old, 2), at(now, 2); was != is {
			w.add(fmt.Sprintf("number or administrators of group %s changed from %s to %s", name, quoted(was), quoted(is)))
		}
		before, after := strings.Split(at(old, 3), ","), strings.Split(at(now, 3), ",")
		for _, m := range after {
			if m != "" && !slices.Contains(before, m) {
				w.add(m + " added to group " + name)
			}
		}
		for _, m := range before {
			if m != "" && !slices.Contains(after, m) {
				w.add(m + " removed from group " + name)
			}
		}
	})
}

// lines says which lines came and went.
func (w *Words) lines(a, b, what string) {
	old, now := count(a), count(b)
	tell := func(s string, than map[string]int, mine map[string]int, became string) {
		done := map[string]bool{}
		for line := range strings.Lines(s) {
			if line = strings.TrimSpace(line); line != "" && !done[line] && mine[line] > than[line] {
				done[line] = true
				w.add(what + " " + became + ": " + line)
			}
		}
	}
	tell(b, old, now, "added")
	tell(a, now, old, "removed")
	if len(w.Details) == 0 {
		w.add("nothing but order, comments or spaces changed")
	}
}

func count(s string) map[string]int {
	n := map[string]int{}
	for line := range strings.Lines(s) {
		n[strings.TrimSpace(line)]++
	}
	return n
}

// sudoLines are the rules of a sudoers file, each in a line, without comments.
func sudoLines(s string) string {
	var out strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(s, "\\\n", " ")) {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" || line[0] == '#' && !strings.HasPrefix(line, "#include") && (len(line) < 2 || line[1] < '0' || line[1] > '9') {
			continue
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
