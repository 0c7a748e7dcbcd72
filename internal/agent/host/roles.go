package host

// shows are the services by which a server's role is known where nobody gave
// it. A bastion has nothing of its own to be known by.
var shows = []struct {
	role     string
	services []string
}{
	{"web", []string{"nginx", "apache2", "httpd", "caddy", "lighttpd", "haproxy", "traefik", "tomcat9", "tomcat10"}},
	{"db", []string{"postgresql", "mysql", "mysqld", "mariadb", "mongod", "redis-server", "redis", "cassandra", "clickhouse-server"}},
	{"k8s-node", []string{"kubelet", "k3s", "k3s-agent", "rke2-server", "rke2-agent", "microk8s"}},
	{"containers", []string{"docker", "containerd", "podman", "crio", "incus", "lxd"}},
	{"router", []string{"frr", "bird", "keepalived", "strongswan", "openvpn-server", "wg-quick"}},
	{"build", []string{"gitlab-runner", "jenkins", "buildkite-agent", "actions.runner", "teamcity-agent"}},
	{"print", []string{"cups"}},
	{"mail", []string{"dovecot"}},
	{"file", []string{"smbd", "nfs-server", "nfs-kernel-server", "vsftpd"}},
}

// roles takes what was given, or else what the services show.
func (s *survey) roles() {
	if s.doc.Roles = s.opt.Roles; len(s.doc.Roles) > 0 {
		return
	}
	for _, r := range shows {
		if s.doc.runs(r.services...) {
			s.doc.Roles = append(s.doc.Roles, r.role)
		}
	}
}
