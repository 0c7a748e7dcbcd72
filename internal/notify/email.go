package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// email sends mail by SMTP.
type email struct {
	n        *Notify
	config   Config
	password string
}

func (s *email) send(ctx context.Context, m *message) (receipt, error) {
	msg, err := s.compose(m)
	if err != nil {
		return receipt{}, err
	}
	options := []mail.Option{
		mail.WithPort(s.config.Port), mail.WithTimeout(patience / 2), mail.WithDialContextFunc(s.dial), mail.WithTLSConfig(s.tls()),
	}
	if s.config.Security == "starttls" {
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	} else {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS)) // or it is TLS from the beginning
	}
	if s.config.User != "" {
		options = append(options, mail.WithSMTPAuthCustom(&chosenAuth{user: s.config.User, password: s.password, host: s.config.Host}))
	}
	c, err := mail.NewClient(s.config.Host, options...)
	if err != nil {
		return receipt{}, err
	}
	err = c.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() { // what went wrong did so after the server took it
		return receipt{}, nil
	}
	return receipt{}, answered(err)
}

func (s *email) tls() *tls.Config {
	return &tls.Config{ServerName: s.config.Host, RootCAs: s.n.Roots, MinVersion: tls.VersionTLS12}
}

// dial connects within the policy, begins TLS at once where the channel does,
// and lets nothing take longer than the attempt.
func (s *email) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := s.n.Outbound.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if at, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(at); err != nil {
			conn.Close()
			return nil, err
		}
	}
	if s.config.Security != "tls" {
		return conn, nil
	}
	secure := tls.Client(conn, s.tls())
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// chosenAuth signs in by the best way that the server offers.
type chosenAuth struct {
	user, password, host string
	smtp.Auth
}

// Start implements smtp.Auth.
func (a *chosenAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	for _, way := range []struct {
		name string
		auth smtp.Auth
	}{
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(a.user, a.password)},
		{"PLAIN", smtp.PlainAuth("", a.user, a.password, a.host, false)},
		{"LOGIN", smtp.LoginAuth(a.user, a.password, a.host, false)},
	} {
		if slices.Contains(server.Auth, way.name) {
			a.Auth = way.auth
			return a.Auth.Start(server)
		}
	}
	return "", nil, &SendError{Text: "the mail server offers no way to sign in that Demarc knows", Final: true}
}

// compose writes the mail. Its Message-ID is the same at each attempt.
func (s *email) compose(m *message) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(s.config.From); err != nil {
		return nil, invalid("the sender is no mail address")
	}
	if err := msg.To(s.config.To...); err != nil {
		return nil, invalid("a recipient is no mail address")
	}
	domain := "demarc.invalid"
	if from := msg.GetFrom(); len(from) == 1 {
		if _, at, ok := strings.Cut(from[0].Address, "@"); ok {
			domain = at
		}
	}
	msg.SetMessageIDWithValue(m.Key + "@" + domain)
	msg.SetDateWithValue(m.Created)
	msg.Subject(m.Subject())
	msg.SetUserAgent("Demarc")
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Form == Single && m.first().Thread != "" {
		msg.SetGenHeader("References", "<"+keyOf("mail", m.first().Thread)+"@"+domain+">")
	}
	text, err := m.Text()
	if err != nil {
		return nil, err
	}
	html, err := m.HTML()
	if err != nil {
		return nil, err
	}
	msg.SetBodyString(mail.TypeTextPlain, text)
	msg.AddAlternativeString(mail.TypeTextHTML, html)
	return msg, nil
}

// answered tells whether a mail server that said no would say so again.
func answered(err error) error {
	if err == nil {
		return nil
	}
	f := &SendError{Text: fmt.Sprint("the mail server was not reached: ", said(err, ""))}
	if e, ok := errors.AsType[*mail.SendError](err); ok {
		f.Text, f.Final = fmt.Sprint("the mail server said no: ", said(e, "")), !e.IsTemp() && e.ErrorCode() >= 500
	} else if e, ok := errors.AsType[*textproto.Error](err); ok {
		f.Text = fmt.Sprint("the mail server said no: ", said(e, ""))
	}
	return f
}
