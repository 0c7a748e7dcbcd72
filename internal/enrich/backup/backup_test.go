package backup

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

type m = map[string]any

func sel(ms ...any) []any { return ms }

func TestEnrich(t *testing.T) {
	later := &source.Unknown{Reason: "later"}
	tags := func(key string, values ...any) []any { return []any{m{"key": key, "values": values}} }
	for _, c := range []struct {
		name       string
		selections any
		want       any
	}{
		{"everything", sel(m{"resources": sel("*")}), true},
		{"all databases", sel(m{"resources": sel("arn:aws:rds:*:*:db:*")}), true},
		{"this database", sel(m{"resources": sel("arn:aws:rds:eu-west-1:111122223333:db:orders")}), true},
		{"databases by name", sel(m{"resources": sel("arn:aws:rds:*:*:db:ord*")}), true},
		{"another database", sel(m{"resources": sel("arn:aws:rds:*:*:db:other")}), false},
		{"another account", sel(m{"resources": sel("arn:aws:rds:*:999999999999:db:*")}), false},
		{"tables", sel(m{"resources": sel("arn:aws:dynamodb:*:*:table/*")}), false},
		{"by tag", sel(m{"any_tags": tags("backup", "daily")}), true},
		{"by tag with a wildcard", sel(m{"any_tags": tags("backup", "d*")}), true},
		{"by another value", sel(m{"any_tags": tags("backup", "weekly")}), false},
		{"by any of two", sel(m{"any_tags": append(tags("x", "y"), tags("backup", "daily")...)}), true},
		{"by all of two", sel(m{"all_tags": append(tags("x", "y"), tags("backup", "daily")...)}), false},
		{"by condition on all", sel(m{"resources": sel("*"), "all_tags": tags("aws:ResourceTag/backup", "daily")}), true},
		{"by condition not met", sel(m{"resources": sel("*"), "all_tags": sel(m{"key": "backup", "values": sel("daily"), "not": true})}), false},
		{"left out", sel(m{"resources": sel("*"), "not_resources": sel("arn:aws:rds:*:*:db:*")}), false},
		{"second selection", sel(m{"resources": sel("arn:aws:dynamodb:*:*:table/*")}, m{"any_tags": tags("backup", "daily")}), true},
		{"names not known", sel(m{"resources": sel(later)}), et.Unknown("later")},
		{"names not known, tag fits", sel(m{"resources": sel(later)}, m{"any_tags": tags("backup", "daily")}), true},
		{"nothing known", et.Unknown("later"), et.Unknown("later")},
		{"nothing selected", sel(), false},
		{"one without a list", m{"resources": sel("*")}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := et.Asset("orders", "relational-database", nil)
			db.Means, db.Account, db.Region = "aws_db_instance", "111122223333", "eu-west-1"
			db.Tags = map[string]string{"backup": "daily"}
			p := et.Asset("plan", "backup-plan", et.Facts{"selections": c.selections})
			Enrich(et.Estate(db, p))
			et.Want(t, db, et.Facts{"backup_covered": c.want})
		})
	}
}

func TestByRelationAndWithout(t *testing.T) {
	vol := et.Asset("vol", "disk", nil)
	vol.Means = "aws_ebs_volume"
	other := et.Asset("other", "disk", nil)
	other.Means = "aws_ebs_volume"
	p := et.Link(et.Asset("plan", "backup-plan", et.Facts{"selections": sel(m{"resources": sel("arn:aws:ec2:*:*:volume/vol-123")})}), "selects", vol)
	topic := et.Asset("t", "topic", nil)
	Enrich(et.Estate(vol, other, p, topic))
	et.Want(t, vol, et.Facts{"backup_covered": true})
	et.Want(t, other, et.Facts{"backup_covered": et.Unknown("")}) // its id could be that one
	et.Want(t, topic, et.Facts{"backup_covered": et.Absent})

	lone := et.Asset("lone", "disk", nil)
	Enrich(et.Estate(lone))
	et.Want(t, lone, et.Facts{"backup_covered": et.Unknown("")})
}

func TestPlansOfAnotherAccount(t *testing.T) {
	a1, a2 := et.Asset("a1", "account", nil), et.Asset("a2", "account", nil)
	db := et.Link(et.Asset("db", "relational-database", nil), "account", a1)
	p := et.Link(et.Asset("plan", "backup-plan", et.Facts{"selections": sel(m{"resources": sel("*")})}), "account", a2)
	Enrich(&estate.Estate{Assets: []*estate.Asset{a1, a2, db, p}})
	et.Want(t, db, et.Facts{"backup_covered": et.Unknown("")})
}

// TestAzurePlansAreForMachines: a plan that covers one machine makes no
// statement about databases.
func TestAzurePlansAreForMachines(t *testing.T) {
	vm, other, db := et.Asset("vm", "virtual-machine", nil), et.Asset("other", "virtual-machine", nil), et.Asset("db", "relational-database", nil)
	p := et.Link(et.Asset("p", "backup-plan", nil), "selects", vm)
	for _, a := range []*estate.Asset{vm, other, db, p} {
		a.Provider = "azure"
	}
	Enrich(et.Estate(vm, other, db, p))
	et.Want(t, vm, et.Facts{"backup_covered": true})
	et.Want(t, other, et.Facts{"backup_covered": false})
	et.Want(t, db, et.Facts{"backup_covered": et.Absent})
}
