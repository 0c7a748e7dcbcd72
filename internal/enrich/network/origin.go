package network

import (
	"cmp"
	"net/netip"
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/cidr"
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// origins tells whether a distribution points at a bucket nobody holds. An
// origin in the estate, or read from the cloud as a data source, is held. A
// bucket named by its domain only may be anybody's, and stays unknown.
func origins(a *estate.Asset) {
	rs := a.Linked("origin")
	if len(rs) == 0 {
		return
	}
	out := tri.False
	for _, r := range rs {
		out = tri.Or(out, missing(r))
	}
	derive.SetBool(a, "origin_missing", out, derive.At(a))
}

func missing(r estate.Relation) tri.Bool {
	switch {
	case r.To != nil || isAddress(r.Ref):
		return tri.False
	case r.Unknown != "":
		return tri.Unknown(r.Unknown)
	case claimable(r.Ref):
		return tri.Unknown("nothing in the sources holds the origin " + r.Ref)
	default:
		return tri.False // a host of one's own choosing, no bucket
	}
}

// isAddress reports whether a reference is to a resource: one that the
// configuration makes, or a data source that read it.
func isAddress(ref string) bool {
	return strings.HasPrefix(ref, "data.") || strings.HasPrefix(ref, "module.") || strings.HasPrefix(ref, "aws_")
}

// claimable reports whether a host name is one that somebody else could take
// once it is released.
func claimable(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !strings.HasSuffix(host, ".amazonaws.com") && !strings.HasSuffix(host, ".amazonaws.com.cn") {
		for _, end := range []string{".cloudfront.net", ".elasticbeanstalk.com", ".awsapprunner.com", ".azurewebsites.net", ".github.io", ".herokuapp.com"} {
			if strings.HasSuffix(host, end) {
				return true
			}
		}
		return false
	}
	return strings.Contains(host, "s3") || strings.Contains(host, ".elb.") || strings.Contains(host, "compute") ||
		strings.Contains(host, ".execute-api.")
}

// dangling tells whether a DNS record points at something released. What it
// points at being in the estate proves that it does not; nothing read from
// configuration alone proves that it does.
func dangling(a *estate.Asset) {
	rs := a.Linked("alias")
	f, has := a.Fact("alias_target")
	if len(rs) == 0 && !has {
		return
	}
	from := derive.FromFact(a, "alias_target")
	if len(rs) > 0 {
		out := tri.False
		for _, r := range rs {
			switch {
			case r.To != nil || isAddress(r.Ref):
			case r.Unknown != "":
				out = tri.Or(out, tri.Unknown(r.Unknown))
			default:
				out = tri.Or(out, pointsAway(r.Ref))
			}
		}
		derive.SetBool(a, "dangling", out, from)
		return
	}
	if !f.Known() {
		derive.SetBool(a, "dangling", tri.Unknown(f.Unknown), from)
		return
	}
	s, _ := f.Value.(string)
	derive.SetBool(a, "dangling", pointsAway(s), from)
}

// hostName matches what a record can point at, as against the text of a TXT
// or the fields of an MX record.
var hostName = regexp.MustCompile(`(?i)^[a-z0-9_*-]+(\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+\.?$`)

// pointsAway judges a literal target: an address of a private network cannot
// be taken over, and a text points at nothing; all else may have been released.
func pointsAway(target string) tri.Bool {
	target = strings.TrimSpace(target)
	if ip, err := netip.ParseAddr(target); err == nil {
		if ip.IsPrivate() || ip.IsLoopback() {
			return tri.False
		}
	} else if !hostName.MatchString(target) {
		return tri.False
	}
	return tri.Unknown("whether " + target + " is still held is not told by the sources")
}

// widest is the largest IPv4 range one virtual network can have: a route
// through a peering that is wider reaches more than the peer.
const widest = 16

// peeringRoutes tells whether a route table sends more than one network's
// range through a peering. Which of its routes goes there is not told when the
// table has other targets too.
func peeringRoutes(a *estate.Asset) {
	if len(a.Linked("peering")) == 0 {
		return
	}
	f, ok := a.Fact("route_cidrs")
	if !ok {
		return
	}
	from := derive.From(f)
	if !f.Known() {
		derive.SetBool(a, "peering_routes_broad", tri.Unknown(f.Unknown), from)
		return
	}
	others := len(a.Linked("gateway")) > 0
	out := tri.False
	for s := range texts(f.Value) {
		p, ok := cidr.Parse(s)
		if !ok || !p.Addr().Is4() && p.Bits() > 0 || p.Addr().Is4() && p.Bits() >= widest {
			continue
		}
		switch {
		case !others:
			out = tri.Or(out, tri.True)
		case p.Bits() == 0: // the default route goes to a gateway
		default:
			out = tri.Or(out, tri.Unknown(cmp.Or("which target the route to "+s+" has is not told")))
		}
	}
	derive.SetBool(a, "peering_routes_broad", out, from)
}
