// Package secrets finds credentials that stand in clear in configuration. It
// looks for the formats that gitleaks knows, and for values whose key says
// that they are secret. It tells where and what kind, never the value.
package secrets

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Finding is one credential: the place it stands at and the rule that found it.
type Finding struct {
	Path string
	Rule string
}

// Scanner scans texts. The zero value is ready; it may be used by many
// goroutines. Rules are compiled when a text first calls for them.
type Scanner struct{}

// Strings is Scan with each finding as "path: rule".
func (s *Scanner) Strings(path, text string) []string {
	var out []string
	for _, f := range s.Scan(path, text) {
		out = append(out, f.Path+": "+f.Rule)
	}
	return out
}

// Scan looks for credentials in a text that stands at path, such as
// "environment.variables.DB_PASSWORD". The last part of the path counts as the
// text's key. Structured text (JSON) and text in base64 are looked into.
func (s *Scanner) Scan(path, text string) []Finding {
	hits := scan(path, text)
	if len(hits) == 0 {
		return nil
	}
	out := make([]Finding, 0, len(hits))
	for _, h := range hits {
		out = append(out, Finding{h.path, h.rule})
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Rule, b.Rule))
	})
	return slices.Compact(out)
}

// Redact masks every credential that Scan would find in the text.
func (s *Scanner) Redact(text string) string {
	for _, h := range scan("", text) {
		if h.value != "" && !h.decoded {
			text = strings.ReplaceAll(text, h.value, mask)
		} else {
			return mask // it stands there in another form
		}
	}
	return text
}

const mask = "[redacted]"

// hit is a finding with its value, which never leaves the package.
type hit struct {
	path, rule, value string
	decoded           bool
}

// maxDepth bounds how deep a text within a text is looked into.
const maxDepth = 3

// maxText bounds what is unpacked.
const maxText = 4 << 20

func scan(path, text string) []hit {
	var w walker
	w.text(path, text, 0, false)
	return w.hits
}

type walker struct{ hits []hit }

func (w *walker) add(h hit) {
	for i, have := range w.hits {
		// One value is one credential, however many rules know it; the
		// narrower path tells more.
		switch {
		case have.path == h.path && (have.rule == h.rule || have.value == h.value),
			have.value == h.value && strings.HasPrefix(have.path, h.path+"."):
			return
		case have.value == h.value && strings.HasPrefix(h.path, have.path+"."):
			w.hits[i] = h
			return
		}
	}
	w.hits = append(w.hits, h)
}

func (w *walker) text(path, text string, depth int, decoded bool) {
	if len(text) < 3 || depth > maxDepth {
		return
	}
	structured := false
	if c := firstByte(text); c == '{' || c == '[' {
		structured = w.json(path, text, depth, decoded)
	}
	for _, f := range byFormat(text) {
		w.add(hit{path, f.rule, f.value, decoded})
	}
	if structured {
		return
	}
	if key := lastPart(path); key != "" {
		if rule := Judge(key, text); rule != "" {
			w.add(hit{path, rule, text, decoded})
			return
		}
	}
	if strings.Contains(text, "://") {
		for _, m := range inURL.FindAllStringSubmatch(text, -1) {
			if rule := judgeValue(m[2], false); rule != "" {
				w.add(hit{path, "url-password", m[2], decoded})
			}
		}
	}
	if strings.Contains(text, "sig=") {
		for _, m := range signed.FindAllStringSubmatch(text, -1) {
			w.add(hit{path, "shared-access-signature", m[1], decoded})
		}
	}
	if strings.ContainsAny(text, "=:") && secretWord.MatchString(text) {
		for _, m := range assignment.FindAllStringSubmatch(text, -1) {
			value := cmp.Or(m[2], m[3], m[4])
			if m[4] != "" && (code.MatchString(m[4]) || strings.EqualFold(m[1], m[4])) {
				continue // a program sets one variable to another
			}
			if rule := Judge(m[1], value); rule != "" {
				w.add(hit{path, rule, value, decoded})
			}
		}
	}
	if strings.Contains(text, "(") && secretWord.MatchString(text) {
		for _, m := range called.FindAllStringSubmatch(text, -1) {
			if rule := Judge(m[1], m[2]); rule != "" {
				w.add(hit{path, rule, m[2], decoded})
			}
		}
	}
	if strings.Contains(text, "passwd") {
		for _, m := range piped.FindAllStringSubmatch(text, -1) {
			if value := cmp.Or(m[1], m[2]); judgeValue(value, false) != "" {
				w.add(hit{path, "password", value, decoded})
			}
		}
	}
	if strings.ContainsRune(text, '\uE000') && readable.MatchString(path) {
		for _, m := range generated.FindAllString(text, -1) {
			w.add(hit{path, "generated-key", m, decoded})
		}
	}
	if plain, ok := unpack(path, text); ok {
		w.text(path, plain, depth+1, true)
	}
}

