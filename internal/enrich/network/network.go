// Package network derives what rules of security groups and ACLs admit, and
// which assets can be reached from the internet.
package network

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
)

// Enrich derives the network facts of every asset.
func Enrich(e *estate.Estate) {
	for _, a := range e.Assets {
		setRules(a)
	}
	x := newExposure(e)
	for _, a := range e.Assets {
		x.set(a)
	}
	endpoints(e)
	privateLinks(e)
	for _, a := range e.Assets {
		switch a.Kind {
		case "route-table":
			peeringRoutes(a)
		case "cdn":
			origins(a)
		case "dns-record":
			dangling(a)
		}
	}
}

// endpoints lists, for every virtual network, the provider services that are
// reached from inside it.
func endpoints(e *estate.Estate) {
	type found struct {
		services []string
		why      string
	}
	by := make(map[*estate.Asset]*found)
	for _, a := range e.Assets {
		if a.Kind == "virtual-network" && !a.Elsewhere {
			by[a] = &found{}
		}
	}
	for _, a := range e.Assets {
		f, ok := a.Fact("endpoint_service")
		if !ok || a.Kind != "network-endpoint" {
			continue
		}
		for n := range derive.Linked(a, "network") {
			to := by[n]
			if to == nil {
				continue
			}
			if s, _ := f.Value.(string); s != "" {
				to.services = append(to.services, serviceName(s))
			} else {
				to.why = cmp.Or(to.why, f.Unknown)
			}
		}
	}
	for n, f := range by {
		slices.Sort(f.services)
		derive.SetList(n, "private_endpoints", slices.Compact(f.services), f.why, derive.At(n))
	}
}

// serviceName shortens com.amazonaws.eu-west-1.s3 to s3.
func serviceName(s string) string {
	parts := strings.Split(s, ".")
	if len(parts) > 3 && slices.Contains(parts[:3], "amazonaws") {
		i := slices.Index(parts, "amazonaws")
		return strings.Join(parts[min(i+2, len(parts)-1):], ".")
	}
	if len(parts) == 4 && parts[0] == "aws" { // aws.sagemaker.eu-west-1.notebook
		return parts[1] + "." + parts[3]
	}
	return s
}
