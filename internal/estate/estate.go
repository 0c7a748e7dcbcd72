// Package estate holds the nouns Demarc reasons about: assets, their facts and
// relations, and where each was read. It imports only the standard library, and
// every other package may import it.
package estate

// Location is a place in a source file. Lines count from 1; zero means the
// line is not known. File is relative to what the user named on the command
// line, with forward slashes.
type Location struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	EndLine int    `json:"end_line,omitempty"`
}

// Dialect names the shape a native resource was written in.
type Dialect string

// The dialects Demarc reads. Terraform is the shape of provider attributes,
// the same in HCL, plan and state; CloudFormation is that of its resource
// types, also where SAM or the CDK wrote them; Kubernetes is that of objects,
// also where a chart or an overlay made them.
const (
	Terraform      Dialect = "terraform"
	CloudFormation Dialect = "cloudformation"
	Kubernetes     Dialect = "kubernetes"
	// ARM is an Azure resource as Resource Manager takes it: templates, compiled
	// Bicep and Resource Graph.
	ARM Dialect = "arm"
	// AssetInventory is a Google Cloud resource as Cloud Asset Inventory shows it.
	AssetInventory Dialect = "cai"
	// Dockerfile is the recipe of a container image, Compose a file of services.
	Dockerfile Dialect = "dockerfile"
	Compose    Dialect = "compose"
	// Workflow is a workflow of GitHub Actions.
	Workflow Dialect = "workflow"
	// Host is a server as the agent in it sees it.
	Host Dialect = "host"
	// Declared is what demarc.yaml says itself: facts in the vocabulary's words.
	Declared Dialect = "declared"
)

// Dialects are all of them.
var Dialects = []Dialect{Terraform, CloudFormation, Kubernetes, ARM, AssetInventory, Dockerfile, Compose, Workflow, Host, Declared}

// How tells by what right a fact has its value.
type How string

const (
	// Set: the source states the value.
	Set How = "set"
	// Default: the source is silent, and the provider's documented default holds.
	Default How = "default"
	// Constant: the service always behaves so; no setting exists.
	Constant How = "constant"
	// Derived: computed from other facts and relations.
	Derived How = "derived"
)

// Origin remembers where a fact was read.
type Origin struct {
	How       How
	Address   string    // address of the native resource it was read from
	Attribute string    // native attribute path, such as "metadata_options.http_tokens"
	At        *Location // the attribute's line, or the resource's when it is not written
}

// Fact is one typed property of an asset in the vendor-neutral vocabulary.
// Exactly one of Value and Unknown is meaningful: a non-empty Unknown is the
// reason why the value could not be read, and then Value is nil.
//
// Value is one of bool, int64, float64, string, []string, []any (of JSON-like
// values) or time.Time, as the vocabulary says.
type Fact struct {
	Name    string
	Value   any
	Unknown string
	Origin  Origin
}

// Known reports whether the fact has a value.
func (f Fact) Known() bool { return f.Unknown == "" }

// Relation is a named, directed edge to another asset. To is nil when the
// other end is not part of the estate; Unknown then says why, or is empty when
// the end is simply elsewhere.
type Relation struct {
	Name    string
	Ref     string // the other end as the source wrote it: address, ARN, id or name
	To      *Asset
	Unknown string
}

// Asset is one thing of the estate, folded from one or more native resources.
type Asset struct {
	ID         string // unique in the estate: root and address
	Address    string // as the source names it, such as "module.db.aws_db_instance.main"
	Addresses  []string
	Kind       string // vendor-neutral kind, such as "relational-database"
	Provider   string // "aws"
	Service    string // catalogue id, such as "aws/rds"
	NativeType string
	// Means is the type under which the catalogue describes it: NativeType, or
	// the type of another dialect that this one means the same as.
	Means       string
	Dialect     Dialect
	Name        string
	Account     string
	Region      string
	Instance    string // what the provider calls a machine, where a state, an inventory or its own signed document tells
	Environment string
	Team        string
	Root        string // the root module or file it came from
	Tags        map[string]string
	Location    Location
	Calls       []Location // module calls that led here, outermost first
	Relations   []Relation

	// Places are those of the parts folded into it.
	Places []Location

	// Reported is set when nothing that was read describes the asset: it is
	// only named in another scanner's report.
	Reported bool

	// Elsewhere is set when only a part of the asset is in the sources: a rule
	// or policy was found whose main resource is not.
	Elsewhere bool

	facts []record // sorted by name
}

// Linked returns the relations of that name, in the order they were written.
func (a *Asset) Linked(name string) []Relation {
	var out []Relation
	for _, r := range a.Relations {
		if r.Name == name {
			out = append(out, r)
		}
	}
	return out
}

// Estate is everything one assessment looks at.
type Estate struct {
	Assets []*Asset // sorted by ID
}

// NotSetForAccount is why a fact of an account is unknown that no source sets.
const NotSetForAccount = "nothing that was read sets it for the account"
