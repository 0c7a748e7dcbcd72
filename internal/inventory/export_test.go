package inventory

import "testing"

// SmallSearches makes a search of a small ledger go the ways of one in a large
// one, where many assets are found.
func SmallSearches(t *testing.T) {
	t.Helper()
	a, b, c, d, e := fewAssets, fewOwners, walked, places, spread
	fewAssets, fewOwners, walked, places, spread = 2, 2, 8, 3, 40
	t.Cleanup(func() { fewAssets, fewOwners, walked, places, spread = a, b, c, d, e })
}
