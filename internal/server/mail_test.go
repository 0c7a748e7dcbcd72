package server

import (
	"bufio"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/tenant"
)

// letters is a mail server that keeps what it gets.
type letters struct {
	t    *testing.T
	url  string
	come chan string
}

func newLetters(t *testing.T) *letters {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	out := &letters{t, "smtp://" + l.Addr().String() + "?tls=none&from=demarc@demarc.test", make(chan string, 20)}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go out.serve(c)
		}
	}()
	return out
}

func (l *letters) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewScanner(c)
	say := func(s string) { io.WriteString(c, s+"\r\n") } //nolint:errcheck // the client sees it
	say("220 mail.test ESMTP")
	var text strings.Builder
	data := false
	for in.Scan() {
		line := in.Text()
		switch {
		case data && line == ".":
			data = false
			body, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(text.String())))
			l.come <- string(body)
			text.Reset()
			say("250 ok")
		case data:
			text.WriteString(line + "\r\n")
		case strings.HasPrefix(line, "DATA"):
			data = true
			say("354 go on")
		case strings.HasPrefix(line, "QUIT"):
			say("221 bye")
			return
		default:
			if strings.HasPrefix(line, "RCPT") {
				text.WriteString(line + "\r\n")
			}
			say("250 ok")
		}
	}
}

// next is the mail that comes to an address.
func (l *letters) next(to string) string {
	l.t.Helper()
	select {
	case m := <-l.come:
		if !strings.Contains(m, "RCPT TO:<"+to+">") {
			l.t.Fatalf("the mail is not to %s: %s", to, m)
		}
		return m
	case <-time.After(20 * time.Second):
		l.t.Fatalf("no mail comes to %s", to)
		return ""
	}
}

// none says that no mail comes.
func (l *letters) none() {
	l.t.Helper()
	select {
	case m := <-l.come:
		l.t.Errorf("a mail comes: %s", m)
	case <-time.After(300 * time.Millisecond):
	}
}

func (l *letters) code(mail string) string {
	l.t.Helper()
	m := regexp.MustCompile(`\?code=([A-Z0-9]+)`).FindStringSubmatch(mail)
	if m == nil {
		l.t.Fatalf("the mail has no link: %s", mail)
	}
	return m[1]
}

// A forgotten password is set anew by a link that comes by mail, holds once
// and for an hour, and ends all sessions; nobody learns who has an account.
func TestForgottenPassword(t *testing.T) {
	eachServer(t, func(t *testing.T, s *Server) {
		_, ada := s.organisation(t, "shop", "Shop")
		b := s.browser(t)
		b.want("without mail", b.get("/forgotten"), http.StatusOK, "An administrator of your organisation")
		b.want("without mail, all the same", b.post("/forgotten", url.Values{"email": {"ada@shop.test"}}), http.StatusUnprocessableEntity, "sends no mail")
		ada.want("the account without mail", ada.get("/account"), http.StatusOK, "sends no mail")
	})
	c, l := &clock{}, newLetters(t)
	eachServerAs(t, Config{Now: c.now, Mail: l.url}, func(t *testing.T, s *Server) {
		l.t = t
		_, ada := s.organisation(t, "shop", "Shop")
		b := s.browser(t)
		ask := func(email string) answered {
			t.Helper()
			return b.post("/forgotten", url.Values{"email": {email}})
		}
		known, unknown := ask("Ada@shop.test"), ask("eve@shop.test")
		if known.status != http.StatusOK || strings.ReplaceAll(known.body, "Ada@shop.test", "eve@shop.test") != unknown.body || known.status != unknown.status {
			t.Errorf("the answers differ: %d and %d", known.status, unknown.status)
		}
		code := l.code(l.next("ada@shop.test"))
		l.none()
		b.want("the link", b.get("/password?code="+code), http.StatusOK, "A new password")
		fresh := "granite willow thirteen canoes"
		b.want("too short", b.post("/password", url.Values{"code": {code}, "password": {"short"}}), http.StatusUnprocessableEntity, "")
		b.want("set", b.post("/password", url.Values{"code": {code}, "password": {fresh}}), http.StatusOK, "Your password is changed")
		b.want("again", b.post("/password", url.Values{"code": {code}, "password": {fresh}}), http.StatusUnprocessableEntity, "does not hold any more")
		if a := ada.get("/account"); !strings.HasPrefix(a.at, "/sign-in") {
			t.Errorf("the session from before is at %s", a.at)
		}
		b.want("the old one", b.post("/sign-in", signInForm("ada@shop.test", "")), http.StatusUnprocessableEntity, "did not succeed")
		if a := b.post("/sign-in", url.Values{"email": {"ada@shop.test"}, "password": {fresh}}); a.at != "/" {
			t.Errorf("with the new one: at %s", a.at)
		}
		ask("ada@shop.test")
		late := l.code(l.next("ada@shop.test"))
		c.pass(61 * time.Minute)
		b.want("too late", s.browser(t).get("/password?code="+late), http.StatusUnprocessableEntity, "does not hold any more")
		limited := false
		for range 10 {
			limited = limited || ask("eve@shop.test").status == http.StatusTooManyRequests
		}
		if !limited {
			t.Error("anybody may ask without end")
		}
	})
}

// Another address is taken when the link that is sent there is confirmed; the
// old one is told, and nobody learns whose an address is.
func TestChangeOfAddress(t *testing.T) {
	l := newLetters(t)
	eachServerAs(t, Config{Mail: l.url}, func(t *testing.T, s *Server) {
		l.t = t
		p := s.place(t, "shop")
		ada := p.admin
		ada.join("bea@shop.test", tenant.Viewer, p.root)
		if a := s.browser(t).post("/account/email", url.Values{"email": {"x@shop.test"}}); !strings.HasPrefix(a.at, "/sign-in") {
			t.Errorf("somebody unknown: at %s", a.at)
		}
		ada.want("no address", ada.post("/account/email", url.Values{"email": {"nobody"}}), http.StatusUnprocessableEntity, "address")
		ada.want("somebody's", ada.post("/account/email", url.Values{"email": {"bea@shop.test"}}), http.StatusOK, "is on its way")
		l.next("ada@shop.test")
		l.none()
		ada.want("another", ada.post("/account/email", url.Values{"email": {"ada@fern.test"}}), http.StatusOK, "is on its way")
		if told := l.next("ada@shop.test"); !strings.Contains(told, "ada@fern.test") {
			t.Errorf("the old address is told %s", told)
		}
		code := l.code(l.next("ada@fern.test"))
		b := s.browser(t)
		b.want("the link alone changes nothing", b.get("/address?code="+code), http.StatusOK, "ada@fern.test")
		ada.want("still the old one", ada.get("/account"), http.StatusOK, "ada@shop.test")
		b.want("confirmed", b.post("/address", url.Values{"code": {code}}), http.StatusOK, "Your address is changed")
		b.want("again", b.post("/address", url.Values{"code": {code}}), http.StatusUnprocessableEntity, "does not hold any more")
		l.next("ada@shop.test")
		if a := ada.get("/account"); !strings.HasPrefix(a.at, "/sign-in") {
			t.Errorf("the session from before is at %s", a.at)
		}
		if a := b.post("/sign-in", signInForm("ada@fern.test", "")); a.at != "/" {
			t.Errorf("with the new one: at %s", a.at)
		}
	})
}
