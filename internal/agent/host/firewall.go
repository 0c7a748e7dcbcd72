package host

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Firewall is the server's own packet filter.
type Firewall struct {
	// Managers are the programs that are set up to own the rules.
	Managers []string `json:"managers,omitempty"`
	// IPv4Drops and IPv6Drops: what no rule admits does not get in.
	IPv4Drops bool   `json:"ipv4_drops"`
	IPv6Drops bool   `json:"ipv6_drops"`
	From      string `json:"from"` // kernel, or the files that say it
	Rules     int    `json:"rules"`
}

func (s *survey) firewall() {
	f := &Firewall{}
	s.doc.Firewall = f
	s.firewallFiles(f)
	if s.opt.Live != nil {
		nft, v4, v6, err := s.opt.Live.Rules(s.ctx)
		switch {
		case err != nil:
			why := "the kernel's rules could not be read: " + err.Error()
			if len(f.Managers) == 0 { // somebody may have loaded some by hand
				s.doc.gap("firewall.ipv4_drops", why)
				s.doc.gap("firewall.ipv6_drops", why)
			}
		case f.fromKernel(nft, v4, v6):
			f.From = "kernel"
		}
	}
	if f.From == "" {
		s.doc.gap("firewall.ipv4_drops", "neither the kernel's rules nor files of a packet filter could be read")
		s.doc.gap("firewall.ipv6_drops", "neither the kernel's rules nor files of a packet filter could be read")
	}
}

// fromKernel takes the rules in force. It is false where nothing was told.
func (f *Firewall) fromKernel(nft, v4, v6 []byte) bool {
	told := false
	if len(nft) > 0 {
		if rules, ok := parseNft(nft); ok {
			told = true
			f.IPv4Drops, f.IPv6Drops, f.Rules = rules.drops("ip"), rules.drops("ip6"), rules.count
		}
	}
	if len(v4) > 0 {
		if !told {
			f.IPv4Drops, f.IPv6Drops = false, false
		}
		told = true
		f.IPv4Drops = f.IPv4Drops || iptablesDrops(string(v4))
		f.IPv6Drops = f.IPv6Drops || iptablesDrops(string(v6))
	}
	return told
}

// nftRules are the base chains of the ruleset that see incoming traffic.
type nftRules struct {
	policy map[string]string   // chain -> policy
	family map[string]string   // chain -> family
	ends   map[string][]string // chain -> bare verdicts of its rules, in order
	count  int
}

func parseNft(text []byte) (*nftRules, bool) {
	var doc struct {
		Nftables []struct {
			Chain *struct{ Family, Table, Name, Hook, Policy string }
			Rule  *struct {
				Family, Table, Chain string
				Expr                 []map[string]json.RawMessage
			}
		}
	}
	if json.Unmarshal(text, &doc) != nil {
		return nil, false
	}
	r := &nftRules{policy: map[string]string{}, family: map[string]string{}, ends: map[string][]string{}}
	for _, e := range doc.Nftables {
		if c := e.Chain; c != nil && c.Hook == "input" {
			key := c.Family + " " + c.Table + " " + c.Name
			r.family[key], r.policy[key] = c.Family, c.Policy
		}
		if u := e.Rule; u != nil {
			r.count++
			verdict := ""
			for _, x := range u.Expr {
				for name := range x {
					switch name {
					case "counter", "log", "comment":
					case "drop", "reject":
						if verdict == "" {
							verdict = name
						}
					default:
						verdict = "match"
					}
				}
			}
			key := u.Family + " " + u.Table + " " + u.Chain
			r.ends[key] = append(r.ends[key], verdict)
		}
	}
	return r, true
}

// drops tells whether some chain refuses of a family what no rule admits.
func (r *nftRules) drops(family string) bool {
	for key, of := range r.family {
		if of != family && of != "inet" {
			continue
		}
		ends := r.ends[key]
		if r.policy[key] == "drop" || len(ends) > 0 && (ends[len(ends)-1] == "drop" || ends[len(ends)-1] == "reject") {
			return true
		}
	}
	return false
}

var endsInput = regexp.MustCompile(`^-A INPUT( -m comment --comment ("[^"]*"|\S+))? -j (DROP|REJECT)\b`)

