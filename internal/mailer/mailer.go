// Package mailer sends the few mails that are of the installation itself, such
// as a link for a forgotten password, by the operator's SMTP server. What
// organisations are told of their estate is of package notify.
package mailer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// patience is how long sending a mail may take.
const patience = 30 * time.Second

// Mailer sends mail.
type Mailer struct {
	From  string
	Roots *x509.CertPool // whose certificates are believed; nil is the system's

	host     string
	options  []mail.Option
	insecure bool
}

// Parse reads a mailer from a URL such as
// smtp://user:password@mail.example.com:587?from=demarc@example.com, which
// begins TLS before it signs in, or smtps://, which begins with it.
// With ?tls=none there is none, which only an address of this machine may have.
func Parse(text string) (*Mailer, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New("a mail server is named as smtp://user:password@mail.example.com:587?from=demarc@example.com")
	}
	m := &Mailer{From: u.Query().Get("from"), host: u.Hostname()}
	if err := mail.NewMsg().From(m.From); err != nil {
		return nil, errors.New("the URL of the mail server names no sender: add ?from=demarc@example.com")
	}
	port := map[string]int{"smtp": 587, "smtps": 465}[u.Scheme]
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("%q is no port", p)
		}
	}
	m.options = []mail.Option{mail.WithPort(port), mail.WithTimeout(patience)}
	switch {
	case u.Scheme == "smtps":
		m.options = append(m.options, mail.WithSSL())
	case u.Query().Get("tls") == "none":
		if ip := net.ParseIP(m.host); m.host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, errors.New("mail without TLS goes to this machine alone")
		}
		m.insecure = true
		m.options = append(m.options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		m.options = append(m.options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if password, ok := u.User.Password(); ok {
		m.options = append(m.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return m, nil
}

// Send sends a text to one address.
func (m *Mailer) Send(ctx context.Context, to, subject, text string) error {
	msg := mail.NewMsg()
	if err := errors.Join(msg.From(m.From), msg.To(to)); err != nil {
		return fmt.Errorf("writing a mail: %w", err)
	}
	msg.SetMessageID()
	msg.SetDate()
	msg.Subject(subject)
	msg.SetUserAgent("Demarc")
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, text)
	options := m.options
	if !m.insecure {
		options = append(slices.Clip(options), mail.WithTLSConfig(&tls.Config{ServerName: m.host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12}))
	}
	c, err := mail.NewClient(m.host, options...)
	if err != nil {
		return fmt.Errorf("preparing the mail server: %w", err)
	}
	if err := c.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("sending a mail: %w", err)
	}
	return nil
}
