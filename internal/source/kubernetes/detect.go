package kubernetes

import (
	"bytes"
	"path"
	"strings"
)

// Detect tells by the beginning of a file whether it holds objects of
// Kubernetes: a document that says its apiVersion and kind at the top level.
// 64 kB are enough to tell. Files that steer a chart or an overlay are not
// manifests.
func Detect(name string, head []byte) bool {
	switch base := path.Base(name); strings.ToLower(path.Ext(base)) {
	case ".yaml", ".yml":
		if base == "kustomization.yaml" || base == "kustomization.yml" || base == "Chart.yaml" {
			return false
		}
	case ".json":
	default:
		return false
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if !bytes.Contains(head, []byte("apiVersion")) || !bytes.Contains(head, []byte("kind")) {
		return false
	}
	if t := bytes.TrimLeft(head, " \t\r\n"); len(t) > 0 && t[0] == '{' {
		return detectJSON(t)
	}
	return detectYAML(head)
}

// detectYAML looks at the lines that begin in the first column. A list written
// by kubectl says its own kind after its items, which may be far away.
func detectYAML(head []byte) bool {
	var version, kind, items, inner bool
	for l := range bytes.Lines(head) {
		if bytes.HasPrefix(l, []byte("---")) {
			version, kind, items, inner = false, false, false, false
			l = bytes.TrimLeft(l[3:], " \t\r\n")
		}
		if len(l) > 0 && l[0] == '{' && detectJSON(l) {
			return true
		}
		switch {
		case says(l, "apiVersion"):
			version = true
		case says(l, "kind"):
			kind = true
		case bytes.HasPrefix(l, []byte("items:")):
			items = true
		default:
			t := bytes.TrimLeft(l, " -")
			inner = inner || len(t) < len(l) && says(t, "kind")
		}
		if version && (kind || items && inner) {
			return true
		}
	}
	return false
}

// says reports whether the line gives the key a value.
func says(l []byte, key string) bool {
	if len(l) > 0 && (l[0] == '"' || l[0] == '\'') {
		quote := l[0]
		l = l[1:]
		i := bytes.IndexByte(l, quote)
		if i < 0 || string(l[:i]) != key {
			return false
		}
		l = l[i+1:]
	} else {
		if !bytes.HasPrefix(l, []byte(key)) {
			return false
		}
		l = l[len(key):]
	}
	l = bytes.TrimLeft(l, " \t")
	if len(l) < 2 || l[0] != ':' || l[1] != ' ' && l[1] != '\t' {
		return false
	}
	l = bytes.TrimSpace(l[1:])
	return len(l) > 0 && l[0] != '#'
}

// detectJSON follows braces and strings of JSON, or of YAML's form like it,
// and looks at the keys of the outermost object.
func detectJSON(head []byte) bool {
	var version, kind, items, inner bool
	depth := 0
	for i := 0; i < len(head); i++ {
		switch c := head[i]; c {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				version, kind, items, inner = false, false, false, false
			}
		case '"', '\'':
			start := i + 1
			for i++; i < len(head) && head[i] != c; i++ {
				if head[i] == '\\' {
					i++
				}
			}
			if i >= len(head) {
				return false
			}
			key := string(head[start:i])
			rest := bytes.TrimLeft(head[i+1:], " \t\r\n")
			if len(rest) == 0 || rest[0] != ':' {
				continue
			}
			version = version || depth == 1 && key == "apiVersion"
			kind = kind || depth == 1 && key == "kind"
			items = items || depth == 1 && key == "items"
			inner = inner || depth > 1 && key == "kind"
		default:
			if depth != 1 || i > 0 && strings.IndexByte("{, \t\n", head[i-1]) < 0 {
				continue
			}
			version = version || c == 'a' && says(head[i:], "apiVersion")
			kind = kind || c == 'k' && says(head[i:], "kind")
		}
		if version && (kind || items && inner) {
			return true
		}
	}
	return false
}