// iptablesDrops reads what iptables-save prints.
func iptablesDrops(text string) bool {
	lastRule := ""
	filter := false
	for _, l := range lines(text) {
		switch {
		case strings.HasPrefix(l.text, "*"):
			filter = l.text == "*filter"
		case filter && strings.HasPrefix(l.text, ":INPUT DROP"):
			return true
		case filter && strings.HasPrefix(l.text, "-A INPUT "):
			lastRule = l.text
		}
	}
	return endsInput.MatchString(lastRule)
}

// firewallFiles reads who is set up to own the rules, and what they would set.
func (s *survey) firewallFiles(f *Firewall) {
	own := func(manager, file string, v4, v6 bool) {
		f.Managers = append(f.Managers, manager)
		f.IPv4Drops, f.IPv6Drops = f.IPv4Drops || v4, f.IPv6Drops || v6
		f.From = strings.TrimPrefix(f.From+", /"+file, ", ")
	}
	if values := s.shell("etc/ufw/ufw.conf"); values["ENABLED"] == "yes" && s.doc.runs("ufw") {
		d := s.shell("etc/default/ufw")
		drops := d["DEFAULT_INPUT_POLICY"] == "DROP" || d["DEFAULT_INPUT_POLICY"] == "REJECT"
		own("ufw", "etc/default/ufw", drops, drops && d["IPV6"] == "yes")
	}
	if s.doc.runs("firewalld") {
		own("firewalld", "etc/firewalld/firewalld.conf", s.firewalldDrops(), s.firewalldDrops())
	}
	if s.doc.runs("nftables") {
		file := "etc/nftables.conf"
		if !s.exists(file) {
			file = "etc/sysconfig/nftables.conf"
		}
		text, err := s.read(file)
		s.unread("firewall", file, err)
		own("nftables", file, nftFileDrops(text, "ip"), nftFileDrops(text, "ip6"))
	}
	if s.doc.runs("netfilter-persistent", "iptables", "ip6tables") {
		v4, v6 := "etc/iptables/rules.v4", "etc/iptables/rules.v6"
		if !s.exists(v4) {
			v4, v6 = "etc/sysconfig/iptables", "etc/sysconfig/ip6tables"
		}
		own("iptables", v4, iptablesDrops(s.text(v4)), iptablesDrops(s.text(v6)))
	}
	if f.From == "" && len(s.doc.Units) > 0 {
		f.From = "no packet filter is set up to start"
	}
	slices.Sort(f.Managers)
}

// shell reads a file of shell settings.
func (s *survey) shell(name string) map[string]string {
	out := map[string]string{}
	text, err := s.read(name)
	if err != nil {
		s.unread("firewall", name, err)
		return out
	}
	for _, l := range lines(text) {
		if k, v, ok := setting(bare(l.text), "="); ok {
			out[k] = v
		}
	}
	return out
}

// firewalldDrops looks at the zone that interfaces are in by themselves: all
// but trusted refuse what they do not name.
func (s *survey) firewalldDrops() bool {
	zone := "public"
	for k, v := range s.shell("etc/firewalld/firewalld.conf") {
		if k == "DefaultZone" {
			zone = v
		}
	}
	text := cmpOr(s.text("etc/firewalld/zones/"+zone+".xml"), s.text("usr/lib/firewalld/zones/"+zone+".xml"))
	return zone != "trusted" && !strings.Contains(text, `target="ACCEPT"`)
}

var nftTable = regexp.MustCompile(`(?m)^\s*table\s+(?:(ip6|ip|inet|arp|bridge|netdev)\s+)?(\S+)`)

// nftFileDrops looks for an input chain with the policy to drop in a file of
// nft's own language.
func nftFileDrops(text, family string) bool {
	at := nftTable.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		of := "ip"
		if m[2] >= 0 {
			of = text[m[2]:m[3]]
		}
		if of != family && of != "inet" {
			continue
		}
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		if inputDrops.MatchString(text[m[0]:end]) {
			return true
		}
	}
	return false
}

var inputDrops = regexp.MustCompile(`hook\s+input\s+[^}]*?policy\s+drop`)
