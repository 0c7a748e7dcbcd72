package posting

import (
	"slices"
	"strings"
	"unicode"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/foreign"
)

// The types of assets that only reports name, whatever they run on.
const (
	imageType = "container/Image"
	hostType  = "machine/Host"
	codeType  = "code/Repository"
)

// Types tells what scanners mean by the types of resources they name.
type Types struct {
	cat    *catalogue.Catalogue
	folded map[string][]string // native types by their letters alone
	known  map[string]string   // what the data file says, likewise
	kinds  map[string]string   // Kubernetes' by their kind, in lower case
}

func newTypes(cat *catalogue.Catalogue, known map[string]string) *Types {
	t := &Types{cat: cat, folded: map[string][]string{}, known: map[string]string{}, kinds: map[string]string{}}
	for _, native := range cat.NativeTypes() {
		t.folded[fold(native)] = append(t.folded[fold(native)], native)
		if group, kind, ok := strings.Cut(native, "/"); ok && !strings.Contains(kind, "/") && (kubernetesGroups[group] || strings.HasSuffix(group, ".k8s.io")) {
			t.kinds[strings.ToLower(kind)] = native
		}
	}
	for name, native := range known {
		t.known[fold(name)] = native
	}
	return t
}

// kubernetesGroups are the API groups of workloads; the others end in .k8s.io.
var kubernetesGroups = map[string]bool{"core": true, "apps": true, "batch": true, "autoscaling": true, "policy": true}

// fold leaves of a type's name only its letters and digits, in lower case:
// AwsS3Bucket, AWS::S3::Bucket and aws_s3_bucket are then the same.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Native is the catalogue's type that a tool's name of a type means, or "".
func (t *Types) Native(provider, name string) string {
	if name == "" {
		return ""
	}
	if native := t.known[fold(name)]; native != "" {
		return native
	}
	if native := t.kinds[strings.ToLower(name)]; provider == "kubernetes" && native != "" {
		return native
	}
	for _, key := range []string{fold(name), provider + fold(name)} {
		for _, native := range t.folded[key] {
			if t.cat.Asset(native) != nil {
				return native
			}
		}
	}
	return ""
}

// machine tells whether the asset has an operating system of its own.
func (t *Types) machine(a *estate.Asset) bool {
	at := t.cat.Asset(a.NativeType)
	return at != nil && slices.ContainsFunc(at.Responsibilities, func(r *catalogue.Responsibility) bool { return r.ID == "guest-os.configure" })
}

// Identity is what an id tells of itself.
type Identity struct {
	Provider string
	Type     string // of the catalogue
	Name     string
	Number   string // of the account, subscription or project
	Region   string
	Account  bool // the account itself is meant
}

// Identify takes an ARN, an Azure or Google resource name, or a plain name
// apart.
func (t *Types) Identify(f *foreign.Finding, ref string) Identity {
	id := Identity{Provider: f.Provider, Number: f.Account, Region: f.Region}
	lower := strings.ToLower(ref)
	switch {
	case strings.HasPrefix(lower, "arn:"):
		t.arn(&id, f, ref)
	case strings.HasPrefix(lower, "/subscriptions/") || strings.Contains(lower, "/providers/microsoft."):
		t.azure(&id, f, ref)
	case strings.HasPrefix(ref, "//") && strings.Contains(ref, ".googleapis.com/"), strings.Contains(ref, "googleapis.com/") && strings.Contains(ref, "/projects/"):
		t.google(&id, f, ref)
	case ref == f.Account && f.Provider != "", f.Type == "Other" && f.Account != "", t.ofAccount(f), strings.HasPrefix(ref, "AWS::::Account:"),
		f.Provider == "aws" && f.Account != "" && strings.Contains(ref, " "): // "No trails", "EBS Default Encryption"
		id.Account = true
		if number, ok := strings.CutPrefix(ref, "AWS::::Account:"); ok {
			id.Number = number
		}
	default:
		id.Name = ref
		id.Type = t.Native(f.Provider, f.Type)
		if i := strings.LastIndexByte(ref, '.'); i > 0 && id.Type == "" { // AWS::S3::Bucket.Logs, aws_s3_bucket.logs
			if native := t.Native("", ref[:i]); native != "" {
				id.Type, id.Name = native, ref[i+1:]
			}
		}
	}
	if at := t.cat.Asset(id.Type); at != nil {
		id.Provider = at.Service.Provider
		id.Account = id.Account || at.KindID == catalogue.Account
	}
	return id
}

// ofAccount tells whether the type is of the account as such, as a password
// policy or the switch of a service is.
func (t *Types) ofAccount(f *foreign.Finding) bool {
	at := t.cat.Asset(t.Native(f.Provider, f.Type))
	return f.Account != "" && at != nil && at.KindID == catalogue.Account
}

