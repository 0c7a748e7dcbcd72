// Package inline knows which resources of Azure may be written inside the one
// they belong to, as a subnet in its network. What names such a resource means
// that one and not the whole around it, so readers make resources of their own
// of them. The readers of templates and of exports import it.
package inline

import "strings"

// children are, by the type in small letters, the lists in a resource's
// properties whose members are resources.
var children = map[string][]string{
	"microsoft.network/virtualnetworks": {"subnets"},
	"microsoft.network/loadbalancers":   {"backendAddressPools", "inboundNatPools", "inboundNatRules", "loadBalancingRules"},
}

// Children are the names of the lists, in the properties of a resource of the
// type, whose members are resources. The type of a member is the resource's
// with the list's name behind it.
func Children(typ string) []string {
	return children[strings.ToLower(typ)]
}
