package posting

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	data "github.com/demarc-sec/demarc/catalogue"
	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/foreign"
	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// File is the data that says what other scanners' rules bear on.
const File = "foreign.yaml"

// Rules decide which responsibility a finding bears on.
type Rules struct {
	file   rulesFile
	types  *Types
	titles []*regexp.Regexp
	// equivalents are our checks by the ids other tools have for them, and
	// sections what a control of a framework comes to by our checks.
	equivalents map[string][]*check.Check
	sections    map[string]string
	met         map[string]Bearing
}

// rulesFile is the format of catalogue/foreign.yaml.
type rulesFile struct {
	Types map[string]string `yaml:"types"`
	Rules []struct {
		Tool           string            `yaml:"tool"`
		IDs            []string          `yaml:"ids"` // globs
		Responsibility catalogue.Strings `yaml:"responsibility"`
	} `yaml:"rules"`
	Classes map[string]catalogue.Strings `yaml:"classes"`
	Titles  []struct {
		Matches        string            `yaml:"matches"`
		Responsibility catalogue.Strings `yaml:"responsibility"`
	} `yaml:"titles"`
	Controls   map[string]map[string]catalogue.Strings `yaml:"controls"` // framework -> control -> responsibilities
	Categories map[string]catalogue.Strings            `yaml:"categories"`
	Fallback   catalogue.Strings                       `yaml:"fallback"`
}

// Bearing is what a rule bears on: the first of the responsibilities that the
// asset has.
type Bearing struct {
	Responsibilities []string
	By               string // how that was found; empty when by nothing
	Equivalent       []*check.Check
}

// Load reads the data and its overlays: the topmost file replaces the others.
// The error joins every mistake.
func Load(cat *catalogue.Catalogue, checks *check.Set, overlays []fs.FS) (*Rules, error) {
	r := &Rules{equivalents: map[string][]*check.Check{}, sections: map[string]string{}, met: map[string]Bearing{}}
	for _, layer := range slices.Backward(append([]fs.FS{data.FS}, overlays...)) {
		text, err := fs.ReadFile(layer, File)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := strictyaml.Decode(File, text, &r.file); err != nil {
			return nil, err
		}
		break
	}
	if err := r.compile(cat); err != nil {
		return nil, err
	}
	r.types = newTypes(cat, r.file.Types)
	for _, c := range checks.All() {
		for tool, ids := range c.Elsewhere {
			for _, id := range ids {
				key := tool + ":" + ruleID(id)
				r.equivalents[key] = append(r.equivalents[key], c)
			}
		}
		r.noteSections(c)
	}
	return r, nil
}

// compile checks the data against the vocabulary.
func (r *Rules) compile(cat *catalogue.Catalogue) error {
	var errs []error
	known := func(where string, list catalogue.Strings) {
		if len(list) == 0 {
			errs = append(errs, fmt.Errorf("%s: %s names no responsibility", File, where))
		}
		for _, id := range list {
			if cat.Responsibilities[id] == nil {
				errs = append(errs, fmt.Errorf("%s: %s: no responsibility %q", File, where, id))
			}
		}
	}
	for i, rule := range r.file.Rules {
		where := fmt.Sprintf("rules[%d]", i)
		known(where, rule.Responsibility)
		for _, glob := range rule.IDs {
			if _, err := path.Match(strings.ToLower(glob), ""); err != nil {
				errs = append(errs, fmt.Errorf("%s: %s: %q is no pattern", File, where, glob))
			}
		}
	}
	for i, t := range r.file.Titles {
		where := fmt.Sprintf("titles[%d]", i)
		known(where, t.Responsibility)
		re, err := regexp.Compile("(?i)" + t.Matches)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", File, where, err))
			continue
		}
		r.titles = append(r.titles, re)
	}
	for name, list := range r.file.Classes {
		known("classes."+name, list)
	}
	for name, list := range r.file.Categories {
		known("categories."+name, list)
	}
	for framework, controls := range r.file.Controls {
		for id, list := range controls {
			known("controls."+framework+"."+id, list)
		}
	}
	for name, native := range r.file.Types {
		if !cat.Has(cat.Canonical(native)) && !isAccount(cat, native) {
			errs = append(errs, fmt.Errorf("%s: types.%s: no type %q in the catalogue", File, name, native))
		}
	}
	known("fallback", r.file.Fallback)
	slices.SortFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func isAccount(cat *catalogue.Catalogue, native string) bool {
	t := cat.Asset(native)
	return t != nil && t.KindID == catalogue.Account
}

// noteSections notes what the controls of benchmarks come to by our checks. A
// section that checks of several responsibilities carry tells nothing.
func (r *Rules) noteSections(c *check.Check) {
	take := func(controls map[string][]string) {
		for framework, sections := range controls {
			for _, s := range sections {
				key := sectionKey(framework + " " + s)
				switch had, ok := r.sections[key]; {
				case !ok:
					r.sections[key] = c.Responsibility
				case had != c.Responsibility:
					r.sections[key] = ""
				}
			}
		}
	}
	take(c.Controls)
	for _, row := range c.Rows {
		take(row.Controls)
	}
}