var (
	// inURL finds scheme://user:password@host.
	inURL = regexp.MustCompile(`\b[a-z][a-z0-9+.-]{1,20}://([^\s:/@"']{0,80}):([^\s@/"']{3,200})@`)
	// signed finds the signature of a shared access signature of Azure: an address
	// or token with one lets in whoever has it.
	signed = regexp.MustCompile(`(?:^|[?&;])sig=([A-Za-z0-9+/_%=-]{40,120})`)
	// secretWord is a cheap test before assignment.
	secretWord = regexp.MustCompile(`(?i)pass|pwd|secret|token|key|credential`)
	// assignment finds KEY=value, key: value and "key" => "value".
	assignment = regexp.MustCompile(`(?m)(?:^|[\s;,{(&?"'-])([A-Za-z_][\w.-]{0,80})["']?[ \t]{0,3}(?:=>|:=|=|:[ \t])[ \t]{0,3}(?:"([^"\n]{1,300})"|'([^'\n]{1,300})'|([^\s"';,)}&]{1,300}))`)
	// code matches what a program assigns: a call, or the member of a thing.
	code = regexp.MustCompile(`\(|^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)+$`)
	// piped finds a password handed to chpasswd, or to passwd --stdin.
	piped = regexp.MustCompile(`[\w.-]+:([^\s"'|]{3,200})["']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd\b|echo[ \t]+["']?([^\s"'|]{3,200})["']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?passwd[ \t]+--stdin`)
	// generated finds references to keys that the configuration makes. Where
	// whoever may describe a resource reads them, they stand in clear. A reader
	// that knows by itself that a part is secret calls it secret(…).
	generated = regexp.MustCompile(`\x{E000}[^\x{E000}\x{E001}]*\b(?:aws_iam_access_key\.[^\x{E001}]+\.(?:secret|ses_smtp_password_v4)|tls_private_key\.[^\x{E001}]+\.private_key\w*|[^\x{E001}]+\.SecretAccessKey|azurerm_[^\x{E001}]+\.(?:primary|secondary)_(?:\w+_)?(?:key|connection_string)|listKeys[^\x{E001}]*|secret\([^\x{E001}]*)\x{E001}`)
	readable  = regexp.MustCompile(`(?i)(?:^|[._])(?:environment(?:_?variables)?|variables?|user_?data|(?:app_?)?settings?|item|container_?definitions|container_?properties|content|zip_?file|buildspec|tags|command|metadata|outputs)(?:[._]|$)`)
	// called finds a key and its value handed to a function: define('KEY', 'value').
	called = regexp.MustCompile(`\w\([ \t]{0,3}["']([A-Za-z_][\w.-]{0,80})["'][ \t]{0,3},[ \t]{0,3}["']([^"'\n]{1,300})["']`)
)

// json walks structured text. It reports false when the text is none.
func (w *walker) json(path, text string, depth int, decoded bool) bool {
	if len(text) > maxText {
		return false
	}
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return false
	}
	w.value(path, v, depth+1, decoded, 0)
	return true
}

func (w *walker) value(path string, v any, depth int, decoded bool, nested int) {
	if nested > 64 {
		return
	}
	switch v := v.(type) {
	case string:
		w.text(path, v, depth, decoded)
	case []any:
		for _, e := range v {
			w.value(path, e, depth, decoded, nested+1)
		}
	case map[string]any:
		if strings.EqualFold(str(v["type"]), "SecureString") { // of what the property around it is called
			w.value(path, v["value"], depth, decoded, nested+1)
			return
		}
		// {"name": "DB_PASSWORD", "value": "…"}, as containers write it.
		name := cmp.Or(str(v["name"]), str(v["Name"]), str(v["key"]), str(v["Key"]))
		for _, k := range sortedKeys(v) {
			at := join(path, k)
			if name != "" && strings.EqualFold(k, "value") {
				at = join(path, name)
			}
			w.value(at, v[k], depth, decoded, nested+1)
		}
	}
}

func str(v any) string { s, _ := v.(string); return s }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func sortedKeys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func firstByte(s string) byte {
	for i := range len(s) {
		if c := s[i]; c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}

func lastPart(path string) string {
	return path[strings.LastIndexByte(path, '.')+1:]
}

// unpack decodes base64, and what was compressed under it, if the result is
// text. Short values are left alone: too many words are valid base64.
func unpack(path, text string) (string, bool) {
	named := strings.Contains(path, "base64") || strings.Contains(path, "user_data")
	if len(text) < 16 || len(text) > maxText || !named && len(text) < 40 || strings.ContainsAny(text, " \t{}:<>$") {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(text) // which skips line ends
	if err != nil {
		if raw, err = base64.RawStdEncoding.DecodeString(text); err != nil {
			return "", false
		}
	}
	if bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		zr, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return "", false
		}
		if raw, err = io.ReadAll(io.LimitReader(zr, maxText)); err != nil {
			return "", false
		}
	}
	if !utf8.Valid(raw) {
		return "", false
	}
	control := 0
	for _, c := range raw {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			control++
		}
	}
	return string(raw), control == 0 && len(raw) > 0
}
