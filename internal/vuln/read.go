package vuln

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/demarc-sec/demarc/internal/agent/packages"
)

// maxInventory bounds an inventory, or the host document that holds one.
const maxInventory = 64 << 20

// ErrInventory is a document without an inventory.
var ErrInventory = errors.New("neither an inventory of packages nor a host document that has one")

// ReadInventory reads the inventory of a file: as demarc-agent writes it, alone
// or within a host document.
func ReadInventory(r io.Reader) (*packages.Inventory, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxInventory+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxInventory {
		return nil, fmt.Errorf("%w: it has more than %d bytes", ErrInventory, maxInventory)
	}
	var document struct {
		Host     *int            `json:"demarc_host"`
		Packages json.RawMessage `json:"packages"`
		Distro   json.RawMessage `json:"distro"`
	}
	if err := json.Unmarshal(b, &document); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInventory, err)
	}
	switch {
	case document.Host != nil && document.Packages == nil:
		return nil, fmt.Errorf("%w: the host document has no packages; collect it with them", ErrInventory)
	case document.Host != nil:
		b = document.Packages
	case document.Packages == nil || document.Distro == nil:
		return nil, ErrInventory
	}
	var inv packages.Inventory
	if err := json.Unmarshal(b, &inv); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInventory, err)
	}
	if len(inv.Packages) > packages.MaxPackages {
		return nil, fmt.Errorf("%w: it has %d packages", ErrInventory, len(inv.Packages))
	}
	return &inv, nil
}