// sectionKey makes "cis-aws-3.0.0 1.20" and "CIS-3.0 1.20" of AWS the same.
func sectionKey(control string) string {
	version, section, _ := strings.Cut(strings.ToLower(control), " ")
	return versionless(version) + " " + section
}

// frameworkKey is the key of a control of a finding: scanners leave out whose
// benchmark of CIS they mean.
func frameworkKey(f *foreign.Finding, control string) string {
	key := sectionKey(control)
	if rest, ok := strings.CutPrefix(key, "cis-"); ok && f.Provider != "" && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		return "cis-" + f.Provider + "-" + rest
	}
	return key
}

// ruleID is the one form of an id that Trivy has written as AVD-KSV-0012,
// KSV-0012 and KSV012.
func ruleID(id string) string {
	id = strings.TrimPrefix(strings.ToLower(id), "avd-")
	if m := shortID.FindStringSubmatch(id); m != nil {
		return m[1] + "-" + strings.Repeat("0", 4-len(m[2])) + m[2]
	}
	return id
}

var shortID = regexp.MustCompile(`^([a-z]{2,4})(\d{3,4})$`)

// Types returns what the data says of types.
func (r *Rules) Types() *Types { return r.types }

// Bearing decides what a finding bears on.
func (r *Rules) Bearing(f *foreign.Finding) Bearing {
	key := f.Tool + "\x00" + f.Rule + "\x00" + f.Title + "\x00" + string(f.Class) + "\x00" + f.Provider + "\x00" + f.Host
	if b, ok := r.met[key]; ok {
		return b
	}
	b := r.decide(f)
	r.met[key] = b
	return b
}

// toolsAlike are tools that know each other's rules by the same ids.
var toolsAlike = map[string][]string{"trivy": {"trivy", "tfsec"}, "tfsec": {"tfsec", "trivy"}}

// alike lists the tools by whose rules those of a tool are known, itself first.
func alike(tool string) []string {
	if tools := toolsAlike[tool]; tools != nil {
		return tools
	}
	return []string{tool}
}

// equivalent lists our checks that ask the same as the rule of a finding.
func (r *Rules) equivalent(f *foreign.Finding) []*check.Check {
	for _, id := range append([]string{f.Rule}, f.Aliases...) {
		for _, tool := range alike(f.Tool) {
			if found := r.equivalents[tool+":"+ruleID(id)]; len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

func (r *Rules) decide(f *foreign.Finding) Bearing {
	if found := r.equivalent(f); len(found) > 0 {
		b := Bearing{By: "rule", Equivalent: found}
		for _, c := range found {
			if !slices.Contains(b.Responsibilities, c.Responsibility) {
				b.Responsibilities = append(b.Responsibilities, c.Responsibility)
			}
		}
		return b
	}
	id := strings.ToLower(f.Rule)
	for _, rule := range r.file.Rules {
		if rule.Tool != "" && rule.Tool != f.Tool {
			continue
		}
		for _, glob := range rule.IDs {
			if ok, _ := path.Match(strings.ToLower(glob), strings.ReplaceAll(id, "/", "-")); ok {
				return Bearing{Responsibilities: rule.Responsibility, By: "rule"}
			}
		}
	}
	class := string(f.Class)
	if f.Class == foreign.OSPackage && f.Host != "" {
		class = "host-package"
	}
	if list := r.file.Classes[class]; len(list) > 0 {
		return Bearing{Responsibilities: list, By: "class"}
	}
	words := f.Title + " | " + strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(f.Rule)
	for i, re := range r.titles {
		if re.MatchString(words) {
			return Bearing{Responsibilities: r.file.Titles[i].Responsibility, By: "title"}
		}
	}
	if list := r.byControl(f); len(list) > 0 {
		return Bearing{Responsibilities: list, By: "control"}
	}
	for _, c := range f.Categories {
		if list := r.file.Categories[strings.ToLower(c)]; len(list) > 0 {
			return Bearing{Responsibilities: list, By: "category"}
		}
	}
	return Bearing{}
}

func (r *Rules) byControl(f *foreign.Finding) []string {
	for _, c := range f.Controls {
		if resp := r.sections[frameworkKey(f, c)]; resp != "" {
			return []string{resp}
		}
	}
	for _, c := range f.Controls {
		framework, section, ok := strings.Cut(c, " ")
		if !ok {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(r.file.Controls)) {
			if !strings.HasPrefix(strings.ToLower(framework), strings.ToLower(name)) {
				continue
			}
			section = strings.ToLower(strings.ReplaceAll(section, "_", "-"))
			for { // SC-28(1) is part of SC-28
				if list := r.file.Controls[name][section]; len(list) > 0 {
					return list
				}
				i := strings.LastIndexAny(section, "(-.")
				if i < 0 {
					break
				}
				section = section[:i]
			}
		}
	}
	return nil
}
