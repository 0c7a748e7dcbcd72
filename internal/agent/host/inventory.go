package host

import "github.com/demarc-sec/demarc/internal/agent/packages"

// packages reads what software the server has.
func (s *survey) packages() {
	s.doc.Packages = packages.Read(s.opt.Root)
}
