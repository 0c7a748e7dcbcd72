package policy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/integrity"
	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/strictyaml"
)

// Bounds of policies.
const (
	maxFile     = 1 << 20
	maxRules    = 2000
	maxPatterns = 20000
	maxParents  = 16
)

// file is a policy as it is written.
type file struct {
	Name     string              `yaml:"name"`
	Title    string              `yaml:"title"`
	Inherits []string            `yaml:"inherits"`
	Sets     map[string][]string `yaml:"sets"`
	Never    []string            `yaml:"never"`
	Without  []string            `yaml:"without"` // ids of inherited rules
	Rules    []fileRule          `yaml:"rules"`
}

type fileRule struct {
	ID       string   `yaml:"id"`
	Title    string   `yaml:"title"`
	Paths    []string `yaml:"paths"`
	Except   []string `yaml:"except"`
	Look     []string `yaml:"look"`
	Tier     string   `yaml:"tier"`
	Severity string   `yaml:"severity"`
	Only     string   `yaml:"only"`
	Kinds    []string `yaml:"kinds"`
	Secret   bool     `yaml:"secret"`
	Read     string   `yaml:"read"`
	Writers  []string `yaml:"writers"`
	Owned    bool     `yaml:"owned"`
}

// Default is the policy of a Linux server.
const Default = "linux"

// Names of the policies that come with Demarc.
func Names() []string {
	files, _ := fs.Glob(integrity.FS, "*.yaml")
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".yaml")
	}
	return files
}

// Load reads a policy: by name one that comes with Demarc, or else a file.
func Load(nameOrPath string) (*Policy, error) {
	if nameOrPath == "" {
		nameOrPath = Default
	}
	if slices.Contains(Names(), nameOrPath) {
		return load(nameOrPath, func(n string) ([]byte, error) { return fs.ReadFile(integrity.FS, n+".yaml") })
	}
	f, err := os.Open(nameOrPath)
	if errors.Is(err, fs.ErrNotExist) && !strings.Contains(nameOrPath, "/") {
		return nil, fmt.Errorf("there is no policy %q, neither a file nor one of %s", nameOrPath, strings.Join(Names(), ", "))
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	text := make([]byte, maxFile+1)
	n, err := readFull(f, text)
	if err != nil {
		return nil, err
	}
	if n > maxFile {
		return nil, fmt.Errorf("%s is larger than %d bytes", nameOrPath, maxFile)
	}
	return Parse(text[:n], nameOrPath)
}

func readFull(f *os.File, b []byte) (n int, err error) {
	n, err = io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // shorter than the bound, as it should be
	}
	return n, err
}

// Parse reads a policy from a text; where is what errors call it. It may inherit
// from those that come with Demarc.
func Parse(text []byte, where string) (*Policy, error) {
	return load(where, func(n string) ([]byte, error) {
		if n == where {
			return text, nil
		}
		if !slices.Contains(Names(), n) {
			return nil, fmt.Errorf("no policy is called %q; there are %s", n, strings.Join(Names(), ", "))
		}
		return fs.ReadFile(integrity.FS, n+".yaml")
	})
}

// loader joins a policy with what it inherits.
type loader struct {
	read  func(string) ([]byte, error)
	seen  []string
	never []string
	sets  map[string]entry.Set
	rules []*Rule
}

func load(name string, read func(string) ([]byte, error)) (*Policy, error) {
	l := loader{read: read, sets: map[string]entry.Set{}}
	f, err := l.add(name)
	if err != nil {
		return nil, err
	}
	if len(l.rules) == 0 {
		return nil, fmt.Errorf("%s: the policy has no rules", name)
	}
	root, live, err := compile(l.rules, l.never)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &Policy{Name: f.Name, Title: f.Title, Rules: l.rules, root: root, live: live}
	if len(l.never) > 0 {
		p.Rules = append(slices.Clone(l.rules), &Rule{ID: "never", Paths: l.never, Exclude: true})
	}
	return p, nil
}

