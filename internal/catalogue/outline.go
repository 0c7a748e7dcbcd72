package catalogue

import "strings"

// entry is a native type in a file of a service, as a glance at the file's
// lines shows it.
type entry struct {
	section string   // assets, parts, twins or ignored
	name    string   // the native type
	of      []string // of a part or a twin
	text    string   // its lines
}

// outline lists the entries of a service's file without parsing it, which
// takes a hundredth of the time. It relies on how the files are written: sections
// begin at the left margin, native types two spaces from it, and a list of `of`
// has brackets. TestLazy tells of files that are written otherwise.
func outline(text string) []entry {
	var out []entry
	section, begins := "", 0
	end := func(at int) {
		if section != "" && len(out) > 0 && out[len(out)-1].text == "" {
			e := &out[len(out)-1]
			e.text = text[begins:at]
			if section == "parts" || section == "twins" {
				e.of = ofIn(e.text)
			}
		}
	}
	for at := 0; at < len(text); {
		line, next := text[at:], len(text)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, next = line[:i], at+i+1
		}
		switch {
		case line == "" || line[0] == '#':
		case line[0] != ' ':
			end(at)
			section, _, _ = strings.Cut(line, ":")
			switch section {
			case "assets", "parts", "twins", "ignored":
			default:
				section = ""
			}
		case section != "" && len(line) > 2 && line[1] == ' ' && line[2] != ' ' && line[2] != '#':
			end(at)
			if name := keyOf(line[2:]); name != "" {
				out = append(out, entry{section: section, name: name})
				begins = at
			}
		}
		at = next
	}
	end(len(text))
	return out
}

// keyOf is the key with which a line begins. A native type may hold colons,
// but none before a space.
func keyOf(line string) string {
	key, _, ok := strings.Cut(line+" ", ": ")
	if !ok {
		return ""
	}
	return strings.Trim(key, `"' `)
}

// ofIn finds the value of the key `of`, a name or a list of them.
func ofIn(text string) []string {
	for rest := text; ; {
		before, after, ok := strings.Cut(rest, "of:")
		if !ok {
			return nil
		}
		rest = after
		if before != "" && !strings.ContainsAny(before[len(before)-1:], " {") || !strings.HasPrefix(after, " ") {
			continue // the end of a longer word, or something else's beginning
		}
		value, _, _ := strings.Cut(after, "\n")
		if list, isList := strings.CutPrefix(after, " ["); isList {
			value, _, _ = strings.Cut(list, "]")
		} else {
			value = value[1:]
			value = value[:strings.IndexAny(value+",", ",} #")]
		}
		var out []string
		for name := range strings.SplitSeq(value, ",") {
			out = append(out, strings.Trim(name, "\"' \n"))
		}
		return out
	}
}
