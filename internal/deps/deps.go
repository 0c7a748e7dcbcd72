//go:build deps

package deps

import (
	_ "github.com/a-h/templ"
	_ "github.com/caddyserver/certmagic"
	_ "github.com/danielgtaylor/huma/v2"
	_ "github.com/danielgtaylor/huma/v2/adapters/humago"
)
