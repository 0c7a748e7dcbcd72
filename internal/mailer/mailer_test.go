package mailer

import "testing"

// What names no mail server, or one in the open, is told.
func TestParse(t *testing.T) {
	for _, text := range []string{
		"", "mail.example.com", "http://mail.example.com?from=a@b.test", "smtp://?from=a@b.test", "smtp://mail.example.com", "smtp://mail.example.com?from=nobody",
		"smtp://mail.example.com?from=a@b.test&tls=none", "smtp://192.0.2.1?from=a@b.test&tls=none", "smtp://mail.example.com:x?from=a@b.test",
	} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	for _, text := range []string{"smtp://u:p@mail.example.com:587?from=a@b.test", "smtps://mail.example.com?from=a@b.test", "smtp://127.0.0.1:25?from=a@b.test&tls=none"} {
		if m, err := Parse(text); err != nil || m.From != "a@b.test" {
			t.Errorf("%q: %v", text, err)
		}
	}
}
