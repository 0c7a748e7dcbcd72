package catalogue

// Asset returns what makes an asset of the native type, or nil.
func (c *Catalogue) Asset(native string) *AssetType { return c.Assets[native] }

// Part returns what makes a part of another asset of the native type, or nil.
func (c *Catalogue) Part(native string) *PartType { return c.Parts[native] }

// IgnoredReason tells why a native type deliberately becomes neither, or is
// empty.
func (c *Catalogue) IgnoredReason(native string) string { return c.Ignored[native] }

// Service returns the service of that id, "aws/rds", or nil.
func (c *Catalogue) Service(id string) *Service { return c.Services[id] }

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
	return Contents{Services: c.Services, Assets: c.Assets, Parts: c.Parts, Ignored: c.Ignored}
}
