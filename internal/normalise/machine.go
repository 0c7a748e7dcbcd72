package normalise

import (
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/expr"
	"github.com/demarc-sec/demarc/internal/source"
)

// instanceIDs are how clouds call machines. No two are called alike.
var instanceIDs = map[string]*regexp.Regexp{
	"aws":    regexp.MustCompile(`^i-[0-9a-f]{8,17}$`),
	"azure":  regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`),
	"google": regexp.MustCompile(`^[0-9]{10,20}$`),
}

// sameMachine tells whether a machine and what was seen inside of one, which
// have a name in common, can be the same. In a cloud whose machines have ids, any
// other name is one among many: of that account and region only.
func sameMachine(name string, machine, inside *estate.Asset) bool {
	conflict := func(a, b string) bool { return a != "" && b != "" && a != b }
	if conflict(machine.Account, inside.Account) || conflict(machine.Region, inside.Region) {
		return false
	}
	id := instanceIDs[inside.Provider]
	return id == nil || id.MatchString(name) || machine.Account != "" && machine.Account == inside.Account && machine.Region != "" && machine.Region == inside.Region
}

// reportedIDs are where inventories tell a machine's id under a name that no
// configuration has.
var reportedIDs = map[string][]string{"aws": {"InstanceId", "instanceId"}, "azure": {"properties.vmId"}}

// instance is the id of a machine, where the source knows it: r is as
// configuration would write it, written as the source does.
func (n *Normaliser) instance(provider string, identity []string, r, written *source.Resource) string {
	id := instanceIDs[provider]
	if id == nil {
		return ""
	}
	look := func(r *source.Resource, paths []string) string {
		for _, path := range paths {
			if path == "name" {
				continue // people give it
			}
			for _, v := range expr.Values(r.Body, path) {
				if s, ok := v.(string); ok && id.MatchString(s) {
					return n.intern(strings.ToLower(s))
				}
			}
		}
		return ""
	}
	if s := look(r, identity); s != "" {
		return s
	}
	return look(written, reportedIDs[provider])
}
