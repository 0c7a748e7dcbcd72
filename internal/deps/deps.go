//go:build deps

package deps

import (
	_ "github.com/a-h/templ"
	_ "github.com/caddyserver/certmagic"
)
