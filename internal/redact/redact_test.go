package redact

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const hidden = "hunter22"

func TestText(t *testing.T) {
	for _, s := range []string{
		"curl -u admin:hunter22 http://x", "mysql -u root -phunter22", "--password=hunter22", "--token hunter22", "PASSWORD: hunter22", "https://bob:hunter22@example.com/",
		"Authorization: Bearer hunter22hunter22", "sshpass -p hunter22 ssh x", "GET /?api_key=hunter22&x=1", "MYSQL_PWD=hunter22 mysql", `password = "correct hunter22 horse"`,
		"postgres://app:p@hunter22@db/x", "aws_secret_access_key = hunter22", "wpa-psk=hunter22", "root:$6$salt$hunter22hunter22:1:", "key: zX9hunter22Qk3LmN0pVb7Tr5Ws",
		"-----BEGIN RSA PRIVATE KEY-----\nhunter22\n-----END RSA PRIVATE KEY-----\n", "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter22\n",
	} {
		if got := Text(s); strings.Contains(got, hidden) || !strings.Contains(got, Cut) {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	for _, s := range []string{
		"sshd: Failed password for root from 203.0.113.7 port 22 ssh2", "TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/id", "passwd:         files systemd",
		"password: no", "bob ALL=(ALL) NOPASSWD: /usr/bin/apt", "ExecStart=/usr/lib/systemd/systemd-networkd-wait-online", "root=UUID=2f1d7c3a-8b1e-4c3d-9a7e-1f2e3d4c5b6a", "/usr/bin/dpkg --status-fd 27 --unpack --auto-deconfigure",
		"https://example.com:8443/a@b",
	} {
		if Text(s) != s {
			t.Errorf("%q becomes %q", s, Text(s))
		}
	}
}

func TestConfig(t *testing.T) {
	for _, s := range []string{"requirepass hunter22", "  password hunter22\n", "rocommunity hunter22", "secret \"hunter22\"", "db_password: hunter22"} {
		if got := Config(s); strings.Contains(got, hidden) || !strings.Contains(got, Cut) {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	for _, s := range []string{
		"PasswordAuthentication yes", "PermitRootLogin prohibit-password", "password required pam_unix.so sha512", "password\t[success=1 default=ignore]\tpam_unix.so", "passwd: files",
		"# the password stands elsewhere", "password requisite pam_pwquality.so retry=3",
	} {
		if Config(s) != s {
			t.Errorf("%q becomes %q", s, Config(s))
		}
	}
}

func TestArgs(t *testing.T) {
	for _, c := range [][]string{
		{"mysql", "-u", "root", "-phunter22"},
		{"/usr/bin/mysqldump", "-phunter22", "db"},
		{"x", "--password", "hunter22"},
		{"x", "--db-password", "hunter22"},
		{"x", "--password=hunter22"},
		{"sshpass", "-p", "hunter22", "ssh"},
		{"sshpass", "-phunter22", "ssh"},
		{"curl", "-u", "me:hunter22", "x"},
		{"curl", "-H", "Authorization: Basic hunter22"},
		{"sh", "-c", "mysql -phunter22 <x"},
		{"env", "TOKEN=hunter22", "x"},
		{"redis-cli", "-a", "hunter22"},
		{"git", "clone", "https://me:hunter22@host/x"},
		{"aws", "configure", "set", "aws_secret_access_key=hunter22"},
		{"x", "-token", "hunter22"},
	} {
		got := Args(c)
		if len(got) != len(c) || got[0] != c[0] || strings.Contains(strings.Join(got, " "), hidden) || !strings.Contains(strings.Join(got, " "), Cut) {
			t.Errorf("%q becomes %q", c, got)
		}
	}
	for _, c := range [][]string{{"ssh", "-p", "2222", "host"}, {"docker", "run", "-p", "80:80", "nginx"}, {"mysql", "-u", "root", "-p"}, {"chown", "-R", "root:root", "/x"}, {"ps", "-u", "root"}, nil} {
		if got := Args(c); !slices.Equal(got, c) {
			t.Errorf("%q becomes %q", c, got)
		}
	}
}

// Whatever stands around a password of each form, it is cut out; and what is cut once stays as it is.
func FuzzText(f *testing.F) {
	f.Add("a", "b")
	f.Add("x=", "&")
	f.Add("https://u:p@h/ \x00", "\n-----BEGIN PRIVATE KEY-----")
	const value = "zq7WvK2m9"
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, value) || len(before)+len(after) > 10000 {
			return
		}
		for _, form := range []string{"--password=" + value, "token=" + value, "https://user:" + value + "@host/", "Authorization: Bearer " + value} {
			for _, cut := range []func(string) string{Text, Config} {
				got := cut(before + " " + form + " " + after)
				if strings.Contains(got, value) {
					t.Errorf("%q is left in %q", form, got)
				}
				if utf8.ValidString(before) && utf8.ValidString(after) && !utf8.ValidString(got) {
					t.Errorf("%q is no text", got)
				}
			}
		}
		for _, got := range [][]string{Args([]string{before, "--password", value, after}), Args([]string{before, after, "--password=" + value})} {
			if strings.Contains(strings.Join(got, "\x00"), value) {
				t.Errorf("%q", got)
			}
		}
	})
}
