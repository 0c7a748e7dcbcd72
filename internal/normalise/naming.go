package normalise

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// key is an address in its root.
type key struct{ root, address string }

func id(root, address string) string {
	if root == "" || root == "." {
		return address
	}
	return root + ":" + address
}

// calledAs is what to call a resource that says no name: its label, or inside
// a module whose every resource is called this, what the module is called.
func calledAs(r *source.Resource) string {
	if r.Name != "this" && r.Name != "default" && r.Name != "main" {
		return r.Name
	}
	module, ok := strings.CutSuffix(withoutLastKey(r.Address), "."+r.Type+"."+r.Name)
	if !ok {
		return r.Name
	}
	start, inKey := 0, false // the last call stands behind the last dot but one that is in no key
	for i := range len(module) {
		switch {
		case module[i] == '[':
			inKey = true
		case module[i] == ']' && (i+1 == len(module) || module[i+1] == '.'):
			inKey = false
		case !inKey && strings.HasPrefix(module[i:], "module."):
			start = i + len("module.")
		}
	}
	return module[start:]
}

// withoutLastKey strips the resource's own instance key: a.b["x"] -> a.b.
func withoutLastKey(address string) string {
	if i := strings.LastIndexByte(address, '['); i > 0 && strings.HasSuffix(address, "]") {
		return address[:i]
	}
	return address
}

// withoutKeys strips instance keys: module.a["x"].aws_b.c[0] -> module.a.aws_b.c.
func withoutKeys(address string) string {
	if !strings.ContainsRune(address, '[') {
		return address
	}
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		c := address[i]
		switch {
		case quoted:
			if c == '\\' {
				i++
			} else if c == '"' {
				quoted = false
			}
		case c == '"' && depth > 0:
			quoted = true
		case c == '[':
			depth++
		case c == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}
