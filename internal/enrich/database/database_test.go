package database

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/source"
)

func param(name string, value any) map[string]any {
	return map[string]any{"name": name, "value": value}
}

// TestGoogle: an instance of Cloud SQL has no parameter group to be judged by.
func TestGoogle(t *testing.T) {
	db := et.Asset("db", "relational-database", et.Facts{"engine": "mysql", "engine_version": "8.0"})
	db.Provider = "google"
	Enrich(et.Estate(db))
	et.Want(t, db, et.Facts{"tls_forced_by_parameters": et.Absent, "database_audit_parameters": et.Absent})
}

func TestEnrich(t *testing.T) {
	later := &source.Unknown{Reason: "later"}
	for _, c := range []struct {
		name            string
		engine, version any
		params          any // nil: no group
		want            et.Facts
	}{
		{"forced", "postgres", "14.9", []any{param("rds.force_ssl", "1")}, et.Facts{"tls_forced_by_parameters": true, "database_audit_parameters": false}},
		{"not forced", "postgres", "16.1", []any{param("rds.force_ssl", "0")}, et.Facts{"tls_forced_by_parameters": false}},
		{"default of 14", "postgres", "14.9", []any{}, et.Facts{"tls_forced_by_parameters": false}},
		{"default of 15", "postgres", "15", nil, et.Facts{"tls_forced_by_parameters": true}},
		{"default, version not known", "postgres", et.Unknown("x"), nil, et.Facts{"tls_forced_by_parameters": et.Unknown("")}},
		{"aurora 16", "aurora-postgresql", "16.4", nil, et.Facts{"tls_forced_by_parameters": false}},
		{"value not known", "postgres", "14.9", []any{param("rds.force_ssl", later)}, et.Facts{"tls_forced_by_parameters": et.Unknown("later")}},
		{"a name not known", "postgres", "14.9", []any{map[string]any{"name": later, "value": "1"}}, et.Facts{"tls_forced_by_parameters": et.Unknown("later")}},
		{"group not known", "postgres", "14.9", et.Unknown("later"), et.Facts{"tls_forced_by_parameters": et.Unknown("later"), "database_audit_parameters": et.Unknown("later")}},
		{"mysql", "mysql", "8.0.35", []any{param("require_secure_transport", "ON"), param("general_log", 1.0)}, et.Facts{"tls_forced_by_parameters": true, "database_audit_parameters": true}},
		{"mysql default", "mysql", "8.0.35", nil, et.Facts{"tls_forced_by_parameters": false, "database_audit_parameters": false}},
		{"mysql newer than the table", "mysql", "8.4.3", nil, et.Facts{"tls_forced_by_parameters": et.Unknown("")}},
		{"sql server", "sqlserver-se", "15.00", []any{param("rds.force_ssl", 1.0)}, et.Facts{"tls_forced_by_parameters": true, "database_audit_parameters": et.Absent}},
		{"document database default", "docdb", "5.0.0", nil, et.Facts{"tls_forced_by_parameters": true, "database_audit_parameters": false}},
		{"document database off", "docdb", "5.0.0", []any{param("tls", "disabled"), param("audit_logs", "ddl")}, et.Facts{"tls_forced_by_parameters": false, "database_audit_parameters": true}},
		{"document database 1.3", "docdb", "5.0.0", []any{param("tls", "tls1.3+")}, et.Facts{"tls_forced_by_parameters": true}},
		{"redshift", "redshift", et.Unknown("x"), []any{param("require_ssl", true)}, et.Facts{"tls_forced_by_parameters": true}},
		{"redshift default", "redshift", et.Unknown("x"), nil, et.Facts{"tls_forced_by_parameters": et.Unknown("")}},
		{"statements logged", "postgres", "14.9", []any{param("log_statement", "ddl")}, et.Facts{"database_audit_parameters": true}},
		{"statements not logged", "postgres", "14.9", []any{param("log_statement", "none")}, et.Facts{"database_audit_parameters": false}},
		{"oracle", "oracle-ee", "19", nil, et.Facts{"tls_forced_by_parameters": et.Absent}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := et.Asset("db", "relational-database", et.Facts{"engine": c.engine, "engine_version": c.version})
			e := et.Estate(db)
			if c.params != nil {
				g := et.Asset("g", "database-settings", et.Facts{"parameters": c.params})
				et.Link(db, "parameter_group", g)
				e.Assets = append(e.Assets, g)
			}
			Enrich(e)
			et.Want(t, db, c.want)
		})
	}
}

func TestGroupsElsewhere(t *testing.T) {
	def := et.Elsewhere(et.Asset("a", "relational-database", et.Facts{"engine": "postgres", "engine_version": "15.3"}), "parameter_group", "default.postgres15", "")
	own := et.Elsewhere(et.Asset("b", "relational-database", et.Facts{"engine": "postgres", "engine_version": "15.3"}), "parameter_group", "hardened", "")
	Enrich(et.Estate(def, own))
	et.Want(t, def, et.Facts{"tls_forced_by_parameters": true})
	et.Want(t, own, et.Facts{"tls_forced_by_parameters": et.Unknown("")})
}

func TestFamilyAndCluster(t *testing.T) {
	g := et.Asset("g", "database-settings", et.Facts{"engine": "aurora-postgresql17", "parameters": []any{}})
	c := et.Link(et.Asset("c", "database-cluster", et.Facts{"engine": "aurora-postgresql", "engine_version": et.Unknown("not written")}), "parameter_group", g)
	i := et.Link(et.Asset("i", "relational-database", nil), "cluster", c)
	Enrich(et.Estate(g, c, i))
	et.Want(t, c, et.Facts{"tls_forced_by_parameters": true})
	et.Want(t, i, et.Facts{"tls_forced_by_parameters": true})
}
