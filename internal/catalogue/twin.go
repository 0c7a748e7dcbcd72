package catalogue

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// Twin says that a native type of one dialect means the same as a type that the
// service describes in another: AWS::RDS::DBInstance as aws_db_instance. Its
// arguments are called differently; facts, owners and relations are the same.
type Twin struct {
	Type    string   `yaml:"-"`
	Service *Service `yaml:"-"`
	// Of is the type it means the same as, an asset's or a part's.
	Of string `yaml:"of"`
	// Names maps a property path to the argument path it stands for, where the
	// two differ in more than spelling (see Spelling). An empty name drops it.
	Names map[string]string `yaml:"names"`
	// Lacks are arguments that the native type has no property for: what holds
	// when the other dialect does not write them holds here.
	Lacks []string `yaml:"lacks"`
	// Verbatim are paths of maps whose keys are data and no names.
	Verbatim []string `yaml:"verbatim"`
	// Set gives arguments that need more than another name. They are read from
	// the native body.
	Set map[string]*Mapping `yaml:"set"`
	// Facts are read from the native body, in place of what the other type says.
	Facts map[string]*Mapping `yaml:"facts"`
	// Relations likewise.
	Relations map[string]Paths `yaml:"relations"`
	// Forms tell apart what one native type stands for: Azure's sites are web
	// apps and function apps. The first that holds counts, the twin itself else.
	Forms []Form `yaml:"forms"`
}

// Form is one of several things that a native type can be. As a type of its
// own, the form is declared among the twins like any other.
type Form struct {
	// Type is what a resource of this form is called: Microsoft.Web/sites(functionapp).
	Type string `yaml:"type"`
	// Written is a path of the native body that only this form has.
	Written string `yaml:"written"`
	// From and Matches: the text at the path, or one of a list there, matches
	// the expression, in any case.
	From    string `yaml:"from"`
	Matches string `yaml:"matches"`

	matches *regexp.Regexp
}

// link checks the form and makes it ready.
func (f *Form) link() (err error) {
	if (f.Written == "") == (f.From == "" || f.Matches == "") || !strings.Contains(f.Type, "(") {
		return errors.New("a form has a type Name(form), and either `written`, or `from` and `matches`")
	}
	if f.Matches != "" {
		f.matches, err = regexp.Compile("(?i)" + f.Matches)
	}
	return err
}

// holds tells whether the resource is of this form.
func (f *Form) holds(body map[string]any) bool {
	if f.Written != "" {
		return slices.ContainsFunc(expr.Values(body, f.Written), func(v any) bool { return v != nil })
	}
	if f.matches == nil {
		return false // mistaken
	}
	for _, v := range expr.Values(body, f.From) {
		texts, isList := v.([]any)
		if !isList {
			texts = []any{v}
		}
		if slices.ContainsFunc(texts, func(v any) bool { s := textOf(v); return s != "" && f.matches.MatchString(s) }) {
			return true
		}
	}
	return false
}

// textOf is the text of a value, as far as it is known: of an id in a
// subscription that the template does not name, the rest.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case *source.Unknown:
		return v.Text
	}
	return ""
}

// FormOf returns the type that a resource of the native type is.
func (c *Catalogue) FormOf(native string, body map[string]any) string {
	native = c.Canonical(native)
	t := c.twin(native)
	if t == nil {
		return native
	}
	for i := range t.Forms {
		if t.Forms[i].holds(body) {
			return t.Forms[i].Type
		}
	}
	return native
}

// twin is what makes the native type another's twin, an asset's or a part's,
// or nil.
func (c *Catalogue) twin(native string) *Twin {
	if a := c.Asset(native); a != nil {
		return a.Twin
	}
	if p := c.Part(native); p != nil {
		return p.Twin
	}
	return nil
}

// twinFile is the format of twins.yaml.
type twinFile struct {
	Twins   map[string]*Twin  `yaml:"twins"`
	Ignored map[string]string `yaml:"ignored"`
	Without map[string]string `yaml:"without"`
}

// takeTwins adds what a twins.yaml says to its service.
func (s *Service) takeTwins(file string, text []byte, decode func(string, []byte, any) error) error {
	var f twinFile
	if err := decode(file, text, &f); err != nil {
		return err
	}
	s.Twins, s.Twinless = f.Twins, f.Without
	var errs []error
	for name, why := range f.Ignored {
		if s.Ignored == nil {
			s.Ignored = map[string]string{}
		}
		if s.Ignored[name] != "" {
			errs = append(errs, fmt.Errorf("%s: %s is ignored in service.yaml too", file, name))
		}
		s.Ignored[name] = why
	}
	return errors.Join(errs...)
}

