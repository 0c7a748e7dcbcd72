package lifecycle

import (
	"regexp"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// machines are the kinds that have an operating system of their own.
var machines = map[string]bool{"virtual-machine": true, "machine-template": true, "machine-group": true, "server": true}

// systems read an operating system and its release out of an image's name, in
// the manner of whoever publishes it: Amazon's names, Google's families,
// Azure's publisher, offer and product. Two groups are a release in two parts.
var systems = []struct {
	product, title string
	name           *regexp.Regexp
}{
	{"ubuntu", "Ubuntu", regexp.MustCompile(`(?i)\bubuntu[-/](?:[a-z]+[-/])*(\d\d)[._]?(\d\d)\b`)},
	{"ubuntu", "Ubuntu", regexp.MustCompile(`(?i)\bcanonical:[^:]*ubuntu[^:]*:(?:[a-z]+-)*(\d\d)[._](\d\d)\b`)},
	{"ubuntu", "Ubuntu", regexp.MustCompile(`(?i)\bcanonical:ubuntu-(\d\d)[._](\d\d)\b`)},
	{"debian", "Debian", regexp.MustCompile(`(?i)\bdebian[-/](?:release/)?(\d{1,2})\b`)},
	{"centos", "CentOS Linux", regexp.MustCompile(`(?i)\bcentos(?:[ -]linux)?[ -](\d)\b`)},
	{"amazon-linux", "Amazon Linux", regexp.MustCompile(`\b(?:amzn|al)(2|2023)-ami-`)},
	{"rhel", "Red Hat Enterprise Linux", regexp.MustCompile(`(?i)\brhel[-:](?:sap-)?(10|[4-9])(?:\b|_|\d)`)},
	{"rocky-linux", "Rocky Linux", regexp.MustCompile(`(?i)\brocky(?:-linux)?-(\d{1,2})\b`)},
	{"almalinux", "AlmaLinux", regexp.MustCompile(`(?i)\balmalinux(?: os |-|:[^:]*:)(\d{1,2})\b`)},
	{"oracle-linux", "Oracle Linux", regexp.MustCompile(`(?i)\b(?:oracle-linux-|ol)(10|[5-9])\d?\b`)},
	{"sles", "SUSE Linux Enterprise Server", regexp.MustCompile(`(?i)\bsles-(\d\d)-sp(\d)\b`)},
	{"windows-server", "Windows Server", regexp.MustCompile(`(?i)\bwindows(?:server:|[_-])(?:server-)?(20\d\d)\b`)},
}

// system sets what the name of a machine's image tells of its operating system.
func (c *calendars) system(a *estate.Asset, today time.Time) {
	if !machines[a.Kind] {
		return
	}
	for _, image := range images(a) {
		for _, s := range systems {
			m := s.name.FindStringSubmatch(image)
			if m == nil {
				continue
			}
			calendar := c.of(s.product)
			if calendar == nil {
				return
			}
			release := strings.Join(m[1:], ".")
			from, support := derive.At(a), calendar.Find(release, today)
			a.SetFact(estate.Fact{Name: "os_release", Value: s.title + " " + release, Origin: from})
			derive.SetBool(a, "os_out_of_support", support.Out, from)
			setDate(a, "os_support_ends_on", support.Standard, support.Why, from)
			c.publisher(a, support, from)
			return
		}
	}
	if name := derive.Text(a, "os_named"); name != "" {
		why := "there is no support calendar for " + name
		a.SetFact(estate.Fact{Name: "os_release", Value: name, Origin: derive.At(a)})
		derive.SetBool(a, "os_out_of_support", tri.Unknown(why), derive.At(a))
		setDate(a, "os_support_ends_on", Date{}, why, derive.At(a))
	}
}

// publisher says, of a server that was looked into, that somebody makes fixes
// for its system, where nobody declared who does.
func (c *calendars) publisher(a *estate.Asset, s Support, from estate.Origin) {
	if f, has := a.Fact("vendor_support"); !has || f.Known() || derive.Text(a, "os_named") == "" || !s.Out.IsFalse() {
		return
	}
	derive.SetBool(a, "vendor_support", tri.True, from)
	if f, has := a.Fact("support_ends_on"); has && !f.Known() {
		setDate(a, "support_ends_on", s.Standard, s.Why, from)
	}
}

// images are the names that the asset's image goes by. What the machine says
// of itself goes before what it was made from.
func images(a *estate.Asset) (names []string) {
	if name := derive.Text(a, "os_named"); name != "" {
		return []string{name}
	}
	if name := derive.Text(a, "image_name"); name != "" {
		names = append(names, name)
	}
	for _, r := range a.Linked("image") {
		names = append(names, r.Ref)
	}
	return names
}
