package normalise

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// customerKey is the test of a key argument: written, and not the name of a
// key the provider manages.
const customerKey = "customer-key"

// readCustomerKey folds with all: one volume under the provider's key is
// enough for the answer to be no.
func readCustomerKey(vs []any, path string, not bool) reading {
	rd := reading{how: estate.Default, path: path, value: not}
	if len(vs) == 0 {
		return rd
	}
	var open *source.Unknown
	for _, v := range vs {
		switch x := v.(type) {
		case nil:
			return rd
		case string:
			if x == "" || strings.Contains(x, "alias/aws/") {
				if x != "" {
					rd.how = estate.Set
				}
				return rd
			}
		case *source.Unknown:
			if strings.Contains(x.Text, "alias/aws/") {
				rd.how = estate.Set
				return rd
			}
			if !x.NotNull && x.Text == "" {
				open = x
			}
		}
	}
	rd.how = estate.Set
	if open != nil {
		rd.unknown = reason(open)
		return rd
	}
	rd.value = !not
	return rd
}
