package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// syslog sends each event as a message of RFC 5424 whose text is CEF: over TCP
// and TLS with its length before it (RFC 6587, RFC 5425), over UDP as one
// datagram.
type syslog struct {
	n      *Notify
	config Config
}

// maxDatagram is what every receiver takes of RFC 5426, and most networks too.
const maxDatagram = 2048

// facility of messages: security and authorisation (RFC 5424, 10).
const facility = 10

func (s *syslog) send(ctx context.Context, m *message) (receipt, error) {
	network := "tcp"
	if s.config.Security == "udp" {
		network = "udp"
	}
	conn, err := s.n.Outbound.Dial(ctx, network, net.JoinHostPort(s.config.Host, strconv.Itoa(s.config.Port)))
	if err != nil {
		return receipt{}, err
	}
	defer conn.Close()
	if s.config.Security == "tls" {
		secure := tls.Client(conn, &tls.Config{ServerName: s.config.Host, RootCAs: s.n.Roots, MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			return receipt{}, err
		}
		conn = secure
	}
	if at, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(at); err != nil {
			return receipt{}, err
		}
	}
	for i := range m.Events {
		text := s.format(m, i)
		if network == "udp" {
			text = clip(text, maxDatagram)
		} else {
			text = strconv.Itoa(len(text)) + " " + text
		}
		if _, err := io.WriteString(conn, text); err != nil {
			return receipt{}, err
		}
	}
	return receipt{}, finish(conn)
}

// finish ends a stream and waits for the other side to end it too, which shows
// that what was written got there. A receiver that keeps it open is believed
// after a moment; one that resets it is not.
func finish(conn net.Conn) error {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		return nil // datagrams
	}
	if err := half.CloseWrite(); err != nil {
		return err
	}
	if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, io.LimitReader(conn, 1<<10))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return err
}

// format is an event as a line of syslog.
func (s *syslog) format(m *message, i int) string {
	e := &m.Events[i]
	host := header(hostOf(s.n.PublicURL), 255)
	return fmt.Sprintf("<%d>1 %s %s demarc - %s - %s", facility*8+syslogSeverity(e.Severity), e.At.UTC().Format("2006-01-02T15:04:05.000Z"),
		host, header(e.Kind, 32), s.cef(m, i))
}

// syslogSeverity is that of RFC 5424.
func syslogSeverity(s string) int {
	switch s {
	case "critical":
		return 2
	case "high":
		return 3
	case "medium":
		return 4
	}
	return 5
}

// header is a field of a syslog header: printable ASCII without blanks.
func header(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return '_'
		}
		return r
	}, s)
	if s == "" {
		return "-"
	}
	return s[:min(len(s), most)]
}

// cef is an event in the Common Event Format.
func (s *syslog) cef(m *message, i int) string {
	e := &m.Events[i]
	var b strings.Builder
	fmt.Fprintf(&b, "CEF:0|Demarc|Demarc|%s|%s|%s|%d|", cefHeader(s.n.Version), cefHeader(e.Kind), cefHeader(e.Title), cefSeverity(e.Severity))
	fields := [][2]string{
		{"rt", strconv.FormatInt(e.At.UnixMilli(), 10)},
		{"externalId", m.Key + "-" + strconv.Itoa(i)},
		{"cat", e.Kind},
		{"filePath", e.Location},
		{"msg", e.Text},
		{"suser", e.Team},
		{"request", m.Link(*e)},
	}
	for n, l := range []Line{{"responsibility", e.Duty}, {"owner", e.Owner}, {"environment", e.Environment}, {"remediation", e.Do}, {"asset", e.Address}} {
		if l.Value != "" {
			fields = append(fields, [2]string{fmt.Sprintf("cs%dLabel", n+1), l.Name}, [2]string{fmt.Sprintf("cs%d", n+1), l.Value})
		}
	}
	sep := ""
	for _, f := range fields {
		if f[1] == "" {
			continue
		}
		b.WriteString(sep + f[0] + "=" + cefValue(clip(f[1], 1000)))
		sep = " "
	}
	return b.String()
}

func cefSeverity(s string) int {
	switch s {
	case "critical":
		return 10
	case "high":
		return 8
	case "medium":
		return 5
	case "low":
		return 3
	}
	return 1
}

func cefHeader(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`).Replace(oneLine(s, 500))
}

func cefValue(s string) string {
	return strings.NewReplacer(`\`, `\\`, "=", `\=`, "\n", `\n`, "\r", `\r`).Replace(s)
}