// arn reads arn:partition:service:region:account:resource.
func (t *Types) arn(id *Identity, f *foreign.Finding, ref string) {
	id.Provider = "aws"
	parts := strings.SplitN(ref, ":", 6)
	if len(parts) < 6 {
		id.Account = len(parts) == 5 && parts[4] != "" && parts[4] == f.Account // a service of the account as a whole
		return
	}
	service, resource := parts[2], parts[5]
	if parts[3] != "" {
		id.Region = parts[3]
	}
	if parts[4] != "" {
		id.Number = parts[4]
	}
	id.Name = resource[strings.LastIndexAny(resource, ":/")+1:]
	kind := ""
	if i := strings.IndexAny(resource, ":/"); i >= 0 {
		kind = resource[:i]
	}
	if resource == "root" || resource == "account" || resource == id.Number || resource == "" || id.Name == id.Number {
		id.Account = true
		return
	}
	switch {
	case service == "s3":
		id.Name, _, _ = strings.Cut(resource, "/")
		id.Type = t.Native("aws", "AwsS3Bucket")
		return
	case service == "elasticloadbalancing" && strings.HasPrefix(resource, "loadbalancer/"):
		if rest := strings.Split(resource, "/"); len(rest) == 4 { // loadbalancer/app/name/number
			id.Name = rest[2]
		}
	case service == "iam" && (kind == "role" || kind == "user" || kind == "policy" || kind == "group"): // role/path/name
	case kind != "" && strings.ContainsAny(resource, ":"): // function:name:version, log-group:name:*
		rest := strings.Split(resource, ":")
		id.Name = rest[1]
	}
	id.Type = t.Native("aws", "arn:"+service+":"+kind)
	if id.Type == "" {
		id.Type = t.Native("aws", f.Type)
	}
	if id.Type == "" {
		id.Type = t.Native("aws", "aws"+service+kind)
	}
}

// azure reads /subscriptions/s/resourceGroups/g/providers/Microsoft.X/type/name.
func (t *Types) azure(id *Identity, f *foreign.Finding, ref string) {
	id.Provider = "azure"
	parts := strings.Split(strings.Trim(ref, "/"), "/")
	if len(parts) >= 2 && strings.EqualFold(parts[0], "subscriptions") {
		id.Number = parts[1]
	}
	last := -1
	for i, p := range parts {
		if strings.EqualFold(p, "providers") {
			last = i
		}
	}
	switch {
	case last >= 0 && last+3 < len(parts):
		native := parts[last+1] + "/" + parts[last+2]
		for i := last + 4; i+1 < len(parts); i += 2 {
			native += "/" + parts[i]
		}
		id.Name = parts[len(parts)-1]
		for { // an asset's part is found at the asset
			if at := t.cat.Asset(t.cat.Canonical(native)); at != nil {
				id.Type = at.Type
				return
			}
			i := strings.LastIndexByte(native, '/')
			if strings.Count(native, "/") < 2 {
				break
			}
			native = native[:i]
			parts = parts[:len(parts)-2]
			id.Name = parts[len(parts)-1]
		}
	case len(parts) == 2 || last < 0 && len(parts) == 4:
		id.Account = true
		return
	}
	id.Type = t.Native("azure", f.Type)
}

// google reads //service.googleapis.com/projects/p/…/collection/name.
func (t *Types) google(id *Identity, f *foreign.Finding, ref string) {
	id.Provider = "google"
	ref = ref[strings.Index(ref, "//")+2:]
	host, rest, _ := strings.Cut(ref, "/")
	if host == "www.googleapis.com" { // a self link: /compute/v1/projects/…
		service, tail, _ := strings.Cut(rest, "/")
		host, rest = service+".googleapis.com", tail
	}
	parts := strings.Split(rest, "/")
	for i, p := range parts {
		if p == "projects" && i+1 < len(parts) && parts[i+1] != "_" {
			id.Number = parts[i+1]
		}
	}
	id.Name = parts[len(parts)-1]
	collection := host
	if len(parts) > 1 {
		collection = parts[len(parts)-2]
	}
	if collection == "projects" {
		id.Account = true
		return
	}
	if id.Type = t.Native("google", host+"/"+singular(collection)); id.Type == "" {
		if id.Type = t.Native("google", f.Type); id.Type == "" && host == "storage.googleapis.com" {
			id.Type = t.Native("google", "storage.googleapis.com/Bucket")
		}
	}
}

// singular is the name of a type whose collection goes by the plural.
func singular(s string) string {
	switch {
	case strings.HasSuffix(s, "ies"):
		return s[:len(s)-3] + "y"
	case strings.HasSuffix(s, "sses"), strings.HasSuffix(s, "xes"):
		return s[:len(s)-2]
	}
	return strings.TrimSuffix(s, "s")
}
