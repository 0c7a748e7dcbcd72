// Package defaults lets an account's own defaults hold for assets that do not
// say otherwise: disks of an account that encrypts by default, machines of one
// that requires session tokens; and a cluster's for its nodes.
package defaults

import "github.com/demarc-sec/demarc/internal/estate"

// byAccount maps a fact of an asset to the fact of its account that decides
// when the asset is silent.
var byAccount = map[string]string{
	"encrypted_at_rest":   "encrypted_at_rest_by_default",
	"imds_v2_required":    "imds_v2_required",
	"os_login":            "os_login",
	"serial_console_open": "serial_console_open",
}

// everywhere are the defaults that hold in every region of the account.
var everywhere = map[string]bool{"os_login": true, "serial_console_open": true}

// kinds are those that the account's defaults reach.
var kinds = map[string]bool{"disk": true, "virtual-machine": true, "machine-template": true, "machine-group": true, "kubernetes-nodes": true}

// Enrich sets what an account's default makes true. Such defaults hold for one
// region, which the account's asset does not tell; in an account with assets
// in several regions it is therefore not known whether they hold.
func Enrich(e *estate.Estate) {
	regions := map[*estate.Asset]map[string]bool{}
	for _, a := range e.Assets {
		if acc := account(a); acc != nil && a.Region != "" {
			if regions[acc] == nil {
				regions[acc] = map[string]bool{}
			}
			regions[acc][a.Region] = true
		}
	}
	for _, a := range e.Assets {
		fromCluster(a)
		acc := account(a)
		if acc == nil || !kinds[a.Kind] {
			continue
		}
		for own, theirs := range byAccount {
			f, has := a.Fact(own)
			if !has || f.Origin.How != estate.Default || f.Value == true {
				continue
			}
			d, ok := acc.Fact(theirs)
			if on, _ := d.Value.(bool); !ok || !on {
				continue
			}
			f.Value, f.Unknown = true, ""
			if len(regions[acc]) > 1 && !everywhere[own] {
				f.Value, f.Unknown = nil, "the account's default may be of another region"
			}
			f.Origin = estate.Origin{How: estate.Derived, Address: d.Origin.Address, Attribute: d.Origin.Attribute, At: d.Origin.At}
			a.SetFact(f)
		}
	}
}

// byCluster are facts of nodes that their cluster decides when they are silent.
var byCluster = []string{"kubelet_read_only_port"}

func fromCluster(a *estate.Asset) {
	if a.Kind != "kubernetes-nodes" {
		return
	}
	for _, name := range byCluster {
		f, has := a.Fact(name)
		if !has || f.Known() || f.Origin.How != estate.Default {
			continue
		}
		for _, r := range a.Relations {
			if r.Name != "cluster" || r.To == nil {
				continue
			}
			if d, ok := r.To.Fact(name); ok {
				f.Value, f.Unknown, f.Origin = d.Value, d.Unknown, d.Origin
				f.Origin.How = estate.Derived
				a.SetFact(f)
			}
		}
	}
}

func account(a *estate.Asset) *estate.Asset {
	for _, r := range a.Relations {
		if r.Name == "account" {
			return r.To
		}
	}
	return nil
}
