// Package organisation derives whether workloads run in an organisation's
// management account, which no policy of the organisation restrains.
package organisation

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// workloads are the kinds that run code or hold an application's data.
var workloads = map[string]bool{
	"virtual-machine": true, "machine-group": true, "function": true, "kubernetes-cluster": true, "container-service": true,
	"app-platform": true, "batch-compute": true, "big-data-cluster": true, "notebook": true, "ml-endpoint": true,
	"relational-database": true, "database-cluster": true, "key-value-database": true, "document-database": true,
	"graph-database": true, "data-warehouse": true, "cache": true, "search-cluster": true, "message-broker": true,
}

// Enrich sets workloads_in_management on the accounts in which an organisation
// itself stands; other accounts do not have the fact.
func Enrich(e *estate.Estate) {
	management := map[*estate.Asset]bool{}
	for _, a := range e.Assets {
		if acc := derive.Account(a); acc != nil && a.Means == "aws_organizations_organization" {
			management[acc] = true
			derive.SetBool(acc, "workloads_in_management", tri.False, derive.At(a))
		}
	}
	for _, a := range e.Assets {
		if acc := derive.Account(a); management[acc] && workloads[a.Kind] {
			derive.SetBool(acc, "workloads_in_management", tri.True, derive.At(a))
		}
	}
}
