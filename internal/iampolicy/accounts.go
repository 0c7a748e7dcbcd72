package iampolicy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// Accounts are account ids found in a policy.
type Accounts struct {
	IDs []string // sorted
	Why string   // not empty: there may be more, or some of them may be the own
}

// CrossAccount lists the accounts other than own which the policies admit, by
// name or by a condition on the caller's account. An empty own means that the
// own account's id is not known.
func (ps Policies) CrossAccount(own string) Accounts {
	return ps.foreign(own, func(s *Statement) tri.Bool { return tri.True })
}

// foreign collects foreign accounts of the Allow statements that count.
func (ps Policies) foreign(own string, counts func(*Statement) tri.Bool) Accounts {
	allow, _, ok := ps.split()
	if !ok {
		return Accounts{Why: errTooMany.Why()}
	}
	out := Accounts{Why: ps.unknown()}
	doubt := func(why string) {
		if out.Why == "" {
			out.Why = why
		}
	}
	for _, s := range allow {
		c := counts(s)
		if c.IsFalse() {
			continue
		}
		doubt(c.Why())
		doubt(s.Unknown)
		named := func(v Pattern) {
			id, why := account(v)
			switch {
			case why != "":
				doubt(why)
			case id == "" || id == own:
			case own == "":
				doubt("the own account's id is not known, so account " + id + " may be the own or another")
			default:
				out.IDs = append(out.IDs, id)
			}
		}
		open := false
		for _, p := range s.Principals {
			switch {
			case p.everyone().IsTrue():
				open = true
			case p.Type == "AWS" || p.Type == "":
				named(p.Value)
			}
		}
		if !open {
			continue
		}
		for _, c := range s.Conditions {
			switch string(c.Key.text) {
			case "aws:principalaccount", "aws:principalarn", "aws:sourceaccount", "kms:calleraccount", "aws:sourceowner":
				if strings.HasPrefix(c.Operator, "stringnot") || strings.HasPrefix(c.Operator, "arnnot") {
					continue
				}
				for _, v := range c.Values {
					named(v)
				}
			}
		}
	}
	slices.Sort(out.IDs)
	out.IDs = slices.Compact(out.IDs)
	return out
}

// loadBalancers are the accounts from which AWS's load balancers deliver their
// logs, one for each region that is older than August 2022. Nobody else is
// behind them.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
var loadBalancers = func() map[string]bool {
	out := map[string]bool{}
	for id := range strings.FieldsSeq(`
		127311923021 033677994240 027434742980 797873946194 098369216593 754344448648 589379963580 718504428378
		383597477331 600734575887 114774131450 783225319266 582318560864 985666609251 054676820928 156460612806
		652711504416 635631232127 009996457667 897822967062 076674570225 507241528517 048591011584 190560391635
		638102146993 037604701340`) {
		out[id] = true
	}
	return out
}()

// account extracts the account from an account id or ARN. An empty id without
// a reason means: of the own account, or of no account at all.
func account(v Pattern) (id, why string) {
	field := v
	if fields := v.split(':', 6); len(fields) >= 5 {
		field = fields[4]
	}
	text := string(field.text)
	switch {
	case loadBalancers[text]:
		return "", ""
	case accountID.MatchString(text):
		return text, ""
	case field.hole():
		ref := field.refs[0]
		if ownAccountRef.MatchString(ref) || strings.Contains(ref, "service_account.") ||
			identityRef.MatchString(ref) && !strings.Contains(ref, "data.") && !strings.HasSuffix(ref, "account_id") &&
				!strings.HasPrefix(ref, "aws_organizations_account.") {
			return "", ""
		}
		return "", field.why()
	case field.Unknown():
		return "", field.why()
	default: // "cloudfront", "aws", a service, a unique id
		return "", ""
	}
}

// WildcardActions tells whether an Allow of a resource policy admits to every
// action. The statement that hands a key over to the own account's IAM
// policies does not count.
func (ps Policies) WildcardActions(own string) tri.Bool {
	allow, _, ok := ps.split()
	if !ok {
		return errTooMany
	}
	out := ps.rest()
	for _, s := range allow {
		b := s.everyAction()
		if s.NotActions != nil {
			b = tri.True
		}
		if s.Unknown != "" {
			b = tri.And(b, tri.Unknown(s.Unknown))
		}
		out = tri.Or(out, tri.And(b, s.onlyOwnRoot(own).Not()))
	}
	return out
}

// onlyOwnRoot: every principal is the own account as such.
func (s *Statement) onlyOwnRoot(own string) tri.Bool {
	if len(s.Principals) == 0 || s.NotPrincipals != nil {
		return tri.False
	}
	out := tri.True
	for _, p := range s.Principals {
		text := string(p.Value.text)
		id, why := account(p.Value)
		root := strings.HasSuffix(text, ":root") || accountID.MatchString(text) ||
			p.Value.hole() && ownAccountRef.MatchString(p.Value.refs[0])
		switch {
		case p.Type != "AWS" || p.Value.star():
			return tri.False
		case !root && !p.Value.hole():
			return tri.False
		case !root && p.Value.hole() && p.Value.fixed():
			return tri.False // a role or user of the estate
		case why != "":
			out = tri.And(out, tri.Unknown(why))
		case id == "" || id == own:
		case own == "":
			out = tri.And(out, tri.Unknown("the own account's id is not known"))
		default:
			return tri.False
		}
	}
	return out
}
