package normalise

// relates tells whether a relation of that name can lead to an asset of the
// kind, when the other end is known only by a literal name that several
// assets may share, or a reference brings along what it was made from.
// Relations that are not listed lead anywhere.
func relates(name, kind string) bool {
	kinds, ok := relationKinds[name]
	return !ok || kinds[kind]
}

func set(kinds ...string) map[string]bool {
	m := map[string]bool{}
	for _, k := range kinds {
		m[k] = true
	}
	return m
}

var relationKinds = map[string]map[string]bool{
	"key":              set("key"),
	"logs_to":          set("object-store"),
	"log_store":        set("log-store"),
	"cluster":          set("database-cluster", "relational-database", "kubernetes-cluster", "container-cluster", "cache", "document-database", "graph-database", "data-warehouse", "search-cluster", "hsm", "key-value-database", "message-broker"),
	"secret":           set("secret", "parameter"),
	"role":             set("identity-role"),
	"execution_role":   set("identity-role"),
	"policy":           set("identity-policy"),
	"boundary":         set("identity-policy"),
	"group":            set("identity-group"),
	"member":           set("identity-user"),
	"user":             set("identity-user"),
	"network":          set("virtual-network"),
	"subnet":           set("subnet"),
	"security_group":   set("security-group"),
	"load_balancer":    set("load-balancer"),
	"listener":         set("listener"),
	"target_group":     set("target-group"),
	"zone":             set("dns-zone"),
	"web_acl":          set("web-firewall"),
	"certificate":      set("certificate", "certificate-authority"),
	"machine_template": set("machine-template"),
	"image":            set("machine-image"),
	"registry_image":   set("container-registry"),
	"definition":       set("container-definition"),
	"disk":             set("disk", "file-store"),
	"capacity":         set("setting"),
	"machine_group":    set("machine-group"),
	"instance_profile": set("setting", "identity-role"),
	"parameter_group":  set("database-settings"),
}
