package packages

// Digest is a hash that a package's database holds of a file as it was shipped.
type Digest struct {
	Algorithm string `json:"algorithm"` // md5, sha1, sha256, sha384, sha512
	Hex       string `json:"hex"`
}

// Entry is what a database says about one path of a package.
type Entry struct {
	Path   string // absolute, as the package names it
	Digest Digest // zero for what has none: directories, links, or no manifest
	Config bool   // a configuration file, which people are meant to change
	// What rpm alone keeps; zero elsewhere.
	Mode  uint16 // as st_mode
	Size  int64
	Link  string
	Ghost bool // the package owns the path, but did not ship it
}
