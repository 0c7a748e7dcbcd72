package notify

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// mailServer speaks SMTP (RFC 5321) with STARTTLS or TLS, and AUTH PLAIN.
type mailServer struct {
	listener net.Listener
	tls      *tls.Config
	implicit bool   // TLS from the beginning
	auth     string // user and password it asks for, by NUL

	mu     sync.Mutex
	say    map[string]string // answers to verbs, instead of the usual ones
	mails  []string
	from   []string
	rcpt   []string
	secure []bool
}

func (w *world) mailServer(implicit bool, auth string) *mailServer {
	cert := httptest.NewUnstartedServer(nil)
	cert.StartTLS() // for its certificate
	w.t.Cleanup(cert.Close)
	w.Roots.AddCert(cert.Certificate())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	s := &mailServer{listener: l, tls: &tls.Config{Certificates: cert.TLS.Certificates}, implicit: implicit, auth: auth, say: map[string]string{}}
	w.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c)
		}
	}()
	return s
}

func (s *mailServer) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

func (s *mailServer) serve(c net.Conn) {
	defer func() { c.Close() }()
	secure := s.implicit
	if secure {
		c = tls.Server(c, s.tls)
	}
	r := textproto.NewReader(bufio.NewReader(c))
	answer := func(line string) { io.WriteString(c, line+"\r\n") } //nolint:errcheck // the client sees it
	answer("220 mail.test ESMTP")
	signed := s.auth == ""
	for {
		line, err := r.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		s.mu.Lock()
		say, odd := s.say[verb]
		s.mu.Unlock()
		if odd {
			answer(say)
			continue
		}
		switch verb {
		case "EHLO":
			answer("250-mail.test")
			if !secure {
				answer("250-STARTTLS")
			} else if s.auth != "" {
				answer("250-AUTH LOGIN PLAIN")
			}
			answer("250 8BITMIME")
		case "STARTTLS":
			answer("220 go ahead")
			c = tls.Server(c, s.tls)
			r, secure = textproto.NewReader(bufio.NewReader(c)), true
		case "AUTH":
			_, given, _ := strings.Cut(rest, " ")
			b, err := base64.StdEncoding.DecodeString(given)
			if signed = secure && err == nil && string(b) == "\x00"+s.auth; signed {
				answer("235 ok")
			} else {
				answer("535 no")
			}
		case "MAIL":
			if !signed {
				answer("530 sign in")
				continue
			}
			s.mu.Lock()
			s.from = append(s.from, rest)
			s.mu.Unlock()
			answer("250 ok")
		case "RCPT":
			s.mu.Lock()
			s.rcpt = append(s.rcpt, rest)
			s.mu.Unlock()
			answer("250 ok")
		case "DATA":
			answer("354 go on")
			lines, err := r.ReadDotBytes()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.mails, s.secure = append(s.mails, string(lines)), append(s.secure, secure)
			after := s.say["END"]
			s.mu.Unlock()
			if after == "hang up" {
				return
			}
			answer("250 taken")
		case "QUIT":
			answer("221 bye")
			return
		default:
			answer("250 ok")
		}
	}
}

func (s *mailServer) set(verb, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if line == "" {
		delete(s.say, verb)
	} else {
		s.say[verb] = line
	}
}

func (s *mailServer) got() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.mails...)
}

// parts are the texts of a mail by their type.
func parts(t *testing.T, text string) (*mail.Message, map[string]string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	out := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m, out
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(p)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = strings.ReplaceAll(string(b), "\r\n", "\n")
	}
}

func TestMail(t *testing.T) {
	for _, security := range []string{"starttls", "tls"} {
		t.Run(security, func(t *testing.T) {
			w := newWorld(t, storetest.SQLite(t))
			s := w.mailServer(security == "tls", "robot\x00pass word")
			c := w.channel(Channel{Kind: Email, Config: Config{
				Host: "127.0.0.1", Port: s.port(), Security: security, User: "robot", From: "Demarc <demarc@shop.test>", To: []string{"ada@shop.test", "Bob <bob@shop.test>"},
			}}, "pass word")
			w.rule(Rule{Channels: []int64{c.ID}})
			item := w.finding(inventory.FindingNew, "f1", "high")
			item.Title = "Public\r\nBcc: evil@x.test\r\n\r\n<script>alert(1)</script> bücket"
			w.work()
			got := s.got()
			if len(got) != 1 || !s.secure[0] {
				t.Fatalf("%d mails; %+v", len(got), w.deliveries())
			}
			if strings.Join(s.rcpt, " ") != "TO:<ada@shop.test> TO:<bob@shop.test>" || !strings.HasPrefix(s.from[0], "FROM:<demarc@shop.test>") {
				t.Errorf("from %v to %v", s.from, s.rcpt)
			}
			m, texts := parts(t, got[0])
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			if err != nil || !strings.HasPrefix(subject, "[high] A finding is new: Public  Bcc: evil@x.test") || m.Header.Get("Bcc") != "" || !strings.Contains(subject, "bücket") {
				t.Errorf("subject %q, %v, headers %v", subject, err, m.Header)
			}
			for _, want := range []string{"aws_s3_bucket.logs", "live/storage.tf:12", "Access to data", "customer, team payments", "Set block_public_acls = true.", "https://demarc.test/findings/21"} {
				for kind, text := range texts {
					if !strings.Contains(text, want) {
						t.Errorf("%s does not say %q:\n%s", kind, want, text)
					}
				}
			}
			if h := texts["text/html"]; strings.Contains(h, "<script") || !strings.Contains(h, "&lt;script") {
				t.Errorf("HTML is not escaped: %s", h)
			}
			if m.Header.Get("Message-Id") == "" || m.Header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("%v", m.Header)
			}
		})
	}
}

