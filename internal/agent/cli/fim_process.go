package cli

import (
	"fmt"
	"strings"

	"github.com/demarc-sec/demarc/internal/agent/fim/cause"
)

func processText(p *cause.Process) string {
	var b strings.Builder
	for i := 0; p != nil && i < 4; i++ {
		if i > 0 {
			b.WriteString(" ← ")
		}
		name := strings.Join(p.Command, " ")
		if len(name) > 120 {
			name = name[:120] + "…"
		}
		if name == "" {
			name = p.Exe
		}
		fmt.Fprintf(&b, "%s (%d", name, p.PID)
		if p.User != "" {
			fmt.Fprintf(&b, ", %s", p.User)
		}
		if p.LoginUser != "" {
			fmt.Fprintf(&b, ", logged in as %s", p.LoginUser)
		}
		b.WriteString(")")
		p = p.Parent
	}
	return b.String()
}
