package iampolicy

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

// Holes arrive as text between holeOpen and holeClose (source.HoleOpen and
// source.HoleClose; repeated here because this package knows no sources).
// Inside a Pattern each is one holeRune, and its reference stands aside.
const (
	holeOpen  = '\uE000'
	holeClose = '\uE001'
	holeRune  = '\uE002'
)

// maxCells bounds the work of comparing two patterns that have holes.
const maxCells = 1 << 20

// Pattern is a text of a policy that may have wildcards (* and ?) and holes.
type Pattern struct {
	text []rune   // one holeRune per hole
	refs []string // the holes' references, in order
}

// NewPattern makes a pattern of plain text that has no holes.
func NewPattern(s string) Pattern { return Pattern{text: []rune(s)} }

// Text is the pattern as a person would write it, holes as ${reference}.
func (p Pattern) Text() string {
	var b strings.Builder
	i := 0
	for _, c := range p.text {
		if c == holeRune && i < len(p.refs) {
			b.WriteString("${" + p.refs[i] + "}")
			i++
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Unknown reports whether the pattern has a hole.
func (p Pattern) Unknown() bool { return len(p.refs) > 0 }

// hole reports whether the pattern is nothing but a hole: it may be anything,
// also a list.
func (p Pattern) hole() bool { return len(p.text) == 1 && len(p.refs) == 1 }

func (p Pattern) star() bool { return len(p.text) == 1 && p.text[0] == '*' }

func (p Pattern) wild() bool {
	for _, c := range p.text {
		if c == '*' || c == '?' {
			return true
		}
	}
	return false
}

func (p Pattern) why() string {
	if len(p.refs) == 0 {
		return "a part of the policy is not known"
	}
	if p.refs[0] == "" {
		return "a part of the policy is not known before deployment"
	}
	return p.refs[0] + " is not known"
}

func (p Pattern) lower() Pattern {
	return Pattern{text: []rune(strings.ToLower(string(p.text))), refs: p.refs}
}

// fixed reports whether every hole of the pattern is sure to have no wildcard
// in it: it refers to an identity which the provider gives to a resource.
func (p Pattern) fixed() bool {
	for _, r := range p.refs {
		if !identityRef.MatchString(r) {
			return false
		}
	}
	return true
}

// identityRef matches references such as aws_sns_topic.t.arn,
// data.aws_caller_identity.current.account_id, and CloudFormation's Topic.Arn,
// Network/Topic.Ref and AWS::AccountId.
var identityRef = regexp.MustCompile(
	`^([A-Za-z0-9]+/)*[A-Za-z0-9]+\.(Ref|[A-Za-z]*Arn|[A-Za-z]*Id|[A-Za-z]*Name|CidrBlock)$|^AWS::(AccountId|Partition|Region|StackId|StackName|URLSuffix)$|` +
		`^(module\.[\w-]+(\[[^\]]*\])?\.)*(data\.)?[a-z0-9]+_[a-z0-9_]+\.[\w-]+(\[[^\]]*\])?\.(\w+\[[^\]]*\]\.)*(arn|id|name|bucket|[a-z0-9_]+_arn|[a-z0-9_]+_id|public_ip|private_ip|cidr_block)$`)

// ownAccountRef matches references to the account that is being deployed to.
var ownAccountRef = regexp.MustCompile(`^AWS::AccountId$|(^|\.)data\.aws_caller_identity\.[\w-]+(\[[^\]]*\])?\.(account_id|id|arn)$`)

// pattern turns text with numbered holes into a Pattern.
func (r *reader) pattern(s string) Pattern {
	if !strings.ContainsRune(s, holeRune) {
		return Pattern{text: []rune(s)}
	}
	var p Pattern
	rs := []rune(s)
	for i := 0; i < len(rs); i++ {
		p.text = append(p.text, rs[i])
		if rs[i] != holeRune {
			continue
		}
		n, j := 0, i+1
		for j < len(rs) && rs[j] >= '0' && rs[j] <= '9' && n < len(r.refs) {
			n = n*10 + int(rs[j]-'0')
			j++
		}
		ref := ""
		if n < len(r.refs) {
			ref = r.refs[n]
		}
		p.refs = append(p.refs, ref)
		if j < len(rs) && rs[j] == ';' {
			j++
		}
		i = j - 1
	}
	return p
}

// closeHoles replaces every hole of a JSON text by holeRune, its number and a
// semicolon, since a reference may have quotes in it; a hole outside a string
// is given quotes.
func closeHoles(text string) (string, []string) {
	if !strings.ContainsRune(text, holeOpen) && !strings.ContainsRune(text, holeRune) {
		return text, nil
	}
	var (
		b      strings.Builder
		refs   []string
		quoted bool
		escape bool
	)
	rs := []rune(text)
	for i := 0; i < len(rs); i++ {
		c := rs[i]
		switch {
		case c == holeRune: // not ours: nobody writes private-use runes
			continue
		case c == holeOpen:
			depth, j := 1, i+1
			for ; j < len(rs) && depth > 0; j++ {
				switch rs[j] {
				case holeOpen:
					depth++
				case holeClose:
					depth--
				}
			}
			end := j
			if depth == 0 {
				end = j - 1
			}
			ref := strings.ReplaceAll(string(rs[i+1:end]), `\"`, `"`)
			if !quoted {
				b.WriteByte('"')
			}
			b.WriteRune(holeRune)
			b.WriteString(strconv.Itoa(len(refs)))
			b.WriteByte(';')
			if !quoted {
				b.WriteByte('"')
			}
			refs = append(refs, ref)
			i = j - 1
			escape = false
			continue
		case escape:
			escape = false
		case quoted && c == '\\':
			escape = true
		case c == '"':
			quoted = !quoted
		}
		b.WriteRune(c)
	}
	return b.String(), refs
}

// covers tells whether everything q can stand for is matched by p.
func (p Pattern) covers(q Pattern) tri.Bool {
	if p.star() {
		return tri.True
	}
	if !p.Unknown() && !q.Unknown() {
		return tri.Of(glob(p.text, q.text))
	}
	if len(p.text)*len(q.text) > maxCells {
		return tri.Unknown("a pattern of the policy is too long to compare")
	}
	if compare(p, q, false) {
		return tri.True
	}
	if compare(p, q, true) {
		if p.Unknown() {
			return tri.Unknown(p.why())
		}
		return tri.Unknown(q.why())
	}
	return tri.False
}

// overlaps tells whether some text is matched by both patterns.
func (p Pattern) overlaps(q Pattern) tri.Bool {
	if p.star() || q.star() {
		return tri.True
	}
	if len(p.text)*len(q.text) > maxCells {
		return tri.Unknown("a pattern of the policy is too long to compare")
	}
	switch {
	case !meet(p, q):
		return tri.False
	case p.Unknown():
		return tri.Unknown(p.why())
	case q.Unknown():
		return tri.Unknown(q.why())
	default:
		return tri.True
	}
}

// glob matches text against a pattern. Wildcards in text are ordinary runes
// that only a star (or, for ?, also ?) of the pattern takes in.
func glob(pat, text []rune) bool {
	i, j, star, mark := 0, 0, -1, 0
	for j < len(text) {
		switch {
		case i < len(pat) && pat[i] == '*':
			star, mark = i, j
			i++
		case i < len(pat) && (pat[i] == text[j] || pat[i] == '?' && text[j] != '*'):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(pat) && pat[i] == '*' {
		i++
	}
	return i == len(pat)
}

// compare is containment of q in p with holes. With loose, a hole stands for
// whatever makes it true; otherwise it equals only the hole of the same reference.
func compare(p, q Pattern, loose bool) bool {
	pr, qr := refsByIndex(p), refsByIndex(q)
	next := make([]bool, len(q.text)+1)
	row := make([]bool, len(q.text)+1)
	for i := len(p.text); i >= 0; i-- {
		for j := len(q.text); j >= 0; j-- {
			ok := false
			pEnd, qEnd := i == len(p.text), j == len(q.text)
			if pEnd && qEnd {
				row[j] = true
				continue
			}
			if !pEnd {
				c := p.text[i]
				free := c == '*' || c == holeRune && loose
				if free {
					ok = next[j] || !qEnd && row[j+1]
				}
				if !ok && !qEnd {
					d := q.text[j]
					switch {
					case c == holeRune && d == holeRune && pr[i] == qr[j] && pr[i] != "":
						ok = next[j+1]
					case c == d && c != holeRune:
						ok = next[j+1]
					case c == '?' && d != '*' && d != holeRune:
						ok = next[j+1]
					}
				}
				// A hole of q takes the rune in, whatever it is.
				if !ok && loose && !qEnd && q.text[j] == holeRune {
					ok = next[j]
				}
			}
			if !ok && loose && !qEnd && q.text[j] == holeRune {
				ok = row[j+1]
			}
			row[j] = ok
		}
		next, row = row, next
	}
	return next[0]
}

// meet reports whether the two can match one text, holes taken as stars.
func meet(p, q Pattern) bool {
	free := func(c rune) bool { return c == '*' || c == holeRune }
	next := make([]bool, len(q.text)+1)
	row := make([]bool, len(q.text)+1)
	for i := len(p.text); i >= 0; i-- {
		for j := len(q.text); j >= 0; j-- {
			pEnd, qEnd := i == len(p.text), j == len(q.text)
			switch {
			case pEnd && qEnd:
				row[j] = true
			case pEnd:
				row[j] = free(q.text[j]) && row[j+1]
			case qEnd:
				row[j] = free(p.text[i]) && next[j]
			case free(p.text[i]) || free(q.text[j]):
				row[j] = next[j] || row[j+1]
			default:
				row[j] = (p.text[i] == q.text[j] || p.text[i] == '?' || q.text[j] == '?') && next[j+1]
			}
		}
		next, row = row, next
	}
	return next[0]
}

func refsByIndex(p Pattern) map[int]string {
	if len(p.refs) == 0 {
		return nil
	}
	m, n := make(map[int]string, len(p.refs)), 0
	for i, c := range p.text {
		if c == holeRune && n < len(p.refs) {
			m[i] = p.refs[n]
			n++
		}
	}
	return m
}

// anyCovers is the disjunction of covers over the patterns.
func anyCovers(ps []Pattern, q Pattern) tri.Bool {
	out := tri.False
	for _, p := range ps {
		// A whole hole may be a list; that changes nothing, unknown is unknown.
		if out = tri.Or(out, p.covers(q)); out.IsTrue() {
			return out
		}
	}
	return out
}

func anyOverlaps(ps []Pattern, q Pattern) tri.Bool {
	out := tri.False
	for _, p := range ps {
		if out = tri.Or(out, p.overlaps(q)); out.IsTrue() {
			return out
		}
	}
	return out
}
