package catalogue

import (
	"maps"
	"slices"
	"strings"
)

// Asset returns what makes an asset of the native type, or nil.
func (c *Catalogue) Asset(native string) *AssetType { return c.of(native).Assets[native] }

// Part returns what makes a part of another asset of the native type, or nil.
func (c *Catalogue) Part(native string) *PartType { return c.of(native).Parts[native] }

// IgnoredReason tells why a native type deliberately becomes neither, or is
// empty.
func (c *Catalogue) IgnoredReason(native string) string { return c.of(native).Ignored[native] }

// Service returns the service of that id, "aws/rds", or nil.
func (c *Catalogue) Service(id string) *Service {
	if c.lazy == nil {
		return c.Services[id]
	}
	if u := c.lazy.units[id]; u != nil {
		return u.open().Services[id]
	}
	return nil
}

// Has tells whether anything is said of the native type, HasAsset whether it
// makes an asset, and HasService whether there is a service of that id, without
// the cost of looking inside.
func (c *Catalogue) Has(native string) bool {
	if c.lazy == nil {
		return c.Assets[native] != nil || c.Parts[native] != nil || c.Ignored[native] != ""
	}
	return c.lazy.types[native].unit != nil
}

// HasAsset is described at Has.
func (c *Catalogue) HasAsset(native string) bool {
	if c.lazy == nil {
		return c.Assets[native] != nil
	}
	return c.lazy.types[native].section == "assets" || c.Asset(native) != nil
}

// HasService is described at Has.
func (c *Catalogue) HasService(id string) bool {
	return c.Services[id] != nil || c.lazy != nil && c.lazy.units[id] != nil
}

// HasProvider reports whether there is any service of the provider.
func (c *Catalogue) HasProvider(provider string) bool {
	for id := range c.Services {
		if strings.HasPrefix(id, provider+"/") {
			return true
		}
	}
	if c.lazy != nil {
		for id := range c.lazy.units {
			if strings.HasPrefix(id, provider+"/") {
				return true
			}
		}
	}
	return false
}

// EvidenceOf returns what a provider states about the default owners, or nil
// when none of it is known.
func (c *Catalogue) EvidenceOf(provider string) *Evidence {
	read := c.evidence[provider]
	if read == nil {
		return nil
	}
	e, _ := read() // who looks for mistakes has been told of them
	return e
}

// EvidenceProviders lists the providers that state something, sorted.
func (c *Catalogue) EvidenceProviders() []string { return slices.Sorted(maps.Keys(c.evidence)) }

// NativeTypes lists, sorted, the native types that may make an asset, without
// the cost of looking inside. Among them may be twins of parts.
func (c *Catalogue) NativeTypes() []string {
	var out []string
	if c.lazy == nil {
		return slices.Sorted(maps.Keys(c.Assets))
	}
	for name, t := range c.lazy.types {
		if t.section == "assets" || t.section == "twins" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Possible tells whether assets of the type can have the fact: by the mappings
// of the type, or by what is seen inside of whatever machine.
func (c *Catalogue) Possible(t *AssetType, fact string) bool {
	return t.PossibleFacts[fact] || t.HasGuest() && c.inside()[fact]
}

// inside are the facts that parts of machines have.
func (c *Catalogue) inside() map[string]bool {
	if c.lazy != nil {
		return c.lazy.inside()
	}
	return c.insideFacts
}

// Contents is everything that the services of a catalogue hold.
type Contents struct {
	Services map[string]*Service
	Assets   map[string]*AssetType
	Parts    map[string]*PartType
	Ignored  map[string]string
}

// All returns everything at once, for those who list or validate it. Who
// wants to know of one type or service asks for that one.
func (c *Catalogue) All() Contents {
	if c.lazy != nil {
		return c.lazy.all()
	}
	return c.contents()
}

func (c *Catalogue) contents() Contents {
	return Contents{Services: c.Services, Assets: c.Assets, Parts: c.Parts, Ignored: c.Ignored}
}

// of returns what holds the native type, if anything does.
func (c *Catalogue) of(native string) Contents {
	if c.lazy != nil {
		return c.lazy.of(native)
	}
	return c.contents()
}