// twinsFile is the path of the service's twins.
func (s *Service) twinsFile() string {
	return strings.TrimSuffix(s.File, "service.yaml") + "twins.yaml"
}

// registerTwins enters the twins into the indices, as types of their own.
func (c *Catalogue) registerTwins(s *Service, claim func(string)) (errs []error) {
	for _, name := range slices.Sorted(maps.Keys(s.Twins)) {
		t := s.Twins[name]
		if t == nil {
			errs = append(errs, fmt.Errorf("%s: twin %s is empty", s.twinsFile(), name))
			delete(s.Twins, name)
			continue
		}
		own := *t // two names may share one YAML anchor
		t = &own
		s.Twins[name] = t
		t.Type, t.Service = name, s
		claim(name)
		switch asset, part := s.Assets[t.Of], s.Parts[t.Of]; {
		case asset != nil:
			twin := *asset
			twin.Type, twin.Means, twin.Twin = name, t.Of, t
			twin.PossibleFacts = map[string]bool{}
			twin.Facts = without(asset.Facts, t.Facts)
			twin.Relations = without(asset.Relations, t.Relations)
			c.Assets[name] = &twin
			c.twinsOf[t.Of] = append(c.twinsOf[t.Of], &twin)
		case part != nil:
			twin := *part
			twin.Type, twin.Means, twin.Twin = name, t.Of, t
			twin.Facts = without(part.Facts, t.Facts)
			twin.Relations = without(part.Relations, t.Relations)
			c.Parts[name] = &twin
		default:
			errs = append(errs, fmt.Errorf("%s: %s: `of: %s` is neither an asset nor a part of this service", s.twinsFile(), name, t.Of))
			delete(s.Twins, name)
		}
	}
	return append(errs, s.checkTwinless()...)
}

// checkTwinless holds what the service says has no twin against what it has.
func (s *Service) checkTwinless() (errs []error) {
	twins := map[string]string{}
	for name, t := range s.Twins {
		twins[t.Of] = name
	}
	for _, name := range slices.Sorted(maps.Keys(s.Twinless)) {
		wrong := ""
		switch {
		case s.Assets[name] == nil && s.Parts[name] == nil:
			wrong = "is neither an asset nor a part of this service"
		case strings.TrimSpace(s.Twinless[name]) == "":
			wrong = "needs a reason"
		case twins[name] != "":
			wrong = "has a twin, " + twins[name]
		default:
			continue
		}
		errs = append(errs, fmt.Errorf("%s: `without`: %s %s", s.twinsFile(), name, wrong))
	}
	return errs
}

// noteTwin notes the facts that the twin of a part gives the assets it is of.
func (c *Catalogue) noteTwin(t *Twin) {
	if p := c.Parts[t.Type]; p != nil {
		for name := range t.Facts {
			for _, of := range p.Of {
				c.mayHave(of, p.Service.Provider, name)
			}
		}
	}
}

// linkTwin checks what the twin says itself. It comes after the type it is of.
func (c *Catalogue) linkTwin(t *Twin, bad func(string, ...any)) {
	c.linkMappings(t.Service, t.Type, t.Facts, bad)
	for i := range t.Forms {
		if err := t.Forms[i].link(); err != nil {
			bad("%s: %v", t.Type, err)
		}
	}
	for name, m := range t.Set {
		switch {
		case m == nil:
			bad("%s: argument %s has no mapping", t.Type, name)
			delete(t.Set, name)
			continue
		case m.oversized():
			bad("%s: argument %s has a value of more than %d members", t.Type, name, maxMembers)
			delete(t.Set, name)
			continue
		}
		m.Fact = &FactSpec{Name: name, Type: m.argumentType()}
	}
	if a := c.Assets[t.Type]; a != nil {
		base := c.Assets[a.Means]
		if base == nil {
			delete(c.Assets, t.Type) // mistaken itself
			return
		}
		maps.Copy(a.PossibleFacts, base.PossibleFacts)
		for name := range t.Facts {
			a.PossibleFacts[name] = true
		}
		c.linkAsset(a, bad)
	}
}

