package reporttest

import "github.com/demarc-sec/demarc/internal/report"

// Rows are the rows of the matrix with some of their responsibilities.
func Rows() []report.Row {
	row := func(id, title string, responsibilities ...string) report.Row {
		r := report.Row{ID: id, Title: title}
		for i := 0; i < len(responsibilities); i += 2 {
			r.Responsibilities = append(r.Responsibilities, report.Responsibility{ID: responsibilities[i], Title: responsibilities[i+1]})
		}
		return r
	}
	return []report.Row{
		row("application-access", "Application user access management",
			"accounts.configure", "people's accounts, MFA, access policies, privileged access",
			"workload-identity.configure", "roles and permissions of machines and services, trust policies",
			"credentials.operate", "access keys, passwords, tokens: issue, rotate, revoke"),
		row("data", "Application-specific data assets",
			"data.configure", "classification, sharing, public exposure, residency",
			"encryption-at-rest.operate", "the encryption mechanism",
			"encryption-at-rest.configure", "switching it on, choosing the key",
			"keys.configure", "key policy and rotation",
			"backup.operate", "the backup mechanism",
			"backup.configure", "schedule, retention, copies elsewhere",
			"backup.retain", "proving a restore works"),
		row("application-code", "Application-specific logic and code",
			"application-code.publish", "the customer's own code and its review",
			"dependencies.deploy", "third-party libraries, layers, packages in the artefact",
			"secrets.configure", "no secrets in code, environment, metadata"),
		row("platform", "Application / platform software",
			"orchestrator.operate", "control plane of a cluster (API server, etcd)",
			"orchestrator.deploy", "moving this cluster to them",
			"runtime.publish", "language runtime and middleware fixes",
			"runtime.deploy", "putting them into this asset",
			"database-engine.publish", "engine fixes and versions",
			"database-engine.deploy", "minor versions and patches on this asset"),
		row("operating-system", "Operating system and local networking",
			"guest-os.publish", "OS or node-image fixes",
			"guest-os.deploy", "putting them into this asset",
			"guest-os.configure", "hardening",
			"network-policy.configure", "rules, exposure, segmentation",
			"transport-encryption.configure", "requiring it, protocol floor"),
		row("instance", "Virtual machine / server instance",
			"instance.configure", "image provenance, metadata service, boot integrity, lifecycle",
			"availability.configure", "redundancy, deletion protection, disaster recovery"),
		row("virtualization", "Virtualization platform",
			"hypervisor.operate", "isolation, host kernel",
			"control-plane.operate", "the provider's management API"),
		row("hosts", "Physical hosts, servers, compute",
			"hosts.operate", "hardware, firmware"),
		row("perimeter-network", "Physical and perimeter network",
			"network-fabric.operate", "virtual network fabric, volumetric DDoS"),
		row("facility", "Physical datacenter environment",
			"facility.operate", "building, power, physical access"),
		row("across", "Across the stack",
			"logging.configure", "switching them on, where they go",
			"platform-incident.operate", "the provider's incident response for its side"),
	}
}

func rowOf(responsibility string) string {
	for _, r := range Rows() {
		for _, x := range r.Responsibilities {
			if x.ID == responsibility {
				return r.ID
			}
		}
	}
	panic("reporttest: no row has responsibility " + responsibility)
}