// add reads parents before the policy itself, whose rules take the place of
// theirs by id.
func (l *loader) add(name string) (*file, error) {
	if slices.Contains(l.seen, name) {
		return &file{}, nil // two parents may have one in common
	}
	if l.seen = append(l.seen, name); len(l.seen) > maxParents {
		return nil, fmt.Errorf("%s: more than %d policies inherit from one another", name, maxParents)
	}
	text, err := l.read(name)
	if err != nil {
		return nil, err
	}
	var f file
	if err := strictyaml.Decode(name, text, &f); err != nil {
		return nil, err
	}
	for _, parent := range f.Inherits {
		if _, err := l.add(parent); err != nil {
			return nil, fmt.Errorf("%s inherits %s: %w", name, parent, err)
		}
	}
	if f.Name == "" {
		return nil, fmt.Errorf("%s: a policy needs a name", name)
	}
	l.never = append(l.never, f.Never...)
	if err := l.addSets(f.Sets); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, id := range f.Without {
		if !l.drop(id) {
			return nil, fmt.Errorf("%s: without: no inherited rule is called %q", name, id)
		}
	}
	for i := range f.Rules {
		if err := l.addRule(&f.Rules[i]); err != nil {
			return nil, fmt.Errorf("%s: rule %d (%s): %w", name, i+1, f.Rules[i].ID, err)
		}
	}
	return &f, nil
}

func (l *loader) drop(id string) (found bool) {
	l.rules = slices.DeleteFunc(l.rules, func(r *Rule) bool {
		hit := r.ID == id || r.ID == id+".except"
		found = found || hit
		return hit
	})
	return found
}

func (l *loader) addSets(sets map[string][]string) error {
	for name, of := range sets {
		s, err := l.set(of)
		if err != nil {
			return fmt.Errorf("set %s: %w", name, err)
		}
		l.sets[name] = s
	}
	return nil
}

func (l *loader) set(names []string) (entry.Set, error) {
	var all entry.Set
	for _, n := range names {
		s, ok := l.sets[n]
		if !ok {
			var err error
			if s, err = entry.ParseSet(n); err != nil {
				return 0, err
			}
		}
		all |= s
	}
	return all, nil
}

func (l *loader) addRule(f *fileRule) error {
	if f.ID == "" || len(f.Paths) == 0 {
		return errors.New("a rule needs an id and paths")
	}
	r := &Rule{ID: f.ID, Title: f.Title, Paths: f.Paths, Only: Condition(f.Only), Secret: f.Secret, Read: f.Read, Severity: f.Severity, Writers: f.Writers, Owned: f.Owned}
	look, err := l.set(f.Look)
	if err != nil {
		return err
	}
	if r.Look = look; look == 0 {
		return errors.New("look names no attribute")
	}
	switch f.Tier {
	case "live":
		r.Live = true
	case "scheduled":
	default:
		return fmt.Errorf("tier is live or scheduled, not %q", f.Tier)
	}
	if !slices.Contains([]string{Info, Low, Medium, High, Critical}, r.Severity) {
		return fmt.Errorf("severity is info, low, medium, high or critical, not %q", r.Severity)
	}
	if !slices.Contains([]Condition{Always, Privileged, Executable}, r.Only) {
		return fmt.Errorf("only is privileged or executable, not %q", r.Only)
	}
	if !slices.Contains([]string{"", "accounts", "keys", "text"}, r.Read) {
		return fmt.Errorf("read is accounts, keys or text, not %q", r.Read)
	}
	for _, k := range f.Kinds {
		i := slices.IndexFunc(allKinds, func(x entry.Kind) bool { return x.String() == k })
		if i < 0 {
			return fmt.Errorf("no file is a %q", k)
		}
		r.Kinds = append(r.Kinds, allKinds[i])
	}
	l.drop(r.ID)
	l.rules = append(l.rules, r)
	if len(f.Except) > 0 {
		l.rules = append(l.rules, &Rule{ID: r.ID + ".except", Paths: f.Except, Exclude: true})
	}
	return l.bounded()
}

var allKinds = []entry.Kind{entry.File, entry.Directory, entry.Link, entry.Pipe, entry.Socket, entry.Character, entry.Block}

func (l *loader) bounded() error {
	n := 0
	for _, r := range l.rules {
		n += len(r.Paths)
	}
	if len(l.rules) > maxRules || n > maxPatterns {
		return fmt.Errorf("more than %d rules or %d paths", maxRules, maxPatterns)
	}
	return nil
}
