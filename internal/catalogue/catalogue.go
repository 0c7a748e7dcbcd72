// Package catalogue loads, types and validates the data that says what a
// service is: its facts, its owners and the documents that state them. See
// docs/adding-a-service.md for the files' format.
package catalogue

import (
	"slices"

	"github.com/demarc-sec/demarc/internal/expr"
)

// Catalogue is the whole of it, compiled and cross-checked.
type Catalogue struct {
	Rows             []Row
	Responsibilities map[string]*Responsibility
	Parties          map[string]*Party
	Facts            map[string]*FactSpec
	Kinds            map[string]*Kind
	Models           *Models
	Services         map[string]*Service // by id, "aws/rds"

	Assets  map[string]*AssetType // by native type
	Parts   map[string]*PartType  // by native type
	Ignored map[string]string     // native type -> reason

	// FactEnv is the environment in which the owner rules were compiled and in
	// which checks are.
	FactEnv *expr.FactEnv

	twinsOf     map[string][]*AssetType // by the type they mean the same as
	anyCase     map[string]string       // other spellings of type names -> as written here; see noteCase
	insideFacts map[string]bool         // that parts of machines have
	lazy        *lazy                   // nil: the maps above hold everything

	builtIn bool // every file came with the program

	evidence map[string]func() (*Evidence, error) // by provider
}

// Row is one row of the matrix.
type Row struct {
	ID               string
	Title            string
	Responsibilities []*Responsibility
}

// Responsibility is one indivisible aspect of security.
type Responsibility struct {
	ID    string
	Title string
	Row   string
	Order int // position over all rows, top to bottom
}

// Party is someone who can own a duty.
type Party struct {
	ID    string `yaml:"-"`
	Title string `yaml:"title"`
	Side  string `yaml:"side"` // customer or provider
}

// FactSpec is an entry of the vocabulary.
type FactSpec struct {
	Name      string    `yaml:"-"`
	Type      expr.Type `yaml:"type"`
	BearsOn   string    `yaml:"bears_on"`
	Is        string    `yaml:"is"`
	Derived   string    `yaml:"derived"`    // the enricher that computes it
	MovesLine bool      `yaml:"moves_line"` // ownership rules read it
}

// Kind is a vendor-neutral kind of asset.
type Kind struct {
	ID               string   `yaml:"-"`
	Title            string   `yaml:"title"`
	Has              []string `yaml:"has"`
	AccountWide      bool     `yaml:"account_wide"` // acts on all of its account, not only on what refers to it
	Responsibilities []string `yaml:"-"`            // groups resolved
}

// Document is a page that states an ownership or a default.
type Document struct {
	URL      string `yaml:"url"`
	Title    string `yaml:"title"`
	Verified string `yaml:"verified"` // date, 2006-01-02
}

// Models holds the default owners by delivery model: for each responsibility
// p or c, one for each column.
type Models struct {
	Columns []string            `yaml:"columns"`
	Owners  map[string][]string `yaml:"owners"`
}

// Evidence is what a provider states about the default owners.
type Evidence struct {
	Documents map[string]*Document `yaml:"documents"`
	Rows      map[string]string    `yaml:"rows"` // responsibility -> document
}

// For returns the document that states who owns the responsibility by
// default, or nil where none does.
func (e *Evidence) For(responsibility string) *Document {
	if e == nil {
		return nil
	}
	return e.Documents[e.Rows[responsibility]]
}

// Document returns a document of the service, or one of its provider's general
// ones, or nil.
func (c *Catalogue) Document(s *Service, id string) *Document {
	if d := s.Documents[id]; d != nil {
		return d
	}
	if e := c.EvidenceOf(s.Provider); e != nil {
		return e.Documents[id]
	}
	return nil
}

// Service is one folder of the catalogue.
type Service struct {
	ID        string                `yaml:"-"` // "aws/rds"
	Provider  string                `yaml:"-"` // "aws"
	File      string                `yaml:"-"`
	Title     string                `yaml:"title"`
	Model     string                `yaml:"model"`
	Documents map[string]*Document  `yaml:"documents"`
	Assets    map[string]*AssetType `yaml:"assets"`
	Parts     map[string]*PartType  `yaml:"parts"`
	Ignored   map[string]string     `yaml:"ignored"`
	Owners    []*Rule               `yaml:"owners"`
	Also      []string              `yaml:"also"`
	Without   []string              `yaml:"without"`
	Legacy    []string              `yaml:"legacy"` // argument paths older providers had
	Notes     string                `yaml:"notes"`

	Twins    map[string]*Twin  `yaml:"-"` // by native type, from twins.yaml
	Twinless map[string]string `yaml:"-"` // Terraform type -> why nothing means the same, from twins.yaml
}

// NamesRepeat tells that names of the provider's resources say little by
// themselves: those of Kubernetes hold within a kind and a namespace, and half
// of all applications have something called web. Who follows names there
// follows all three.
func (s *Service) NamesRepeat() bool { return s.Provider == "kubernetes" }

