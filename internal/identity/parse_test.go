package identity

import (
	"strings"
	"testing"
)

func TestToken(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		s := newToken()
		if !validToken(s) || seen[s] || len(s) != 40 {
			t.Fatalf("%q", s)
		}
		seen[s] = true
		for k := range s { // a slip anywhere is seen without asking the database
			c := byte('x')
			if s[k] == 'x' {
				c = 'y'
			}
			if validToken(s[:k] + string(c) + s[k+1:]) {
				t.Fatalf("%q passes with a slip at %d", s, k)
			}
		}
	}
}

func FuzzToken(f *testing.F) {
	f.Add(newToken())
	f.Add("dmc_")
	f.Add("dmc_" + strings.Repeat("0", 36))
	f.Fuzz(func(t *testing.T, s string) {
		if validToken(s) && (len(s) != tokenLength || checksum(s[:34]) != s[34:] || strings.ContainsAny(s, " \x00-")) {
			t.Errorf("%q passes", s)
		}
	})
}

func FuzzPHC(f *testing.F) {
	good, err := Hashing{Memory: 64, Passes: 1, Threads: 1}.hash("x")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		h, salt, key, err := parsePHC(s)
		if err != nil {
			return
		}
		if h.Memory > 256<<10 || h.Passes > 16 || h.Passes < 1 || h.Threads > 16 || h.Threads < 1 || len(salt) < 8 || len(key) < 16 {
			t.Errorf("%q passes as %+v", s, h)
		}
		if !strings.HasPrefix(s, h.prefix()) {
			t.Errorf("%q is written otherwise than %q", s, h.prefix())
		}
	})
}

func TestHashing(t *testing.T) {
	today, older := Hashing{Memory: 64, Passes: 2, Threads: 1}, Hashing{Memory: 64, Passes: 1, Threads: 1}
	phc, err := older.hash("secret")
	if err != nil {
		t.Fatal(err)
	}
	if ok, outdated, err := today.matches("secret", phc); !ok || !outdated || err != nil {
		t.Errorf("an older hash: %v, %v, %v", ok, outdated, err)
	}
	if ok, outdated, err := older.matches("secret", phc); !ok || outdated || err != nil {
		t.Errorf("a hash of today: %v, %v, %v", ok, outdated, err)
	}
	if ok, _, err := today.matches("Secret", phc); ok || err != nil {
		t.Errorf("another password: %v, %v", ok, err)
	}
	again, err := older.hash("secret")
	if err != nil || again == phc {
		t.Errorf("two hashes are the same, %v", err)
	}
	for _, bad := range []string{
		"", "plain", strings.Replace(phc, "argon2id", "argon2i", 1), strings.Replace(phc, "v=19", "v=16", 1),
		strings.Replace(phc, "m=64", "m=064", 1), strings.Replace(phc, "m=64", "m=99999999", 1), strings.Replace(phc, "t=1", "t=0", 1), phc + "=", phc + "$",
	} {
		if _, _, err := today.matches("secret", bad); err == nil {
			t.Errorf("%q is taken for a hash", bad)
		}
	}
	if DefaultHashing.Memory < 19<<10 || DefaultHashing.Passes < 2 {
		t.Errorf("the default is %+v, less than what OWASP recommends", DefaultHashing)
	}
}

func TestPasswordRules(t *testing.T) {
	for p, ok := range map[string]bool{
		"lamp orchid seventeen rivers": true,
		"vKq3!xT9pLw2":                 true,
		"дванадцять слонів":            true,
		"password483920175638":         true, // twelve digits of chance are good
		strings.Repeat("aB3$xy7 ", 16): true,

		"":                                   false,
		"vKq3!xT9pLw":                        false, // eleven
		strings.Repeat("é", 11):              false,
		strings.Repeat("aB3$xy7 ", 16) + "z": false, // 129
		"q1w2e3r4t5y6":                       false, // common
		"QWERTY123456":                       false,
		"password1234":                       false, // a common one, made longer
		"1234password!":                      false,
		"passwordpassword":                   false,
		"aaaaaaaaaaaaaa":                     false,
		"abcabcabcabc":                       false,
		"abcdefghijklmnop":                   false,
		"ponmlkjihgfedcba":                   false,
		"ada@shop.test":                      false, // what is known of the person
		"adalovelace99":                      false,
		"demarc-demarc-1":                    false,
		"lamp orchid \xff\xfe":               false,
	} {
		if err := validPassword(p, "adalovelace", "shop.test", "ada@shop.test", "ada", "demarc"); (err == nil) != ok {
			t.Errorf("%q: %v", p, err)
		}
	}
	if n := len(common()); n < 15000 {
		t.Errorf("the list has %d passwords", n)
	}
}

func TestEmail(t *testing.T) {
	for s, ok := range map[string]bool{
		"ada@example.com": true, "Ada.Lovelace+x@Example.co.uk": true, "ada@localhost": true,
		"": false, "ada": false, "ada@": false, "@x.com": false, "Ada <ada@example.com>": false, "<ada@example.com>": false,
		"a b@example.com": false, "\"a b\"@example.com": false, "ada@example.com ": false, strings.Repeat("a", 250) + "@x.com": false,
	} {
		if err := validEmail(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
	if fold("Ada@EXAMPLE.com") != "ada@example.com" || domain("ada@example.com") != "example.com" {
		t.Error("addresses are not folded")
	}
}

func TestLocalPath(t *testing.T) {
	for s, want := range map[string]string{
		"/": "/", "/findings?x=1#y": "/findings?x=1#y", "": "/", "//evil.test": "/", "https://evil.test/": "/", "/\\evil.test": "/",
		"javascript:alert(1)": "/", "findings": "/", "/\t/evil.test": "/", "/x\r\nSet-Cookie: a": "/",
	} {
		if got := localPath(s); got != want {
			t.Errorf("localPath(%q) = %q, want %q", s, got, want)
		}
	}
}
