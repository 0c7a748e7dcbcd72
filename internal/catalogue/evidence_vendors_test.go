package catalogue

// inferredOfVendors is the part of inferredAtMost about vendors of platforms and
// applications, smaller clouds, and the customer's own machines.
var inferredOfVendors = map[string]int{
	"github": 4,
}

// undocumentedOfVendors is likewise the part of undocumentedAtMost.
var undocumentedOfVendors = map[string]int{}
