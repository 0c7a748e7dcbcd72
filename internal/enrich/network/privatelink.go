package network

import (
	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// privateLinks derives, for services that a private endpoint can lead to, whether
// one does. One that is closed to the internet must be reached somehow, so that
// without an endpoint in the sources it is only not known.
func privateLinks(e *estate.Estate) {
	ends := map[*estate.Asset]*estate.Asset{}
	for _, a := range e.Assets {
		if a.Kind == "network-endpoint" && a.Provider != "aws" {
			for to := range derive.Linked(a, "target") {
				ends[to] = a
			}
		}
	}
	for _, a := range e.Assets {
		if derive.Is(a, "private_link").IsFalse() {
			continue
		}
		linked, from := tri.Of(ends[a] != nil), derive.FromFact(a, "publicly_accessible")
		switch door, has := derive.Bool(a, "publicly_accessible"); {
		case linked.IsTrue():
			from = derive.At(ends[a])
		case !has || !door.Known():
			linked = tri.Unknown("whether it is reached through a private endpoint is not known: none is in the sources")
		case door.IsFalse():
			linked = tri.Unknown("it is closed to the internet, and no endpoint that leads to it is in the sources")
		}
		derive.SetBool(a, "private_endpoint", linked, from)
		if f, ok := a.Fact("in_private_network"); ok && f.Known() && linked.IsTrue() && derive.Is(a, "publicly_accessible").IsFalse() {
			derive.SetBool(a, "in_private_network", tri.True, from)
		}
	}
}