// mayHave notes a fact that assets of the type, and of its twins, can get.
func (c *Catalogue) mayHave(of, provider, fact string) {
	if of == Account {
		of = AccountType(provider)
	}
	if t := c.Assets[of]; t != nil {
		t.PossibleFacts[fact] = true
	}
	for _, t := range c.twinsOf[of] {
		t.PossibleFacts[fact] = true
	}
}

// argumentType is the type of an argument that a mapping gives.
func (m *Mapping) argumentType() expr.Type {
	switch {
	case m.Equals.Set || m.In != nil || m.NotIn != nil || m.Prefix != "" || m.Suffix != "" || m.Matches != "" ||
		m.AtLeast != nil || m.AtMost != nil || m.Contains.Set || m.Is != "" || m.Not:
		return expr.Bool
	case m.Fold == "list":
		return expr.List
	}
	return expr.Any
}

// without returns the members of m that more does not have.
func without[V, W any](m map[string]V, more map[string]W) map[string]V {
	if len(more) == 0 {
		return m
	}
	out := make(map[string]V, len(m))
	for k, v := range m {
		if _, has := more[k]; !has {
			out[k] = v
		}
	}
	return out
}

// noteCase enters type names into the index of their other spellings: Azure's
// are the same in any case, and CloudFormation's are what Terraform's awscc
// provider makes its own of.
func (c *Catalogue) noteCase(natives iter.Seq[string]) {
	for native := range natives {
		if Azure(native) {
			c.anyCase[strings.ToLower(native)] = native
		}
		if rest, ok := strings.CutPrefix(native, "AWS::"); ok && !strings.Contains(native, "(") {
			c.anyCase[controlled+Folded(rest)] = native
		}
	}
}

// azureNamespaces begin the types of Azure Resource Manager, in small letters:
// Microsoft's own, and those of vendors whose services it sells as its own.
var azureNamespaces = []string{
	"microsoft.", "dynatrace.observability/", "newrelic.observability/", "nginx.nginxplus/", "paloaltonetworks.cloudngfw/",
}

// Azure tells whether the native type is one of Azure Resource Manager's, in
// any case.
func Azure(native string) bool {
	return slices.ContainsFunc(azureNamespaces, func(begin string) bool {
		return len(native) > len(begin) && strings.EqualFold(native[:len(begin)], begin)
	})
}

// customResource is what every Custom::Name of a template means.
const customResource = "AWS::CloudFormation::CustomResource"

// controlled begins the types of the awscc provider.
const controlled = "awscc_"

// Folded is a name without what spellings differ in: DBInstance and
// db_instance are the same.
func Folded(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == ':' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// Canonical returns the name under which the catalogue knows a native type.
// Azure's type names are the same in any case; the name behind Custom:: is its
// author's; a type of the awscc provider is the one of CloudFormation that it
// manages.
func (c *Catalogue) Canonical(native string) string {
	if strings.HasPrefix(native, "Custom::") {
		return customResource
	}
	if Azure(native) {
		if known, ok := c.anyCase[strings.ToLower(native)]; ok {
			return known
		}
	}
	if rest, ok := strings.CutPrefix(native, controlled); ok {
		if known, ok := c.anyCase[controlled+Folded(rest)]; ok {
			return known
		}
	}
	return native
}

// Spelling is how the names of one dialect are turned into another's.
type Spelling func(string) string

// Spelling returns how the twin's properties are spelled as arguments: in snake
// case where it is of a Terraform type, in camel case where it is the
// Terraform type itself, and as they stand where both are of one dialect.
func (t *Twin) Spelling() Spelling {
	switch {
	case t.SameDialect():
		return func(s string) string { return s }
	case native(t.Of):
		return Camel
	}
	return Snake
}

// SameDialect tells whether the twin and the type it is of are written in one
// dialect, as apps/Deployment and core/Pod are: then only places differ.
func (t *Twin) SameDialect() bool { return native(t.Type) && native(t.Of) }

// native tells a type of another dialect than Terraform's by its name.
func native(name string) bool { return strings.ContainsAny(name, "/:") }

// Snake spells DBInstanceIdentifier as db_instance_identifier. What is no
// name in camel case stays as it is.
func Snake(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return s
	}
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if unicode.IsUpper(r) && i > 0 {
			before, after := rs[i-1], ' '
			if i+1 < len(rs) {
				after = rs[i+1]
			}
			if !unicode.IsUpper(before) || unicode.IsLower(after) {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Camel spells service_account_name as serviceAccountName.
func Camel(s string) string {
	var b strings.Builder
	up := false
	for i, r := range s {
		switch {
		case r == '_' && i > 0:
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
