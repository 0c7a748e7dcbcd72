package cli

import "github.com/demarc-sec/demarc/internal/agent/run"

// modules are the parts of the agent, in the order in which they start.
func modules(string) []run.Module {
	return nil
}