func TestMailFaults(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	s := w.mailServer(false, "")
	c := w.channel(Channel{Kind: Email, Config: Config{Host: "127.0.0.1", Port: s.port(), From: "demarc@shop.test", To: []string{"ada@shop.test"}}}, "")
	w.rule(Rule{Channels: []int64{c.ID}})
	// Busy, then it hangs up after it took the mail, then all is well: the same
	// mail, by its id.
	s.set("RCPT", "451 later")
	w.finding(inventory.FindingNew, "f1", "high")
	w.work()
	if d := w.deliveries(Waiting); len(d) != 1 || !strings.Contains(d[0].Problem, "451") {
		t.Fatalf("%+v", w.deliveries())
	}
	s.set("RCPT", "")
	s.set("END", "hang up")
	w.pass(maxPause)
	w.work()
	s.set("END", "")
	w.pass(maxPause)
	w.work()
	got := s.got()
	if len(got) != 2 {
		t.Fatalf("%d mails; %+v", len(got), w.deliveries())
	}
	a, _ := parts(t, got[0])
	b, _ := parts(t, got[1])
	if a.Header.Get("Message-Id") != b.Header.Get("Message-Id") || a.Header.Get("Date") != b.Header.Get("Date") {
		t.Errorf("%q and %q", a.Header.Get("Message-Id"), b.Header.Get("Message-Id"))
	}
	if d := w.deliveries(Sent); len(d) != 1 || d[0].Attempt != 3 {
		t.Errorf("%+v", d)
	}
	// An address that does not exist stays so.
	s.set("RCPT", "550 no such user")
	w.finding(inventory.FindingNew, "f2", "high")
	w.work()
	if d := w.deliveries(Dead); len(d) != 1 || !strings.Contains(d[0].Problem, "no such user") {
		t.Errorf("%+v", d)
	}
	// What goes wrong after the mail was taken is no failure.
	s.set("RCPT", "")
	s.set("RSET", "451 no")
	w.finding(inventory.FindingNew, "f3", "high")
	w.work()
	if d := w.deliveries(Sent); len(d) != 2 {
		t.Errorf("%+v", w.deliveries())
	}
	// A server without STARTTLS gets nothing.
	s.set("EHLO", "250 mail.test")
	s.set("RSET", "")
	before := len(s.got())
	if err := w.Test(t.Context(), w.admin(), c.ID); err == nil || !strings.Contains(err.Error(), "STARTTLS") || len(s.got()) != before {
		t.Errorf("without TLS: %v", err)
	}
}

// A server that accepts and says nothing does not hold an attempt for ever.
func TestMailSilent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w := newWorld(t, storetest.SQLite(t))
	e := &email{n: w.Notify, config: Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: "none", From: "a@b.c", To: []string{"a@b.c"}}}
	ctx, cancel := timeout(t, 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if _, err := e.send(ctx, &message{Key: "k", Form: Single, Events: []Event{{Title: "x"}}}); err == nil || time.Since(begun) > 10*time.Second {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
}

// syslogServer takes messages by TCP or TLS, with their length before them.
func syslogServer(t *testing.T, config *tls.Config) (int, func() []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if config != nil {
		l = tls.NewListener(l, config)
	}
	var mu sync.Mutex
	var got []string
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for r := bufio.NewReader(c); ; {
					n, err := r.ReadString(' ')
					if err != nil {
						return
					}
					size, err := strconv.Atoi(strings.TrimSpace(n))
					if err != nil {
						return
					}
					b := make([]byte, size)
					if _, err := io.ReadFull(r, b); err != nil {
						return
					}
					mu.Lock()
					got = append(got, string(b))
					mu.Unlock()
				}
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, func() []string { mu.Lock(); defer mu.Unlock(); return append([]string(nil), got...) }
}
