package lifecycle

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
)

func TestCalendarsLoad(t *testing.T) {
	files, err := fs.Glob(lifecycles.FS, "*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d calendars, %v", len(files), err)
	}
	for _, f := range files {
		if _, err := Load(lifecycles.FS, strings.TrimSuffix(f, ".yaml")); err != nil {
			t.Error(err)
		}
	}
}

func TestStrict(t *testing.T) {
	const good = "product: p\ntitle: P\nsource: {url: u, title: t, verified: 2026-01-01}\nversions:\n  - {match: \"1\"}\n"
	for name, text := range map[string]string{
		"unknown key":     good + "more: 1\n",
		"another product": strings.Replace(good, "product: p", "product: q", 1),
		"bad date":        strings.Replace(good, "2026-01-01", "soon", 1),
		"double":          good + "  - {match: \"1\"}\n",
		"extended only":   good + "  - {match: \"2\", extended_ends: 2026-01-01}\n",
		"no source":       "product: p\ntitle: P\nversions:\n  - {match: \"1\"}\n",
	} {
		if _, err := Load(fstest.MapFS{"p.yaml": {Data: []byte(text)}}, "p"); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := Load(fstest.MapFS{"p.yaml": {Data: []byte(good)}}, "p"); err != nil {
		t.Error(err)
	}
}

func TestEnrich(t *testing.T) {
	today := et.Day("2026-11-23")
	for _, c := range []struct {
		kind, product, version string
		want                   et.Facts
	}{
		{"relational-database", "amazon-rds-mysql", "8.0.35", et.Facts{"out_of_support": true, "support_ends_on": et.Day("2026-07-31"), "extended_support_ends_on": et.Day("2029-07-31")}},
		{"relational-database", "amazon-rds-mysql", "8.4", et.Facts{"out_of_support": false}},
		{"relational-database", "amazon-rds-mysql", "5.5.62", et.Facts{"out_of_support": true, "support_ends_on": et.Unknown("")}},
		{"relational-database", "amazon-rds-mysql", "5", et.Facts{"out_of_support": true, "support_ends_on": et.Unknown("")}},
		{"relational-database", "amazon-rds-mysql", "8", et.Facts{"out_of_support": et.Unknown("")}},
		{"relational-database", "amazon-rds-mysql", "9.9", et.Facts{"out_of_support": et.Unknown("")}},
		{"relational-database", "amazon-rds-postgresql", "13.4", et.Facts{"out_of_support": true}},
		{"relational-database", "amazon-rds-postgresql", "16", et.Facts{"out_of_support": false, "support_ends_on": et.Day("2029-02-28")}},
		{"relational-database", "amazon-rds-postgresql", "9.4.7", et.Facts{"out_of_support": true}},
		{"relational-database", "amazon-rds-postgresql", "latest", et.Facts{"out_of_support": et.Unknown("")}},
		{"database-cluster", "amazon-aurora-postgresql", "15.4", et.Facts{"out_of_support": false}},
		{"database-cluster", "amazon-aurora-mysql", "5.7.mysql_aurora.2.11.2", et.Facts{"out_of_support": true, "support_ends_on": et.Day("2024-10-31")}},
		{"cache", "amazon-elasticache-redis", "6.x", et.Facts{"out_of_support": false}},
		{"cache", "amazon-elasticache-redis", "5.0.6", et.Facts{"out_of_support": true}},
		{"cache", "amazon-elasticache-redis", "3.2.10", et.Facts{"out_of_support": true}},
		{"message-broker", "amazon-msk", "3.5.1", et.Facts{"out_of_support": true}},
		{"message-broker", "amazon-msk", "3.9.x.kraft", et.Facts{"out_of_support": false, "support_ends_on": et.Absent}},
		{"graph-database", "amazon-neptune", "1.4.5.1", et.Facts{"out_of_support": false}},
		{"kubernetes-cluster", "amazon-eks", "1.32", et.Facts{"orchestrator_out_of_support": true, "out_of_support": et.Absent, "extended_support_ends_on": et.Day("2027-03-23")}},
		{"kubernetes-cluster", "amazon-eks", "1.35", et.Facts{"orchestrator_out_of_support": false}},
		{"kubernetes-cluster", "amazon-eks", "1.3", et.Facts{"orchestrator_out_of_support": true}}, // not a beginning of 1.33
		{"search-cluster", "no-such-product", "1", et.Facts{"out_of_support": et.Unknown("there is no support calendar for no-such-product")}},
	} {
		a := et.Asset(c.product+" "+c.version, c.kind, et.Facts{"lifecycle_product": c.product, "engine_version": c.version})
		if err := Enrich(et.Estate(a), lifecycles.FS, today); err != nil {
			t.Error(err)
		}
		et.Want(t, a, c.want)
	}
}

func TestRuntimesAndUnknowns(t *testing.T) {
	today := et.Day("2026-11-23")
	old := et.Asset("old", "function", et.Facts{"lifecycle_product": "aws-lambda", "runtime": "python3.8"})
	now := et.Asset("now", "function", et.Facts{"lifecycle_product": "aws-lambda", "runtime": "nodejs22.x"})
	al2 := et.Asset("al2", "function", et.Facts{"lifecycle_product": "aws-lambda", "runtime": "provided.al2023"})
	image := et.Asset("image", "function", nil)
	unset := et.Asset("unset", "relational-database", et.Facts{"lifecycle_product": "amazon-rds-mysql", "engine_version": et.Unknown("not written")})
	which := et.Asset("which", "relational-database", et.Facts{"lifecycle_product": et.Unknown("later"), "engine_version": "8.0"})
	elastic := et.Asset("es", "search-cluster", et.Facts{"lifecycle_product": "amazon-opensearch", "engine": "elasticsearch", "engine_version": "2.3"})
	if err := Enrich(et.Estate(old, now, al2, image, unset, which, elastic), lifecycles.FS, today); err != nil {
		t.Fatal(err)
	}
	et.Want(t, old, et.Facts{"runtime_out_of_support": true, "support_ends_on": et.Day("2024-10-14"), "extended_support_ends_on": et.Absent})
	et.Want(t, now, et.Facts{"runtime_out_of_support": false})
	et.Want(t, al2, et.Facts{"runtime_out_of_support": false})
	et.Want(t, image, et.Facts{"runtime_out_of_support": et.Absent})
	et.Want(t, unset, et.Facts{"out_of_support": et.Unknown("not written"), "support_ends_on": et.Unknown("")})
	et.Want(t, which, et.Facts{"out_of_support": et.Unknown("later")})
	et.Want(t, elastic, et.Facts{"out_of_support": et.Unknown("")})
}

func TestLastDayIsSupported(t *testing.T) {
	for day, want := range map[string]bool{"2026-07-31": false, "2026-08-01": true} {
		a := et.Asset("a", "relational-database", et.Facts{"lifecycle_product": "amazon-rds-mysql", "engine_version": "8.0"})
		if err := Enrich(et.Estate(a), lifecycles.FS, et.Day(day)); err != nil {
			t.Fatal(err)
		}
		et.Want(t, a, et.Facts{"out_of_support": want})
	}
}

// TestOperatingSystems reads releases out of images' names, and says nothing
// where a name tells none.
func TestOperatingSystems(t *testing.T) {
	for image, want := range map[string]et.Facts{
		"ubuntu/images/hvm-ssd/ubuntu-bionic-18.04-amd64-server-*":                           {"os_release": "Ubuntu 18.04", "os_out_of_support": true, "os_support_ends_on": et.Day("2023-05-31")},
		"ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*":                        {"os_release": "Ubuntu 24.04", "os_out_of_support": false, "os_support_ends_on": et.Absent},
		"/aws/service/canonical/ubuntu/server/20.04/stable/current/amd64/hvm/ebs-gp2/ami-id": {"os_release": "Ubuntu 20.04", "os_out_of_support": true},
		"debian-12-amd64-*":                                       {"os_release": "Debian 12", "os_out_of_support": false},
		"/aws/service/debian/release/11/latest/amd64":             {"os_release": "Debian 11", "os_out_of_support": true},
		"amzn2-ami-hvm-*-x86_64-gp2":                              {"os_release": "Amazon Linux 2", "os_out_of_support": true},
		"al2023-ami-2023*-x86_64":                                 {"os_release": "Amazon Linux 2023", "os_out_of_support": false},
		"CentOS Linux 7 x86_64 HVM EBS*":                          {"os_release": "CentOS Linux 7", "os_out_of_support": true},
		"ubuntu-os-cloud/ubuntu-2004-lts":                         {"os_release": "Ubuntu 20.04", "os_out_of_support": true},
		"Canonical:UbuntuServer:18.04-LTS":                        {"os_release": "Ubuntu 18.04", "os_out_of_support": true},
		"Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2":   {"os_release": "Ubuntu 22.04", "os_out_of_support": false},
		"Canonical:ubuntu-24_04-lts:server":                       {"os_release": "Ubuntu 24.04", "os_out_of_support": false},
		"RedHat:RHEL:79-gen2":                                     {"os_release": "Red Hat Enterprise Linux 7", "os_out_of_support": true, "os_support_ends_on": et.Day("2024-06-30")},
		"RHEL-10.0.0_HVM-20250523-x86_64-0-Hourly2-GP3":           {"os_release": "Red Hat Enterprise Linux 10", "os_out_of_support": false},
		"rhel-cloud/rhel-9":                                       {"os_release": "Red Hat Enterprise Linux 9", "os_out_of_support": false},
		"rocky-linux-cloud/rocky-linux-9":                         {"os_release": "Rocky Linux 9", "os_out_of_support": false},
		"almalinux:almalinux-x86_64:8-gen2":                       {"os_release": "AlmaLinux 8", "os_out_of_support": false},
		"Oracle:Oracle-Linux:ol79-lvm":                            {"os_release": "Oracle Linux 7", "os_out_of_support": true},
		"suse-sles-15-sp4-v20240101-hvm-ssd-x86_64":               {"os_release": "SUSE Linux Enterprise Server 15.4", "os_out_of_support": true},
		"Windows_Server-2012-R2_RTM-English-64Bit-Base-*":         {"os_release": "Windows Server 2012", "os_out_of_support": true, "os_support_ends_on": et.Day("2023-10-10")},
		"MicrosoftWindowsServer:WindowsServer:2022-datacenter-g2": {"os_release": "Windows Server 2022", "os_out_of_support": false, "os_support_ends_on": et.Day("2031-10-14")},
		"windows-cloud/windows-2016":                              {"os_release": "Windows Server 2016", "os_out_of_support": false},
		"MicrosoftSQLServer:sql2019-ws2019:standard":              {"os_release": et.Absent},
		"ubuntu/images/hvm-ssd/ubuntu-*-amd64-server-*":           {"os_release": et.Absent, "os_out_of_support": et.Absent},
		"our-golden-image-18.04":                                  {"os_release": et.Absent},
	} {
		a := et.Elsewhere(et.Asset("m", "virtual-machine", nil), "image", image, "")
		if err := Enrich(et.Estate(a), lifecycles.FS, et.Day("2026-11-23")); err != nil {
			t.Fatal(err)
		}
		et.Want(t, a, want)
	}
}
