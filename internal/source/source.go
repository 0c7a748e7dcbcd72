// Package source defines what every reader of an estate yields: native
// resources with locations and references, and the gaps it could not see.
// Readers live in the packages below it and never import one another.
package source

import "github.com/demarc-sec/demarc/internal/estate"

// Resource is one native resource, still in the provider's words.
type Resource struct {
	Dialect estate.Dialect
	Type    string // "aws_s3_bucket"
	Address string // full instance address inside its root: `module.a["x"].aws_s3_bucket.b[0]`
	Name    string // the block's own label, "b"
	Data    bool   // a data source: something the estate refers to but does not manage
	// Setup tells that this is no resource but a provider's configuration
	// block, which may hold what signs in.
	Setup    bool
	Provider string // "aws"
	Root     string // root module directory or file, relative to what the user named
	Account  string // provider account, when the provider configuration tells; else ""
	Region   string // likewise
	// Instance is the machine of a provider that something was seen inside of,
	// where the provider itself says so.
	Instance string

	// Body holds the arguments: nil (not set), bool, float64, string, []any,
	// map[string]any or *Unknown. A nested block is a []any of map[string]any,
	// also when at most one is allowed. Readers of JSON that wrap single
	// nested objects differently convert to this shape.
	Body map[string]any

	// Set names top-level arguments the configuration writes (true even when
	// the value is unknown). Nil means the source cannot tell (a state file);
	// then every non-null value counts as written. It separates "known after
	// apply because the provider computes a default" from "set to something
	// not known yet": the first counts as not set.
	Set map[string]bool

	// Partial tells that the source does not carry every setting, as AWS Config
	// does not: what Body does not hold is unknown, not the provider's default.
	Partial bool
	// PartialWhy says why in a few words, where the source is no export but
	// something that another program completes.
	PartialWhy string

	// Refs maps an attribute path without indices ("vpc_config.subnet_ids") to
	// the resources its value was built from.
	Refs map[string][]Ref

	Location estate.Location   // the block
	Calls    []estate.Location // module calls that led here, outermost first
	Lines    map[string]int    // attribute path without indices -> line; may be nil

	// Names maps an argument path to what the source itself calls it, where the
	// two differ: the normaliser calls the arguments of all dialects alike.
	// Readers leave it nil.
	Names map[string]string
	// Called is what the source would call an argument that it does not write.
	// Nil where it says what the normaliser says.
	Called func(argument string) string

	// Comments are the comments attached to the block (just above, or inside
	// it), in which waivers are looked for. CallComments are those at the module
	// calls that led here.
	Comments     []Comment
	CallComments []CallComment
}

// Comment is a source comment with its text stripped of comment marks.
type Comment struct {
	Text string
	Line int
}

// CallComment is a comment at a module call.
type CallComment struct {
	Text string
	At   estate.Location
}

// Ref is a reference from an argument to another resource.
type Ref struct {
	Address   string // instance address, or the resource's without key when the key is not known
	Attribute string // "arn", "id"; may be empty
}

// Unknown stands in a Body for a value the source does not tell.
type Unknown struct {
	Reason  string // "known after apply", "variable region has no default", …
	NotNull bool   // certainly set to something
	// Text is a string value of which only parts are unknown: each unknown part
	// stands between HoleOpen and HoleClose, with the reference that would give
	// it. Empty when nothing of the string is known.
	Text string
}

// HoleOpen and HoleClose enclose an unknown part of Unknown.Text. They are
// private-use code points, so that JSON text with holes remains valid JSON.
const (
	HoleOpen  = "\uE000"
	HoleClose = "\uE001"
)

// Gap is something the assessment could not see. A gap is never silent: it is
// listed in every report, and can fail a build.
type Gap struct {
	Kind string          `json:"kind"` // "module", "file", "variable", "expression", "resource", "limit"
	What string          `json:"what"` // one line: what could not be read, and why
	Mend string          `json:"mend,omitempty"`
	At   estate.Location `json:"location,omitzero"`
	// Fatal marks input that is broken (exit code 2), as against input that
	// is merely incomplete (a module not downloaded).
	Fatal bool `json:"fatal,omitempty"`
}

// Sink takes what a reader yields. Readers call it from one goroutine at a
// time. A Resource and its Body belong to the sink once handed over.
type Sink interface {
	Resource(*Resource)
	Gap(Gap)
}

// Info describes one source that was read, for the report.
type Info struct {
	Kind string `json:"kind"` // "terraform", "terraform-plan", "terraform-state"
	Path string `json:"path"`
	Gaps []Gap  `json:"gaps,omitempty"`
}
