package notify

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

func timeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}

// rfc5424 is a message of syslog, without structured data.
var rfc5424 = regexp.MustCompile(`^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([!-~]{1,255}) demarc - ([!-~]{1,32}) - (CEF:0\|(?:[^\\|\n]|\\.)*\|(?:[^\\|\n]|\\.)*\|(?:[^\\|\n]|\\.)*\|(?:[^\\|\n]|\\.)*\|(?:[^\\|\n]|\\.)*\|\d{1,2}\|.*)$`)

func TestSyslog(t *testing.T) {
	cert := httptest.NewTLSServer(nil)
	defer cert.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	tcpPort, tcp := syslogServer(t, nil)
	tlsPort, secure := syslogServer(t, &tls.Config{Certificates: cert.TLS.Certificates})
	for _, c := range []struct {
		security string
		port     int
		got      func() []string
	}{
		{"tcp", tcpPort, tcp},
		{"tls", tlsPort, secure},
		{"udp", udp.LocalAddr().(*net.UDPAddr).Port, func() []string {
			b := make([]byte, 64<<10)
			if err := udp.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
				return nil
			}
			n, _, err := udp.ReadFrom(b)
			if err != nil || n > maxDatagram {
				t.Errorf("%d bytes, %v", n, err)
			}
			return []string{string(b[:n])}
		}},
	} {
		t.Run(c.security, func(t *testing.T) {
			w := newWorld(t, storetest.SQLite(t))
			w.Roots.AddCert(cert.Certificate())
			ch := w.channel(Channel{Kind: Syslog, Config: Config{Host: "127.0.0.1", Port: c.port, Security: c.security}}, "")
			w.rule(Rule{Channels: []int64{ch.ID}})
			item := w.finding(inventory.FindingNew, "f1", "critical")
			item.Title = "Pub|lic\\ \nCEF:0|forged"
			item.Now.Message = "a=b\n<13>1 forged"
			item.Remediation = strings.Repeat("x", 3000)
			w.work()
			if d := w.deliveries(Sent); len(d) != 1 {
				t.Fatalf("%+v", w.deliveries())
			}
			got := c.got()
			if len(got) != 1 {
				t.Fatalf("%d messages", len(got))
			}
			m := rfc5424.FindStringSubmatch(got[0])
			if m == nil {
				t.Fatalf("no message of RFC 5424 with CEF: %q", got[0])
			}
			if m[1] != "82" || m[3] != "demarc.test" || m[4] != inventory.FindingNew {
				t.Errorf("%q", m[1:5])
			}
			for _, want := range []string{`|Pub\|lic\\  CEF:0\|forged|10|`, ` msg=a\=b\n<13>1 forged`, "filePath=live/storage.tf:12", "cs2Label=owner cs2=customer, team payments", "request=https://demarc.test/findings/21"} {
				if !strings.Contains(m[5], want) {
					t.Errorf("%q lacks %q", m[5], want)
				}
			}
		})
	}
}

// A server that is not the one the certificate names gets nothing.
func TestSyslogCertificate(t *testing.T) {
	cert := httptest.NewTLSServer(nil)
	defer cert.Close()
	port, got := syslogServer(t, &tls.Config{Certificates: cert.TLS.Certificates})
	w := newWorld(t, storetest.SQLite(t))
	c := w.channel(Channel{Kind: Syslog, Config: Config{Host: "127.0.0.1", Port: port, Security: "tls"}}, "")
	if err := w.Test(t.Context(), w.admin(), c.ID); err == nil || !strings.Contains(err.Error(), "certificate") || len(got()) != 0 {
		t.Errorf("%v, %d messages", err, len(got()))
	}
}
