package cloudformation

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// keptSecret yields the stack itself where its template tells what should be
// kept secret: in the default of a parameter, which whoever reads the template
// reads, or in an output, which whoever may describe the stack reads.
func (st *stack) keptSecret() {
	st.tell("Parameters", st.secretDefaults())
	st.tell("Outputs", st.secretOutputs())
}

// told is what one entry of a section gives away.
type told struct {
	name      string
	value     any
	line, end int
}

// tell yields a section of the stack as a resource.
func (st *stack) tell(section string, all []told) {
	if len(all) == 0 {
		return
	}
	body, lines := map[string]any{}, map[string]int{}
	first, last := all[0].line, 0
	put(lines, section, first)
	for _, t := range all {
		body[t.name] = t.value
		last = max(last, t.end, t.line)
		put(lines, section+"."+t.name, t.line)
	}
	end, comments := st.doc.comments.span(first, last)
	st.rd.sink.Resource(&source.Resource{
		Dialect: estate.CloudFormation, Type: typeStack, Address: st.prefix + section, Name: path.Base(st.file), Provider: "aws",
		Root: st.rd.file, Account: known(st.rd.info.account), Region: known(st.rd.info.region),
		Body: map[string]any{section: body}, Set: map[string]bool{section: true}, Calls: st.calls, Lines: lines,
		Location: estate.Location{File: st.file, Line: first, EndLine: end}, Comments: comments,
	})
}

// secretDefaults are the defaults of parameters that are kept secret (NoEcho).
// A default stands under the parameter's name and NoEcho, which tells those who
// look for credentials that its author calls it one. The names of users, which
// many keep secret as well, are none.
func (st *stack) secretDefaults() []told {
	var out []told
	for _, m := range st.doc.root.get("Parameters").entries() {
		text, ok := m.val.get("Default").scalar()
		if !keptFromEcho(m.val) || !ok || text == "" {
			continue
		}
		var value any = map[string]any{"NoEcho": text}
		if namesUser.MatchString(m.name) {
			value = text
		}
		out = append(out, told{m.name, value, m.line, m.val.end})
	}
	return out
}

func keptFromEcho(parameter *node) bool {
	noEcho, _ := parameter.get("NoEcho").scalar()
	return strings.EqualFold(noEcho, "true")
}

// secretOutputs are the outputs that hold a secret which a resource hands out
// when it is made, or a parameter that is kept secret: NoEcho does not mask what
// an output repeats. Dynamic references are none: only properties of resources
// have them resolved.
func (st *stack) secretOutputs() []told {
	secrets := st.secretNames()
	if len(secrets.names) == 0 {
		return nil
	}
	var out []told
	add := func(in scope, m member) {
		value := m.val.get("Value")
		if value == nil || !secrets.in(value) {
			return
		}
		if c := m.val.get("Condition"); c != nil {
			if t := in.condition(c); t.known && !t.holds {
				return
			}
		}
		name, isText := in.looped(m.name).(string)
		what := st.secretIn(in.eval(value))
		if what == "" || !isText {
			return
		}
		hidden := &source.Unknown{Reason: "a secret, known after deployment", NotNull: true, Text: hole("secret(" + what + ")")}
		out = append(out, told{name, hidden, m.line, m.val.end})
	}
	for _, m := range st.doc.root.get("Outputs").entries() {
		if strings.HasPrefix(m.name, forEach) {
			scope{st: st}.each(m, add, add)
		} else {
			add(scope{st: st}, m)
		}
	}
	return out
}

// secretNames are the names by which an output could come to a secret. Outputs
// that mention none of them need not be evaluated. A loop makes names that stand
// nowhere; with one, every output is.
type secretNames struct {
	names map[string]bool
	loops bool
}

func (st *stack) secretNames() secretNames {
	out := secretNames{names: map[string]bool{}}
	for _, m := range st.doc.root.get("Parameters").entries() {
		if keptFromEcho(m.val) && !namesUser.MatchString(m.name) {
			out.names[m.name] = true
		}
	}
	for _, e := range st.entries {
		typ := e.node.get("Type").str()
		if typ == typeStack || typ == typeApplication || handedOut(typ) != nil {
			out.names[e.id] = true
			out.loops = out.loops || e.scope.loops != nil
		}
	}
	return out
}

// in tells whether one of the names stands in a text below the node.
func (s secretNames) in(n *node) bool {
	if n.kind == textNode {
		for word := range strings.FieldsFuncSeq(n.text, notAlphanumeric) {
			if s.names[word] {
				return true
			}
		}
	}
	return s.loops || slices.ContainsFunc(n.items, s.in) ||
		slices.ContainsFunc(n.members, func(m member) bool { return s.in(m.val) })
}

func notAlphanumeric(r rune) bool { return alphanumeric(string(r)) == "" }

// secretIn names the first secret in an output's value, or is "".
func (st *stack) secretIn(v any) string {
	for _, ref := range refsIn(v, nil) {
		if e := st.found(ref.Address); e != nil {
			if of := handedOut(e.node.get("Type").str()); of != nil && of.MatchString(ref.Attribute) {
				return ref.Address + "." + ref.Attribute
			}
		}
	}
	o, ok := v.(*open)
	if !ok {
		return ""
	}
	for rest := o.text; ; {
		_, after, found := strings.Cut(rest, source.HoleOpen)
		if !found {
			return ""
		}
		inside, tail, _ := strings.Cut(after, source.HoleClose)
		name := strings.TrimPrefix(inside, st.prefix)
		if p := st.doc.root.get("Parameters").get(name); p != nil && keptFromEcho(p) && !namesUser.MatchString(name) {
			return inside
		}
		rest = tail
	}
}

// found is the resource of an address, in whichever stack it stands.
func (st *stack) found(address string) *entry {
	for st.outer != nil {
		st = st.outer
	}
	for {
		outer, rest, nested := strings.Cut(address, "/")
		e := st.byID[outer]
		if !nested || e == nil || e.child == nil {
			if nested {
				return nil
			}
			return e
		}
		st, address = e.child, rest
	}
}

// handedOut matches the attributes of a type that are secrets, or is nil. What
// resources of others than AWS hand out, their names tell.
func handedOut(typ string) *regexp.Regexp {
	if of := secretAttributes[typ]; of != nil {
		return of
	}
	if typ == "AWS::CloudFormation::CustomResource" || typ != "" && !strings.HasPrefix(typ, "AWS::") {
		return secretByName
	}
	return nil
}

var (
	secretAttributes = map[string]*regexp.Regexp{
		"AWS::IAM::AccessKey":          regexp.MustCompile(`^SecretAccessKey$`),
		"AWS::Cognito::UserPoolClient": regexp.MustCompile(`^ClientSecret$`),
		"AWS::AppSync::ApiKey":         regexp.MustCompile(`^ApiKey$`),
		"AWS::IVS::StreamKey":          regexp.MustCompile(`^Value$`),
	}
	secretByName = regexp.MustCompile(`(?i)(?:password|passwd|passphrase|secret|token|(?:api|access|private|secret|signing)_?key)$`)
)

// namesUser matches parameters that hold who somebody is, not what proves it.
var namesUser = regexp.MustCompile(`(?i)(user|name|login|email|mail|id|arn|account)$`)
