package normalise

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

func listed(native, address, account string, body map[string]any) *source.Resource {
	return &source.Resource{
		Dialect: estate.AssetInventory, Type: native, Address: address, Provider: "google", Root: "assets.json", Account: account, Body: body,
	}
}

// TestGooglePaths joins what an inventory lists by full names, URLs and paths,
// and does not take one region's subnet for another's.
func TestGooglePaths(t *testing.T) {
	const compute, subnet = "//compute.googleapis.com/projects/net/", "compute.googleapis.com/Subnetwork"
	machine := func(name, by string) *source.Resource {
		return listed("compute.googleapis.com/Instance", "//compute.googleapis.com/projects/shop/zones/a/instances/"+name, "shop", map[string]any{
			"name": name, "networkInterfaces": []any{map[string]any{"subnetwork": by}},
		})
	}
	_, as := finish(t,
		listed(subnet, compute+"regions/one/subnetworks/default", "net", map[string]any{"name": "default"}),
		listed(subnet, compute+"regions/two/subnetworks/default", "net", map[string]any{"name": "default"}),
		machine("url", "https://www.googleapis.com/compute/v1/projects/net/regions/two/subnetworks/default"),
		machine("newer", "https://compute.googleapis.com/compute/v1/projects/net/regions/one/subnetworks/default"),
		machine("full", compute+"regions/two/subnetworks/default"),
		machine("path", "projects/net/regions/one/subnetworks/default"),
		machine("elsewhere", "projects/net/regions/three/subnetworks/default"),
		machine("another", "projects/other/regions/one/subnetworks/default"),
	)
	for name, want := range map[string]string{
		"url": "two", "newer": "one", "full": "two", "path": "one", "elsewhere": "", "another": "",
	} {
		ends := as["//compute.googleapis.com/projects/shop/zones/a/instances/"+name].Linked("subnet")
		if len(ends) != 1 {
			t.Fatalf("%s has the subnets %+v", name, ends)
		}
		got := ""
		if ends[0].To != nil {
			got = ends[0].To.Address
		}
		if want != "" {
			want = compute + "regions/" + want + "/subnetworks/default"
		}
		if got != want {
			t.Errorf("%s lies in %q, want %q", name, got, want)
		}
	}
}

// TestGooglePathsOfConfiguration joins a path to what configuration of that
// project describes, and to no other project's.
func TestGooglePathsOfConfiguration(t *testing.T) {
	network := resource("google_compute_network", "main", map[string]any{"name": "main", "project": "net"})
	peering := func(name, with string) *source.Resource {
		return resource("google_compute_network_peering", name, map[string]any{"name": name, "project": "net", "network": with})
	}
	_, as := finish(t, network, peering("here", "projects/net/global/networks/main"), peering("there", "projects/other/global/networks/main"))
	if ends := as["google_compute_network_peering.here"].Linked("peer"); len(ends) != 1 || ends[0].To != as["google_compute_network.main"] {
		t.Errorf("the peering leads to %+v", ends)
	}
	if ends := as["google_compute_network_peering.there"].Linked("peer"); len(ends) != 1 || ends[0].To != nil {
		t.Errorf("another project's network was taken for %+v", ends)
	}
}
