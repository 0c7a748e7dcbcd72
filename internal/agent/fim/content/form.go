package content

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/redact"
)

// What a policy may have be read.
const (
	accounts = "accounts"
	keys     = "keys"
	text     = "text"
)

// File is a file whose content is read.
type File struct {
	Path   string
	Read   string // accounts, keys or text: policy.Rule.Read
	Secret bool   // policy.Rule.Secret: nothing of it is shown as it stands
}

// form of a file's content.
type form uint8

const (
	nothing form = iota
	plain
	passwd
	shadow
	group
	gshadow
	ranges
	sudoers
	authorized
)

func (f File) form() form {
	base := path.Base(f.Path)
	if f.Read == accounts {
		switch base {
		case "passwd", "passwd-":
			return passwd
		case "shadow", "shadow-":
			return shadow
		case "group", "group-":
			return group
		case "gshadow", "gshadow-":
			return gshadow
		case "subuid", "subgid":
			return ranges
		case "sudoers":
			return sudoers
		}
		if path.Base(path.Dir(f.Path)) == "sudoers.d" {
			return sudoers
		}
	}
	switch {
	case f.Secret:
		return nothing
	case f.Read == keys:
		return authorized
	}
	return plain
}

// Reduce is what of a file's content is kept and compared: no hash of a password and no
// credential. It is false where nothing may be, or where it is no text. tag stands for what must
// not be kept, and tells whether it changed.
func (f File) Reduce(raw []byte, tag func(string) string) ([]byte, bool) {
	if len(raw) > MaxFile || bytes.IndexByte(raw, 0) >= 0 || !utf8.Valid(raw) {
		return nil, false
	}
	switch f.form() {
	case nothing:
		return nil, false
	case passwd, shadow, group, gshadow:
		return reduceFields(string(raw), tag), true
	case authorized:
		return reduceKeys(string(raw)), true
	case ranges:
		return raw, true
	}
	return []byte(redact.Config(string(raw))), true
}

// Words are what changed in a file.
type Words struct {
	Details []string
	Diff    string // unified, of texts
	// Grave: somebody got the rights of root, or gets in without a password.
	Grave bool
}

// maxDetails are told of one change.
const maxDetails = 40

func (w *Words) add(detail string) {
	if len(detail) > maxLine {
		detail = cutAt(detail, maxLine) + "…"
	}
	w.Details = append(w.Details, detail)
}

// Compare says what changed from one reduced content to another; nil is a file that was not, or is not,
// there.
func (f File) Compare(old, now []byte) Words {
	var w Words
	a, b := string(old), string(now)
	switch f.form() {
	case nothing:
	case passwd:
		w.passwd(a, b)
	case shadow:
		w.shadow(a, b)
	case group, gshadow:
		w.groups(a, b)
	case ranges:
		w.lines(a, b, "range")
	case sudoers:
		w.lines(sudoLines(a), sudoLines(b), "rule of sudo")
	case authorized:
		w.keys(a, b, owner(f.Path))
	case plain:
		w.Diff = Unified(old, now)
		if w.Diff == "" {
			w.add("what changed is a credential, or how lines end; it is not shown")
		}
	}
	if more := len(w.Details) - maxDetails; more > 0 {
		w.Details = append(w.Details[:maxDetails:maxDetails], "and "+plural(more, "more change"))
	}
	return w
}

// owner is whose a file below a home directory is.
func owner(p string) string {
	names := strings.Split(strings.Trim(p, "/"), "/")
	for i, n := range names {
		if n == ".ssh" && i > 0 {
			return names[i-1]
		}
	}
	return path.Base(p)
}

// cutAt cuts a text at a character's border.
func cutAt(s string, most int) string {
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
