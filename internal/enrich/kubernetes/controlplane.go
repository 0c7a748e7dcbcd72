package kubernetes

import (
	"path"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/tri"
)

// controlPlanes reads the flags of API servers and databases, from the static
// pods that are a control plane or from the configuration that kubeadm makes
// them of, and says on the cluster what they mean.
func (w *world) controlPlanes() {
	for _, as := range w.kinds {
		for _, a := range as {
			cluster := a
			if a.Kind != "account" {
				cluster = derive.Account(a)
			}
			f, ok := a.Fact("control_plane_flags")
			if !ok || !f.Known() || cluster == nil {
				continue
			}
			words, _ := f.Value.([]string)
			if len(words) == 0 {
				continue
			}
			c := component{cluster: cluster, flags: flags(words[1:]), from: derive.From(f)}
			if a == cluster {
				c.addDefaults()
			} else {
				cluster.Addresses = append(cluster.Addresses, a.Address)
				if k, known := cluster.Fact("cluster_kind"); known && !k.Known() {
					cluster.SetFact(estate.Fact{Name: "cluster_kind", Value: "self-managed", Origin: c.from})
				}
			}
			switch path.Base(words[0]) {
			case "kube-apiserver":
				c.apiServer()
			case "etcd":
				c.etcd()
			}
		}
	}
}

// unseen leaves open, on every cluster, what nothing that was read tells of its
// control plane: whose duty that is depends on who runs it.
func (w *world) unseen() {
	for _, as := range w.kinds {
		for _, a := range as {
			if a.Kind != "account" {
				continue
			}
			for _, name := range []string{"anonymous_api", "api_authorised", "api_admission", "api_tls", "etcd_authenticated"} {
				if _, ok := a.Fact(name); !ok {
					derive.SetBool(a, name, tri.Unknown("nothing that was read shows how the control plane is started"), derive.At(a))
				}
			}
		}
	}
}

// component is a process of a control plane.
type component struct {
	cluster *estate.Asset
	flags   map[string]string
	from    estate.Origin
}

func flags(words []string) map[string]string {
	out := map[string]string{}
	for _, w := range words {
		if name, ok := strings.CutPrefix(w, "--"); ok {
			name, value, has := strings.Cut(name, "=")
			if !has {
				value = "true"
			}
			out[name] = value
		}
	}
	return out
}

// addDefaults are the flags that kubeadm gives an API server whatever its
// configuration says beside.
func (c *component) addDefaults() {
	for name, value := range map[string]string{
		"authorization-mode": "Node,RBAC", "enable-admission-plugins": "NodeRestriction", "client-ca-file": "ca.crt",
		"tls-cert-file": "apiserver.crt", "tls-private-key-file": "apiserver.key",
		"etcd-cafile": "ca.crt", "etcd-certfile": "apiserver-etcd-client.crt", "etcd-keyfile": "apiserver-etcd-client.key",
		"kubelet-client-certificate": "client.crt", "kubelet-client-key": "client.key",
	} {
		if _, ok := c.flags[name]; !ok {
			c.flags[name] = value
		}
	}
}

// value is a flag's value, or why it is not known; the last result is false
// where it is not given.
func (c *component) value(name string) (string, string, bool) {
	v, ok := c.flags[name]
	if strings.Contains(v, source.HoleOpen) {
		return "", "the flag " + name + " is not known", true
	}
	return v, "", ok
}

func (c *component) is(name, value string, absent bool) tri.Bool {
	v, why, ok := c.value(name)
	switch {
	case why != "":
		return tri.Unknown(why)
	case !ok:
		return tri.Of(absent)
	}
	return tri.Of(v == value)
}

func (c *component) given(names ...string) tri.Bool {
	out := tri.True
	for _, name := range names {
		v, why, ok := c.value(name)
		out = tri.And(out, tri.Of(why != "" || ok && v != ""))
	}
	return out
}

// lists tells whether a flag's list holds the word.
func (c *component) lists(name, word string) tri.Bool {
	v, why, _ := c.value(name)
	if why != "" {
		return tri.Unknown(why)
	}
	return tri.Of(slices.Contains(strings.Split(v, ","), word))
}

func (c *component) set(fact string, b tri.Bool) { derive.SetBool(c.cluster, fact, b, c.from) }

func (c *component) apiServer() {
	anonymous := c.is("anonymous-auth", "false", false).Not()
	if c.given("authentication-config").IsTrue() {
		anonymous = tri.Unknown("what the file of --authentication-config admits is not in the sources")
	}
	c.set("anonymous_api", anonymous)
	authorised := tri.And(c.lists("authorization-mode", "RBAC"), c.lists("authorization-mode", "Node"), c.lists("authorization-mode", "AlwaysAllow").Not())
	if c.given("authorization-config").IsTrue() {
		authorised = tri.Unknown("what the file of --authorization-config says is not in the sources")
	}
	c.set("api_authorised", authorised)
	c.set("api_audited", tri.And(c.given("audit-policy-file"), tri.Or(c.given("audit-log-path"), c.given("audit-webhook-config-file"))))
	c.set("api_admission", tri.And(c.lists("enable-admission-plugins", "NodeRestriction"), c.lists("enable-admission-plugins", "AlwaysAdmit").Not(),
		c.lists("disable-admission-plugins", "ServiceAccount").Not(), c.lists("disable-admission-plugins", "NamespaceLifecycle").Not()))
	c.set("api_tls", tri.And(c.given("client-ca-file", "tls-cert-file", "tls-private-key-file", "etcd-cafile", "etcd-certfile", "etcd-keyfile"),
		c.is("insecure-port", "0", true)))
	if c.given("encryption-provider-config").IsFalse() {
		c.set("api_secrets_encrypted", tri.False)
	}
}

func (c *component) etcd() {
	c.set("etcd_authenticated", tri.And(
		c.given("cert-file", "key-file", "trusted-ca-file", "peer-cert-file", "peer-key-file", "peer-trusted-ca-file"),
		c.is("client-cert-auth", "true", false), c.is("peer-client-cert-auth", "true", false),
		c.is("auto-tls", "true", false).Not(), c.is("peer-auto-tls", "true", false).Not()))
}
