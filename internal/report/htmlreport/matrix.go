package htmlreport

import (
	"cmp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/matrix"
)

// statuses, worst first. The page draws a cell by the first that occurs in it.
var statuses = matrix.Worst

// owners, from the left of a cell to its right.
var owners = []string{report.Customer, report.Unknown, report.Provider}

const nStatuses, nOwners = 7, 3

func statusOf(s string) int { return matrix.Rank(s) }

func ownerOf(s string) int {
	if i := slices.Index(owners, s); i >= 0 {
		return i
	}
	return 1
}

// counts of duties by owner and status.
type counts [nOwners][nStatuses]int

func (c *counts) owned(owner int) (n int) {
	for _, k := range c[owner] {
		n += k
	}
	return n
}

func (c *counts) total() int { return c.owned(0) + c.owned(1) + c.owned(2) }

// dimension is one way to cut the estate into columns.
type dimension struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Columns []*column `json:"columns"`

	key   func(columnKeys) (key, title string)
	byKey map[string]*column
}

// columnKeys is what decides the column of a duty.
type columnKeys struct {
	model, provider, service, serviceName, environment, account, team string
}

// column is one column of the matrix. Cells are flat triples in the page:
// responsibility, owner*7+status, count.
type column struct {
	Key    string `json:"key"`
	Title  string `json:"title"`
	Assets int    `json:"assets"`
	Cells  []int  `json:"cells"`

	cells map[int]*counts // by responsibility
	last  string          // asset last counted
}

func newDimensions() []*dimension {
	same := func(get func(columnKeys) string, none string) func(columnKeys) (string, string) {
		return func(k columnKeys) (string, string) {
			v := get(k)
			return v, cmp.Or(v, none)
		}
	}
	ds := []*dimension{
		{ID: "model", Title: "Delivery model", key: func(k columnKeys) (string, string) { return k.model, modelTitle(k.model) }},
		{ID: "provider", Title: "Provider", key: func(k columnKeys) (string, string) { return k.provider, providerTitle(k.provider) }},
		{ID: "service", Title: "Service", key: func(k columnKeys) (string, string) {
			return k.service, cmp.Or(k.serviceName, k.service, "No service")
		}},
		{ID: "environment", Title: "Environment", key: same(func(k columnKeys) string { return k.environment }, "No environment")},
		{ID: "account", Title: "Account", key: same(func(k columnKeys) string { return k.account }, "No account")},
		{ID: "team", Title: "Team", key: same(func(k columnKeys) string { return k.team }, "No team")},
	}
	for _, d := range ds {
		d.byKey = map[string]*column{}
	}
	return ds
}

func newColumn(key, title string) *column {
	return &column{Key: key, Title: title, cells: map[int]*counts{}}
}

// add counts a duty. Duties come grouped by asset.
func (d *dimension) add(k columnKeys, asset string, resp, owner, status int) {
	key, title := d.key(k)
	c := d.byKey[key]
	if c == nil {
		c = newColumn(key, title)
		d.byKey[key] = c
	}
	c.add(asset, resp, owner, status)
}

func (c *column) add(asset string, resp, owner, status int) {
	if c.last != asset || c.Assets == 0 {
		c.Assets++
		c.last = asset
	}
	n := c.cells[resp]
	if n == nil {
		n = new(counts)
		c.cells[resp] = n
	}
	n[owner][status]++
}

// close orders the columns and flattens their cells.
func (d *dimension) close() {
	for _, c := range d.byKey {
		c.flatten()
		d.Columns = append(d.Columns, c)
	}
	slices.SortFunc(d.Columns, func(x, y *column) int {
		if d.ID == "model" {
			return cmp.Or(cmp.Compare(modelOrder(x.Key), modelOrder(y.Key)), strings.Compare(x.Key, y.Key))
		}
		return cmp.Or(
			cmp.Compare(rank(x.Key == ""), rank(y.Key == "")), // "no team" stands last
			cmp.Compare(y.Assets, x.Assets),
			strings.Compare(x.Title, y.Title), strings.Compare(x.Key, y.Key))
	})
}

func (c *column) flatten() {
	resps := make([]int, 0, len(c.cells))
	for r := range c.cells {
		resps = append(resps, r)
	}
	slices.Sort(resps)
	for _, r := range resps {
		for o := range nOwners {
			for s := range nStatuses {
				if n := c.cells[r][o][s]; n > 0 {
					c.Cells = append(c.Cells, r, o*nStatuses+s, n)
				}
			}
		}
	}
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// models from the one where the customer owns most to the one where least.
var models = []struct{ id, title string }{
	{"on-premises", "On premises"},
	{"iaas", "Infrastructure (IaaS)"},
	{"caas", "Containers (CaaS)"},
	{"paas", "Platform (PaaS)"},
	{"faas", "Functions (FaaS)"},
	{"saas", "Software (SaaS)"},
}

func modelOrder(id string) int {
	for i, m := range models {
		if m.id == id {
			return i
		}
	}
	return len(models)
}

func modelTitle(id string) string {
	if i := modelOrder(id); i < len(models) {
		return models[i].title
	}
	return cmp.Or(id, "Model unknown")
}

func providerTitle(id string) string {
	switch id {
	case "aws":
		return "AWS"
	case "azure":
		return "Microsoft Azure"
	case "gcp", "google":
		return "Google Cloud"
	}
	return cmp.Or(id, "No provider")
}
