package posting

import (
	"cmp"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/foreign"
	"github.com/demarc-sec/demarc/internal/source"
)

// Stand describes the asset that a finding means and no source does, so that
// its owner can be told all the same. Where that cannot be said, why tells.
func (t *Types) Stand(f *foreign.Finding) (r *source.Resource, why string) {
	switch {
	case f.Image != "":
		return t.resource(f, imageType, f.Image, f.Image), ""
	case f.Host != "":
		return t.resource(f, hostType, f.Host, f.Host), ""
	}
	unknown := ""
	for _, ref := range f.Resources {
		if r := t.object(f, ref); r != nil {
			return r, ""
		}
		id := t.Identify(f, ref)
		switch {
		case id.Account && id.Provider != "":
			if t.cat.Asset(catalogue.AccountType(id.Provider)) == nil {
				continue
			}
			r := t.resource(f, catalogue.AccountType(id.Provider), "", "")
			r.Account = id.Number
			return r, ""
		case id.Type != "" && id.Name != "":
			r := t.resource(f, id.Type, ref, id.Name)
			r.Account, r.Region = id.Number, id.Region
			return r, ""
		}
		if r := t.block(f, ref); r != nil {
			return r, ""
		}
		unknown = cmp.Or(unknown, ref)
	}
	if f.Class == foreign.Code || f.File != "" && (f.Class == foreign.Secret || f.Class == foreign.LanguagePackage) || f.Class == foreign.LanguagePackage {
		name := "source code"
		for _, ref := range f.Resources {
			if strings.Contains(ref, "://") {
				name = strings.TrimSuffix(ref, ".git")
			}
		}
		return t.resource(f, codeType, "code "+name, name), ""
	}
	switch {
	case f.Type != "" && t.Native(f.Provider, f.Type) == "":
		return nil, "the catalogue knows no type " + f.Type
	case unknown != "":
		return nil, "what " + unknown + " is cannot be told"
	case f.File != "":
		return nil, "no asset of the sources stands there"
	}
	return nil, "it names no resource"
}

func (t *Types) resource(f *foreign.Finding, native, address, name string) *source.Resource {
	if !strings.ContainsAny(address, ":/.") && address != "" {
		address = native + " " + address // a plain name may be that of many things
	}
	return &source.Resource{
		Dialect: estate.Declared, Type: native, Address: address, Name: name, Account: f.Account, Region: f.Region,
		Body: map[string]any{}, Location: place(f),
	}
}

// object is an object of a cluster: Deployment/default/web, Deployment.default.web.
func (t *Types) object(f *foreign.Finding, ref string) *source.Resource {
	if f.Provider != "kubernetes" {
		return nil
	}
	parts := strings.FieldsFunc(ref, func(r rune) bool { return r == '/' || r == '.' && !strings.Contains(ref, "/") })
	if strings.Count(ref, "/") == 2 { // a namespace may be empty
		parts = strings.Split(ref, "/")
	}
	if len(parts) < 3 {
		return nil
	}
	native := t.Native("kubernetes", parts[0])
	if native == "" {
		return nil
	}
	address := parts[0] + "/" + parts[2]
	if parts[1] != "" {
		address = parts[1] + "/" + address
	}
	return t.resource(f, native, address, parts[2])
}

// block is a block of configuration: module.a.aws_s3_bucket.b[0]. That of a
// part stands for the asset it belongs to.
func (t *Types) block(f *foreign.Finding, ref string) *source.Resource {
	parts := strings.Split(withoutKeys(ref), ".")
	if len(parts) < 2 {
		return nil
	}
	native := parts[len(parts)-2]
	if !t.cat.Has(native) {
		return nil
	}
	r := t.resource(f, native, ref, parts[len(parts)-1])
	if p := t.cat.Part(native); p != nil {
		switch of := p.Of[0]; of {
		case catalogue.Any:
			return nil
		case catalogue.Account:
			r.Type, r.Address = catalogue.AccountType(p.Service.Provider), ""
		default:
			r.Type = of
		}
	}
	if t.cat.Asset(r.Type) == nil {
		return nil
	}
	return r
}

// place is where a finding points at, as far as it is a place in a source.
func place(f *foreign.Finding) estate.Location {
	if f.File == "" {
		return estate.Location{}
	}
	return estate.Location{File: f.File, Line: f.Line, EndLine: f.EndLine}
}
