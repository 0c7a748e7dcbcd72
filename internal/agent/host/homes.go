package host

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Home is the directory of an account that people sign in to.
type Home struct {
	User   string   `json:"user"`
	Path   string   `json:"path"`
	Exists bool     `json:"exists"`
	Owner  string   `json:"owner,omitempty"`
	Mode   string   `json:"mode,omitempty"`
	Risky  []string `json:"risky,omitempty"` // .rhosts, .netrc, .forward
}

// Key is one key that opens an account.
type Key struct {
	User        string `json:"user"`
	File        string `json:"file"`
	Line        int    `json:"line"`
	Type        string `json:"type"`
	Bits        int    `json:"bits,omitempty"`
	Fingerprint string `json:"fingerprint"`
	Comment     string `json:"comment,omitempty"`
	// Weak says what is wrong with the key, or with the file it stands in.
	Weak []string `json:"weak,omitempty"`
}

// Dir is one directory of root's search path.
type Dir struct {
	Path   string `json:"path"`
	Exists bool   `json:"exists"`
	Owner  string `json:"owner,omitempty"`
	Mode   string `json:"mode,omitempty"`
}

// maxAccounts bounds whose homes are looked at: a directory service can
// make any number of them.
const maxAccounts = 2000

// people are accounts with a home of their own that somebody can sign in to.
func (a *Accounts) people() []User {
	var out []User
	for _, u := range a.Users {
		if u.Login && (!u.System || u.UID == 0) && len(out) < maxAccounts {
			out = append(out, u)
		}
	}
	return out
}

func (s *survey) homes(a *Accounts) {
	for _, u := range a.people() {
		h := Home{User: u.Name, Path: u.Home}
		info, err := s.stat(u.Home)
		if err == nil {
			h.Exists = info.IsDir()
			h.Owner, h.Mode = s.ownerOf(info), octal(info.Mode())
			for _, name := range []string{".rhosts", ".netrc", ".forward", ".shosts"} {
				if s.exists(path.Join(u.Home, name)) {
					h.Risky = append(h.Risky, name)
				}
			}
		} else if !absent(err) {
			s.doc.gap("accounts.homes", reason(u.Home, err))
		}
		a.Homes = append(a.Homes, h)
	}
}

// keys reads the files of keys of all accounts that let somebody in.
func (s *survey) keys(a *Accounts) {
	for _, u := range a.people() {
		for _, file := range []string{".ssh/authorized_keys", ".ssh/authorized_keys2"} {
			name := path.Join(u.Home, file)
			text, err := s.read(name)
			if err != nil {
				s.unread("accounts.authorized_keys", name, err)
				continue
			}
			weak := s.keyFileWeak(u, name)
			for _, l := range lines(text) {
				if k, ok := parseKey(l.text); ok && len(a.Keys) < maxEntries {
					k.User, k.File, k.Line = u.Name, "/"+clean(name), l.no
					k.Weak = append(slices.Clone(weak), k.Weak...)
					a.Keys = append(a.Keys, k)
				}
			}
		}
	}
}

// keyFileWeak tells who besides the account could add a key.
func (s *survey) keyFileWeak(u User, name string) (weak []string) {
	for _, at := range []string{name, path.Dir(name)} {
		info, err := s.stat(at)
		if err != nil {
			continue
		}
		if uid, _, ok := s.owner(info); ok && uid != u.UID && uid != 0 {
			weak = append(weak, "/"+clean(at)+" belongs to "+s.userName(uid))
		}
		if info.Mode().Perm()&0o022 != 0 {
			weak = append(weak, "/"+clean(at)+" is writable for others ("+octal(info.Mode())+")")
		}
	}
	return weak
}

// minRSA is the shortest RSA key that counts as strong.
const minRSA = 2048

// parseKey reads one line: options may stand before the type.
func parseKey(text string) (Key, bool) {
	fields := quotedFields(text)
	i := slices.IndexFunc(fields, func(f string) bool {
		return strings.HasPrefix(f, "ssh-") || strings.HasPrefix(f, "ecdsa-sha2-") || strings.HasPrefix(f, "sk-ssh-") || strings.HasPrefix(f, "sk-ecdsa-")
	})
	if i < 0 || i+1 >= len(fields) {
		return Key{}, false
	}
	blob, err := base64.StdEncoding.DecodeString(fields[i+1])
	if err != nil {
		return Key{}, false
	}
	sum := sha256.Sum256(blob)
	k := Key{Type: fields[i], Fingerprint: "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])}
	if i+2 < len(fields) {
		k.Comment = fields[i+2]
	}
	switch k.Type {
	case "ssh-dss":
		k.Weak = append(k.Weak, "a DSA key")
	case "ssh-rsa":
		k.Bits = rsaBits(blob)
		if k.Bits > 0 && k.Bits < minRSA {
			k.Weak = append(k.Weak, fmt.Sprintf("an RSA key of %d bits", k.Bits))
		}
	}
	return k, true
}

// rsaBits is the length of the third string of a key: the modulus.
func rsaBits(blob []byte) int {
	for i := 0; ; i++ {
		if len(blob) < 4 {
			return 0
		}
		n := binary.BigEndian.Uint32(blob)
		if uint64(n) > uint64(len(blob)-4) {
			return 0
		}
		part := blob[4 : 4+n]
		if i == 2 {
			for len(part) > 0 && part[0] == 0 {
				part = part[1:]
			}
			if len(part) == 0 {
				return 0
			}
			bits := len(part) * 8
			for top := part[0]; top&0x80 == 0; top <<= 1 {
				bits--
			}
			return bits
		}
		blob = blob[4+n:]
	}
}

// quotedFields splits at space outside of double quotes.
func quotedFields(s string) []string {
	quoted := false
	return strings.FieldsFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t')
	})
}

// rootPath is where root looks for programs: what its profile and the system's
// set last, or what sudo and systemd take.
func (s *survey) rootPath(a *Accounts) {
	value := ""
	for _, l := range lines(s.text("etc/environment")) {
		if k, v, ok := setting(l.text, "="); ok && k == "PATH" {
			value = v
		}
	}
	if v := s.loginDefs()["ENV_SUPATH"].value; v != "" {
		value = cmpOr(value, strings.TrimPrefix(v, "PATH="))
	}
	for _, file := range []string{"root/.profile", "root/.bash_profile", "root/.bashrc"} {
		for _, l := range lines(s.text(file)) {
			if v, ok := strings.CutPrefix(strings.TrimPrefix(l.text, "export "), "PATH="); ok {
				v = strings.Trim(v, `"'`)
				value = strings.ReplaceAll(strings.ReplaceAll(v, "${PATH}", value), "$PATH", value)
			}
		}
	}
	if value == "" {
		value = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	}
	value = strings.ReplaceAll(strings.ReplaceAll(value, "${HOME}", "/root"), "$HOME", "/root")
	for p := range strings.SplitSeq(value, ":") {
		if strings.Contains(p, "$") {
			s.doc.gap("accounts.root_path", "the search path of root holds a variable of another file: "+p)
			continue
		}
		d := Dir{Path: p}
		if strings.HasPrefix(p, "/") {
			if info, err := s.stat(p); err == nil {
				d.Exists, d.Owner, d.Mode = info.IsDir(), s.ownerOf(info), octal(info.Mode())
			}
		}
		a.RootPath = append(a.RootPath, d)
	}
}
