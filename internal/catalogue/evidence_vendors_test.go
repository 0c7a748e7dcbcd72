package catalogue

// inferredOfVendors is the part of inferredAtMost about vendors of platforms and
// applications, smaller clouds, and the customer's own machines.
var inferredOfVendors = map[string]int{
	"aerospike":        1,
	"atlassian":        2,
	"auth0":            3,
	"cloudflare":       7,
	"confluent":        3,
	"databricks":       5,
	"datadog":          2,
	"digitalocean":     1,
	"elastic":          4,
	"github":           7,
	"gitlab":           12,
	"google-workspace": 2,
	"hashicorp":        2,
	"heroku":           5,
	"ibm":              2,
	"microsoft365":     2,
	"mongodbatlas":     6,
	"netlify":          3,
	"newrelic":         1,
	"okta":             2,
	"onpremises":       14,
	"oracle":           3,
	"pagerduty":        1,
	"redhat":           3,
	"retool":           5,
	"salesforce":       4,
	"servicenow":       3,
	"snowflake":        5,
	"supabase":         4,
	"unstructured":     4,
	"vercel":           3,
	"zoom":             3,
}

// undocumentedOfVendors is likewise the part of undocumentedAtMost.
var undocumentedOfVendors = map[string]int{
	"atlassian":        54,
	"digitalocean":     50,
	"google-workspace": 53,
	"microsoft365":     50,
	"mongodbatlas":     54,
	"onpremises":       48,
	"salesforce":       58,
	"vercel":           52,
}