// AssetType says how a native type becomes an asset.
type AssetType struct {
	Type      string              `yaml:"-"`
	Means     string              `yaml:"-"` // Type, or the type a twin is of
	Twin      *Twin               `yaml:"-"` // nil: the service describes the type itself
	Service   *Service            `yaml:"-"`
	KindID    string              `yaml:"kind"`
	Kind      *Kind               `yaml:"-"`
	Model     string              `yaml:"model"`
	Identity  []string            `yaml:"identity"`
	Facts     map[string]*Mapping `yaml:"facts"`
	Relations map[string]Paths    `yaml:"relations"`
	Also      []string            `yaml:"also"`
	Without   []string            `yaml:"without"`

	// Responsibilities are those of an asset of this type, top to bottom, and
	// Rules the owner rules for each, in order.
	Responsibilities []*Responsibility `yaml:"-"`
	Rules            [][]*Rule         `yaml:"-"`
	// PossibleFacts are all facts an asset of this type can get from itself
	// and its parts, without derived ones.
	PossibleFacts map[string]bool `yaml:"-"`
}

// PartType says how a native type adds to an asset of another type.
type PartType struct {
	Type      string              `yaml:"-"`
	Means     string              `yaml:"-"` // Type, or the type a twin is of
	Twin      *Twin               `yaml:"-"`
	Service   *Service            `yaml:"-"`
	Of        Strings             `yaml:"of"`
	By        Strings             `yaml:"by"`
	Facts     map[string]*Mapping `yaml:"facts"`
	Relations map[string]Paths    `yaml:"relations"`
	Each      bool                `yaml:"each"`
	// Alone is what a part of a machine makes, by provider, where no source
	// describes the machine.
	Alone map[string]string `yaml:"alone"`
}

// Account is the `of` of parts that belong to the account itself.
const Account = "account"

// Any is the `of` of parts that belong to whatever asset of the provider they
// name: a setting for its logs, a lock. Such a part says something only of
// types that have the fact themselves, and nothing where the asset is not in
// the sources.
const Any = "any"

// Machine is the `of` of parts that belong to whatever machine they name: an
// asset with a guest operating system, of whichever service.
const Machine = "machine"

// HasGuest tells whether the type has an operating system that somebody
// configures.
func (t *AssetType) HasGuest() bool {
	return slices.ContainsFunc(t.Responsibilities, func(r *Responsibility) bool { return r.ID == "guest-os.configure" })
}

// SecretsFact is the fact that lists credentials in clear. Every asset has it,
// since every asset can carry one in its tags, and an account in the
// configuration of its provider.
const SecretsFact = "plaintext_secrets"

// AccountType is the native type of the asset that stands for an account of
// the provider. No resource has it.
func AccountType(provider string) string { return provider + "_account_itself" }

// Rule is an owner rule. The first that holds decides.
type Rule struct {
	Name      string   `yaml:"rule"`
	For       []string `yaml:"for"`
	Assets    []string `yaml:"assets"`
	When      string   `yaml:"when"`
	Owner     string   `yaml:"owner"`
	Document  string   `yaml:"document"`
	Inferred  bool     `yaml:"inferred"`
	Note      string   `yaml:"note"`
	ChangesOn string   `yaml:"changes_on"`
	ChangesTo string   `yaml:"changes_to"`

	ID        string          `yaml:"-"` // "aws/rds#custom"
	Doc       *Document       `yaml:"-"`
	Condition *expr.Predicate `yaml:"-"` // nil: always
}

// Mapping says where a fact's value comes from.
type Mapping struct {
	From     Strings        `yaml:"from"`
	Const    Optional       `yaml:"const"`
	Policy   Strings        `yaml:"policy"`
	Secrets  []string       `yaml:"secrets"`
	CEL      string         `yaml:"cel"`
	Absent   Optional       `yaml:"absent"`
	Is       string         `yaml:"is"`
	Equals   Optional       `yaml:"equals"`
	In       []any          `yaml:"in"`
	NotIn    []any          `yaml:"not_in"`
	Prefix   string         `yaml:"prefix"`
	Suffix   string         `yaml:"suffix"`
	Matches  string         `yaml:"matches"`
	AtLeast  *float64       `yaml:"at_least"`
	AtMost   *float64       `yaml:"at_most"`
	Contains Optional       `yaml:"contains"`
	Map      map[string]any `yaml:"map"`
	Else     Optional       `yaml:"else"`
	Not      bool           `yaml:"not"`
	Fold     string         `yaml:"fold"`
	When     string         `yaml:"when"`
	Document string         `yaml:"document"`
	Note     string         `yaml:"note"`

	Fact *FactSpec `yaml:"-"`
}

// Paths are argument paths.
type Paths = Strings

// Strings decodes from a string or a list of strings.
type Strings []string

// UnmarshalYAML implements the decoding of either form.
func (s *Strings) UnmarshalYAML(decode func(any) error) error {
	var one string
	if err := decode(&one); err == nil {
		*s = Strings{one}
		return nil
	}
	var many []string
	if err := decode(&many); err != nil {
		return err
	}
	*s = many
	return nil
}

// Optional is a value that may be written, also as null or false.
type Optional struct {
	Set   bool
	Value any
}

// UnmarshalYAML implements the decoding of any value.
func (o *Optional) UnmarshalYAML(decode func(any) error) error {
	o.Set = true
	return decode(&o.Value)
}
