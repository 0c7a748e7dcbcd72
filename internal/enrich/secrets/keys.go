package secrets

import (
	"math"
	"regexp"
	"strings"
	"unicode"
)

// Judge tells whether a value is a credential in clear, given the key it
// stands under. It returns the rule's name, or "" when it is none: the key
// names no secret, or the value is a reference, a name or a placeholder.
func Judge(key, value string) string {
	kind := keyKind(key)
	if kind == notSecret {
		return ""
	}
	rule := judgeValue(value, kind == token)
	switch {
	case rule == "" || rule == defaultPassword:
		if rule == defaultPassword && kind != password {
			return ""
		}
		return rule
	case kind == password:
		return "password"
	default:
		return "secret-by-name"
	}
}

const defaultPassword = "default-password"

type kind int

const (
	notSecret kind = iota
	password       // short values count
	token          // only long or random values count
)

// keyKind reads a key such as DB_PASSWORD, dbPassword or x-api-key.
func keyKind(key string) kind {
	ws := words(key)
	if len(ws) == 2 && ws[0] == "secure" && ws[1] == "string" { // Azure's: its author says that it is secret
		return password
	}
	// A word after the secret one says that the value is about a secret, not
	// the secret itself: TOKEN_URL, SECRET_ARN, PASSWORD_MIN_LENGTH.
	for len(ws) > 1 && carrier[ws[len(ws)-1]] {
		ws = ws[:len(ws)-1]
	}
	if len(ws) == 0 {
		return notSecret
	}
	last := ws[len(ws)-1]
	before := ""
	if len(ws) > 1 {
		before = ws[len(ws)-2]
	}
	switch {
	case passwordWords[last], last == "echo" && before == "no": // CloudFormation's NoEcho: its author says that it is secret
		return password
	case tokenWords[last] && !publicWords[before]:
		return token
	case last == "key" && keyWords[before]:
		return token
	}
	return notSecret
}

var (
	passwordWords = set("password passwd passwort passphrase pwd pass dbpass dbpassword mysqlpwd")
	tokenWords    = set("secret token apikey secretkey privatekey accesskey credential credentials secrets authtoken clientsecret saskey")
	keyWords      = set("api secret private access encryption signing auth master account storage shared preshared license service app principal function subscription policy primary secondary sas")
	publicWords   = set("public csrf xsrf next page pagination continuation")
	carrier       = set("string value text plaintext base64 b64 raw default prod production staging dev test live")
)

func set(list string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// words cuts a key at separators, and where small letters turn to capitals.
func words(key string) []string {
	var out []string
	var cur []rune
	end := func() {
		if len(cur) > 0 {
			out, cur = append(out, strings.ToLower(string(cur))), cur[:0]
		}
	}
	rs := []rune(key)
	for i, c := range rs {
		switch {
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
			end()
			continue
		case unicode.IsUpper(c) && i > 0 && (unicode.IsLower(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1]) && unicode.IsUpper(rs[i-1])):
			end()
		}
		cur = append(cur, c)
	}
	end()
	// DB_PASSWORD_1, SECRET2: a number changes nothing.
	for i, w := range out {
		if t := strings.TrimRight(w, "0123456789"); t != "" && w != "b64" && w != "base64" {
			out[i] = t
		}
	}
	if n := len(out); n > 1 && strings.Trim(out[n-1], "0123456789") == "" {
		out = out[:n-1]
	}
	return out
}

// judgeValue tells what a value could be as a secret. With strict, it must
// also look random.
func judgeValue(v string, strict bool) string {
	v = strings.Trim(strings.TrimSpace(v), `"'`)
	lower := strings.ToLower(v)
	switch {
	case len(v) < 3 || len(v) > 4096:
		return ""
	case weak[lower]:
		return defaultPassword
	case placeholder.MatchString(lower) || repeats(v):
		return ""
	case strings.ContainsRune(v, '\uE000'): // a part comes from elsewhere
		return ""
	case reference.MatchString(v):
		return ""
	case strings.ContainsAny(v, " \t\n") && len(strings.Fields(v)) > 2: // prose or a command
		return ""
	case filePath.MatchString(v) || settings[lower]:
		return ""
	case nameLike.MatchString(v): // the name of a secret: prod/db/password
		return ""
	}
	if !strict {
		if len(v) < 4 {
			return ""
		}
		return "password"
	}
	if len(v) < 12 || entropy(v) < 2.8 || !mixed(v) {
		return ""
	}
	return "secret-by-name"
}

var (
	weak = set("changeme change_me change-me changeit password password1 password123 passw0rd p@ssw0rd p@ssword " +
		"admin admin123 root toor letmein welcome welcome1 123456 12345678 123456789 1234567890 qwerty abc123 " +
		"secret secret123 default guest test1234 postgres mysql mariadb oracle foobar hunter2 supersecret")
	settings = set("true false yes no none null nil enabled disabled required optional auto default on off basic bearer " +
		"plain plaintext aws iam aes256 aws:kms unset undefined n/a na")

	// placeholder matches what examples and templates put in a secret's place.
	placeholder = regexp.MustCompile(`^<.*>$|^\[.*\]$|^\{\{.*\}\}$|^%.*%$|^__.*__$|^x{3,}|^\*{3,}|^\.{3,}|^-+$|` +
		`\byour[-_ ]|^(todo|tbd|fixme|redacted|placeholder|dummy|example|sample|none|null|unknown|replace[-_]?me|insert|to[-_]be|set[-_]?me|fill[-_]?me|ignored|unused|not[-_]?used|managed[-_]|rotated|stored|see[-_])|redacted|placeholder|replaceme|_here$|-here$`)

	// reference matches values that only tell where the secret is.
	reference = regexp.MustCompile(`(?i)^(arn:aws|vault[:/]|op://|ref\+|ssm:|secretsmanager:|secret://|sm://|gcp?-?sm:|akv:|keyvault|projects/|file:|env:|env\.|https?://[^\s:@]+$|\{\{\s*resolve:|!ref|!sub|fn::|\$\(|\$\{|\$[a-z_]|%[({]|@microsoft\.keyvault|data\.|var\.|local\.|module\.|each\.|aws_|random_|/aws/|valuefrom)`)

	filePath = regexp.MustCompile(`^(~|\.{1,2})?/[\w.@+-]+(/[\w.@+-]+)*/?$|^[A-Za-z]:\\|^[\w./-]+\.(pem|key|crt|json|ya?ml|txt|conf|env|jks|p12|pfx|tfvars)$`)

	// nameLike matches names of secrets: words joined by separators of which
	// one says secret, and nothing random in them.
	nameLike = regexp.MustCompile(`(?i)^[a-z]+([-_/.:][a-z]{2,}[0-9]?)*[-_/.:]?(password|passwd|secrets?|token|key|credentials?|apikey|creds)([-_/.:][a-z]{2,}[0-9]?)*$`)
)

func repeats(v string) bool {
	for i := 1; i < len(v); i++ {
		if v[i] != v[0] {
			return false
		}
	}
	return true
}

// mixed reports whether the value has digits as well as letters, or capitals
// inside: words have neither.
func mixed(v string) bool {
	var digit, lower, upper bool
	for _, c := range v {
		digit = digit || unicode.IsDigit(c)
		lower = lower || unicode.IsLower(c)
		upper = upper || unicode.IsUpper(c)
	}
	return digit && (lower || upper) || lower && upper && len(v) >= 16
}

// entropy is Shannon's, in bits per byte.
func entropy(s string) float64 {
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	h := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			h -= p * math.Log2(p)
		}
	}
	return h
}
