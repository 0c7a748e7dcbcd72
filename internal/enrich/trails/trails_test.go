package trails

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
)

func TestEnrich(t *testing.T) {
	good := et.Facts{"multi_region": true, "management_events": true, "object_write_events": true, "object_read_events": false, "recorder_enabled": true}
	for _, c := range []struct {
		name   string
		trails []et.Facts
		want   et.Facts
	}{
		{"none", nil, et.Facts{"trail_covers_account": et.Unknown("")}},
		{"good", []et.Facts{good}, et.Facts{"trail_covers_account": true, "object_writes_recorded": true, "object_reads_recorded": false}},
		{"one region", []et.Facts{{"multi_region": false, "management_events": true}}, et.Facts{"trail_covers_account": false}},
		{"one region and good", []et.Facts{{"multi_region": false, "management_events": true}, good}, et.Facts{"trail_covers_account": true}},
		{"two halves", []et.Facts{{"multi_region": true, "management_events": false}, {"multi_region": false, "management_events": true}}, et.Facts{"trail_covers_account": false}},
		{"switched off", []et.Facts{{"multi_region": true, "management_events": true, "recorder_enabled": false}}, et.Facts{"trail_covers_account": false}},
		{"not known", []et.Facts{{"multi_region": et.Unknown("later"), "management_events": true}}, et.Facts{"trail_covers_account": et.Unknown("later")}},
		{"an organisation's", []et.Facts{{"multi_region": false, "management_events": true, "organization_wide": true}}, et.Facts{"trail_covers_account": et.Unknown("")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			acc := et.Asset("acc", "account", nil)
			e := et.Estate(acc)
			for _, fs := range c.trails {
				e.Assets = append(e.Assets, et.Link(et.Asset("trail", "audit-trail", fs), "account", acc))
			}
			Enrich(e)
			et.Want(t, acc, c.want)
		})
	}
}
