package notify

import (
	"encoding/base64"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/outbound"
)

// Bounds of what people enter.
const (
	maxName       = 200
	maxSecret     = 8 << 10
	maxRecipients = 50
	maxLabels     = 10
)

var (
	jiraKey    = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,49}$`)
	repository = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$`)
	hostName   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)
)

// addresses of the APIs where none is entered.
var defaultURL = map[Kind]string{
	PagerDuty: "https://events.pagerduty.com", Opsgenie: "https://api.opsgenie.com", GitHub: "https://api.github.com",
}

// validate looks at everything that a person enters, drops what the kind does
// not have, and fills in what need not be said.
func (n *Notify) validate(c *Channel, secret string) error {
	if err := named(c.Name); err != nil {
		return err
	}
	if len(secret) > maxSecret || strings.ContainsFunc(secret, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return invalid("a secret is one line of at most %d characters", maxSecret)
	}
	given := secret != "" || c.HasSecret
	in := c.Config
	switch c.Kind {
	case Email:
		c.Config = Config{Host: in.Host, Port: in.Port, Security: in.Security, User: in.User, From: in.From, To: in.To}
		return n.validEmail(&c.Config, given)
	case Syslog:
		c.Config = Config{Host: in.Host, Port: in.Port, Security: in.Security}
		if !slices.Contains([]string{"tls", "tcp", "udp"}, in.Security) {
			return invalid("syslog goes over tls, tcp or udp")
		}
		if secret != "" {
			return invalid("syslog has no secret")
		}
		return n.validHost(&c.Config, map[string]int{"tls": 6514, "tcp": 601, "udp": 514}[in.Security])
	case Slack, Teams:
		c.Config = Config{Host: in.Host}
		if secret == "" {
			if !given {
				return invalid("enter the webhook's address as %s shows it", c.Kind.Title())
			}
			return nil
		}
		u, err := n.validURL(secret)
		if err != nil {
			return err
		}
		c.Config.Host = u.Host
		return nil
	case Webhook:
		c.Config = Config{URL: in.URL}
		if secret != "" {
			if _, err := signingKey(secret); err != nil {
				return err
			}
		}
	case PagerDuty:
		c.Config = Config{URL: in.URL}
		if secret != "" && len(secret) != 32 {
			return invalid("an integration key of the Events API v2 has 32 characters")
		}
	case Opsgenie:
		c.Config = Config{URL: in.URL}
	case Jira:
		c.Config = Config{URL: in.URL, User: in.User, Project: in.Project, Type: in.Type, Labels: in.Labels}
		if c.Config.Type == "" {
			c.Config.Type = "Task"
		}
		if !jiraKey.MatchString(in.Project) {
			return invalid("a Jira project is named by its key, such as SEC")
		}
		if !line(c.Config.Type, 100) || !line(in.User, 200) || in.User != "" && strings.Contains(in.User, ":") {
			return invalid("the issue type or the user cannot be read")
		}
	case GitHub:
		c.Config = Config{URL: in.URL, Project: in.Project, Labels: in.Labels}
		if !repository.MatchString(in.Project) {
			return invalid("a repository is written owner/name")
		}
	default:
		return invalid("a channel's kind is one of %v", ChannelKinds)
	}
	if !given {
		return invalid("enter the secret of the channel")
	}
	if len(c.Config.Labels) > maxLabels {
		return invalid("at most %d labels", maxLabels)
	}
	for _, l := range c.Config.Labels {
		if !line(l, 50) || c.Kind == Jira && strings.ContainsAny(l, " \t") || strings.Contains(l, ",") {
			return invalid("the label %.50q cannot be used", l)
		}
	}
	if c.Config.URL == "" {
		c.Config.URL = defaultURL[c.Kind]
	}
	_, err := n.validURL(c.Config.URL)
	return err
}

// validURL looks at an address that requests are sent to.
func (n *Notify) validURL(raw string) (*url.URL, error) {
	u, err := n.Outbound.CheckURL(raw, "https")
	if err != nil {
		return nil, invalid("%s", strings.TrimPrefix(err.Error(), outbound.ErrRefused.Error()+": "))
	}
	if len(raw) > 2000 || u.Fragment != "" {
		return nil, invalid("the address is too long, or has a fragment")
	}
	return u, nil
}

func (n *Notify) validEmail(c *Config, secret bool) error {
	if c.Security == "" {
		c.Security = "starttls"
	}
	if !slices.Contains([]string{"starttls", "tls", "none"}, c.Security) {
		return invalid("mail goes over starttls, tls or none")
	}
	switch {
	case c.Security == "none" && (c.User != "" || secret):
		return invalid("a password is not sent without TLS")
	case (c.User == "") == secret:
		return invalid("user and password go together")
	case !line(c.User, 200):
		return invalid("the user cannot be read")
	case len(c.To) == 0 || len(c.To) > maxRecipients:
		return invalid("a mail goes to 1 to %d addresses", maxRecipients)
	}
	for _, a := range append([]string{c.From}, c.To...) {
		if _, err := mail.ParseAddress(a); err != nil || !line(a, 320) || a == "" {
			return invalid("%.100q is no mail address", a)
		}
	}
	return n.validHost(c, map[string]int{"starttls": 587, "tls": 465, "none": 25}[c.Security])
}

func (n *Notify) validHost(c *Config, port int) error {
	if c.Port == 0 {
		c.Port = port
	}
	if c.Port < 1 || c.Port > 65535 {
		return invalid("a port is a number from 1 to 65535")
	}
	ip, err := netip.ParseAddr(c.Host)
	if err == nil && !n.Outbound.Permits(ip) {
		return invalid("%s is not an address of the public internet; the operator can allow its network with --allow-network", ip)
	}
	if err != nil && !hostName.MatchString(c.Host) {
		return invalid("%.100q is no host", c.Host)
	}
	return nil
}

func named(name string) error {
	if strings.TrimSpace(name) == "" || !line(name, maxName) {
		return invalid("a name has 1 to %d characters in one line", maxName)
	}
	return nil
}

// line reports whether a text is one line of at most so many bytes.
func line(s string, most int) bool { return len(s) <= most && oneLine(s, most) == strings.TrimSpace(s) }

// signingPrefix begins the keys of signed webhooks.
const signingPrefix = "whsec_"

// signingKey reads the key of a signed webhook.
func signingKey(secret string) ([]byte, error) {
	text, ok := strings.CutPrefix(secret, signingPrefix)
	key, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(key) < 24 || len(key) > 64 {
		return nil, invalid("a signing secret is %s followed by 24 to 64 bytes in base64", signingPrefix)
	}
	return key, nil
}

// hostOf is the host of an address, or nothing.
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}
