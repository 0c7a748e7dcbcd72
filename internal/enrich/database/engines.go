package database

import (
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

// engine says which parameters matter, and what holds where a group does not
// set them.
type engine struct {
	names []string // a name ending in "-" is a prefix
	tls   parameter
	audit []parameter // any of them switches logging on
}

type parameter struct {
	name      string
	values    []string // values that switch it on; nil: any but the off ones
	byDefault func(version string) tri.Bool
}

var (
	enabled = []string{"1", "on", "true", "yes", "enabled"}
	off     = map[string]bool{"": true, "0": true, "off": true, "false": true, "none": true, "no": true, "disabled": true}
)

// on tells whether the value switches the parameter on.
func (p parameter) on(v any) tri.Bool {
	s, ok := text(v)
	if !ok {
		return tri.Unknown(reason(v))
	}
	if p.values == nil {
		return tri.Of(!off[s])
	}
	if slices.Contains(p.values, s) {
		return tri.True
	}
	return tri.False
}

// since is a default that is on from a major version up.
func since(major int) func(string) tri.Bool {
	return func(version string) tri.Bool {
		n, ok := majorOf(version)
		if !ok {
			return tri.Unknown("the parameter is not set, and its default depends on the engine's version, which is not known")
		}
		return tri.Of(n >= major)
	}
}

// offBefore is a default that is off before a version, and not known to this
// table from then on.
func offBefore(major, minor int) func(string) tri.Bool {
	return func(version string) tri.Bool {
		n, ok := majorOf(version)
		if !ok {
			return tri.Unknown("the parameter is not set, and its default depends on the engine's version, which is not known")
		}
		if n < major || n == major && minorOf(version) < minor {
			return tri.False
		}
		return tri.Unknown("the parameter is not set, and its default in version " + version + " is not known")
	}
}

func always(b tri.Bool) func(string) tri.Bool { return func(string) tri.Bool { return b } }

func majorOf(version string) (int, bool) {
	head, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(head)
	return n, err == nil
}

func minorOf(version string) int {
	_, rest, _ := strings.Cut(version, ".")
	head, _, _ := strings.Cut(rest, ".")
	n, _ := strconv.Atoi(head)
	return n
}

// engines is the table. Defaults are those the provider documents for its
// default parameter groups.
var engines = []engine{
	{
		names: []string{"postgres", "custom-postgres"},
		tls:   parameter{"rds.force_ssl", enabled, since(15)},
		audit: postgresAudit,
	},
	{
		names: []string{"aurora-postgresql"},
		tls:   parameter{"rds.force_ssl", enabled, since(17)},
		audit: postgresAudit,
	},
	{
		names: []string{"mysql"},
		tls:   parameter{"require_secure_transport", enabled, offBefore(8, 4)},
		audit: mysqlAudit,
	},
	{
		names: []string{"aurora-mysql", "aurora"},
		tls:   parameter{"require_secure_transport", enabled, offBefore(8, 4)},
		audit: mysqlAudit,
	},
	{
		names: []string{"mariadb"},
		tls:   parameter{"require_secure_transport", enabled, offBefore(11, 8)},
		audit: mysqlAudit,
	},
	{
		names: []string{"sqlserver-", "custom-sqlserver-"},
		tls:   parameter{"rds.force_ssl", enabled, always(tri.False)},
	},
	{
		names: []string{"redshift"},
		tls: parameter{
			"require_ssl", enabled,
			always(tri.Unknown("require_ssl is not set, and its default depends on the parameter group's family")),
		},
		audit: []parameter{{"enable_user_activity_logging", enabled, nil}},
	},
	{
		names: []string{"docdb", "documentdb"},
		tls:   parameter{"tls", nil, always(tri.True)},
		audit: []parameter{{"audit_logs", nil, nil}},
	},
	{
		names: []string{"neptune"},
		tls:   parameter{"neptune_enforce_ssl", enabled, always(tri.True)},
		audit: []parameter{{"neptune_enable_audit_log", enabled, nil}},
	},
}

var (
	postgresAudit = []parameter{
		{"log_connections", nil, nil},
		{"log_statement", []string{"ddl", "mod", "all"}, nil},
		{"pgaudit.log", nil, nil},
	}
	mysqlAudit = []parameter{
		{"general_log", enabled, nil},
		{"server_audit_logging", enabled, nil},
		{"mariadb_audit_plugin", nil, nil}, // an option, where options are read as parameters
	}
)

func find(name string) *engine {
	for i := range engines {
		for _, n := range engines[i].names {
			if n == name || strings.HasSuffix(n, "-") && strings.HasPrefix(name, n) {
				return &engines[i]
			}
		}
	}
	return nil
}
