package terraform

import "github.com/hashicorp/hcl/v2/hclsyntax"

// varies reports whether the argument depends on each, count or self.
func (a *argument) varies() bool {
	if a.attr != nil {
		return a.attr.varies()
	}
	for _, b := range a.blocks {
		if b.varies() {
			return true
		}
	}
	return false
}

func (a *attr) varies() bool {
	if a.perInstance == unasked {
		a.perInstance = no
		for _, t := range hclsyntax.Variables(a.expr) {
			switch t.RootName() {
			case "each", "count", "self":
				a.perInstance = yes
			}
		}
	}
	return a.perInstance == yes
}

func (b *block) varies() bool {
	if b.perInstance == unasked {
		b.perInstance = no
		for _, a := range b.body.attrs {
			if a.varies() {
				b.perInstance = yes
			}
		}
		for _, n := range b.body.blocks {
			if n.varies() {
				b.perInstance = yes
			}
		}
	}
	return b.perInstance == yes
}

type tristate uint8

const (
	unasked tristate = iota
	yes
	no
)
