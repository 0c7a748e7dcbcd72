package lifecycle

import (
	"regexp"
	"time"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
)

// machines are the kinds that are started from an image.
var machines = map[string]bool{"virtual-machine": true, "machine-template": true, "machine-group": true}

// systems read an operating system and its release out of an image's name.
var systems = []struct {
	product, title string
	name           *regexp.Regexp
}{
	{"ubuntu", "Ubuntu", regexp.MustCompile(`(?i)\bubuntu[-/](?:[a-z]+[-/])*(\d\d\.\d\d)\b`)},
	{"debian", "Debian", regexp.MustCompile(`(?i)\bdebian[-/](?:release/)?(\d{1,2})\b`)},
	{"centos", "CentOS Linux", regexp.MustCompile(`(?i)\bcentos(?:[ -]linux)?[ -](\d)\b`)},
	{"amazon-linux", "Amazon Linux", regexp.MustCompile(`\b(?:amzn|al)(2|2023)-ami-`)},
}

// system sets what the name of a machine's image tells of its operating system.
func (c *calendars) system(a *estate.Asset, today time.Time) {
	if !machines[a.Kind] {
		return
	}
	for _, r := range a.Linked("image") {
		for _, s := range systems {
			m := s.name.FindStringSubmatch(r.Ref)
			if m == nil {
				continue
			}
			calendar := c.of(s.product)
			if calendar == nil {
				return
			}
			from, support := derive.At(a), calendar.Find(m[1], today)
			a.SetFact(estate.Fact{Name: "os_release", Value: s.title + " " + m[1], Origin: from})
			derive.SetBool(a, "os_out_of_support", support.Out, from)
			setDate(a, "os_support_ends_on", support.Standard, support.Why, from)
			return
		}
	}
}
