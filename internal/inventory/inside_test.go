package inventory_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/host/hosttree"
	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

const (
	ofCode   = 1
	ofAgents = 2
)

// machines is a state with some instances.
func machines(t *testing.T, instances map[string]string) string {
	t.Helper()
	list := []any{}
	for _, name := range slices.Sorted(maps.Keys(instances)) {
		list = append(list, map[string]any{"schema_version": 1, "attributes": map[string]any{
			"id": instances[name], "arn": "arn:aws:ec2:eu-west-1:111122223333:instance/" + instances[name], "instance_type": "m7i.large", "ami": "ami-1",
			"tags": map[string]string{"Name": name},
		}, "index_key": name})
	}
	text, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "l", "outputs": map[string]any{},
		"resources": []any{map[string]any{
			"mode": "managed", "type": "aws_instance", "name": "m", "provider": `provider["registry.terraform.io/hashicorp/aws"]`, "instances": list,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// server is a host document as the control plane hands it on: with the cloud
// that was proved, or without one.
func server(t *testing.T, name, root string, cloud *host.Cloud) string {
	t.Helper()
	opt, err := hosttree.Parse([]byte("-- etc/hostname --\n" + name + "\n-- etc/ssh/sshd_config --\nPermitRootLogin " + root + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	doc := host.Collect(t.Context(), opt)
	doc.Cloud = cloud
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func instance(id string) *host.Cloud {
	return &host.Cloud{Provider: "aws", Account: "111122223333", Region: "eu-west-1", InstanceID: id, Verified: true}
}

// insideHouse is a house whose second source is of agents.
type insideHouse struct {
	*house
	silent map[string]bool
	day    int
}

func newInsideHouse(t *testing.T, db *store.DB) *insideHouse {
	h := &insideHouse{house: newHouse(t, db), silent: map[string]bool{}}
	h.inv.Home = func(_ ctxT, _ txT, _, source int64) (int64, error) {
		if source == ofAgents {
			return h.tree(h.org).Root(), nil
		}
		return 0, nil
	}
	h.inv.Silent = func(_ ctxT, _ txT, _, source int64) (map[string]bool, error) {
		if source == ofAgents {
			return h.silent, nil
		}
		return nil, nil
	}
	return h
}

// posts posts a source and has its machines told.
func (h *insideHouse) posts(source int64, files map[string]string) {
	h.t.Helper()
	h.day++
	h.post(source, assessed(h.t, h.day, files))
	h.binds()
}

func (h *insideHouse) binds() {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	if err := h.inv.Bind(h.ctx()); err != nil {
		h.t.Fatal(err)
	}
	h.holds()
}

func (h *insideHouse) speaks(file string, on bool) {
	h.t.Helper()
	h.silent[file] = !on
	if err := h.db.Write(h.ctx(), func(ctx ctxT, tx bun.Tx) error { return h.inv.Silence(ctx, tx, h.org, ofAgents) }); err != nil {
		h.t.Fatal(err)
	}
	h.binds()
}

// machine is an asset by its address, and one duty of it.
func (h *insideHouse) machine(address, responsibility string) (*inventory.AssetDetail, inventory.Duty) {
	h.t.Helper()
	page, err := h.inv.Assets(h.ctx(), h.system(), inventory.AssetQuery{})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, a := range page.Items {
		if a.Address != address {
			continue
		}
		d, err := h.inv.Asset(h.ctx(), h.system(), a.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, layer := range d.Layers {
			for _, duty := range layer.Duties {
				if duty.Responsibility == responsibility {
					return d, duty
				}
			}
		}
	}
	h.t.Fatalf("there is no %s with %s", address, responsibility)
	return nil, inventory.Duty{}
}

// fromInside is what an agent's check says on a duty, or nothing.
func fromInside(d inventory.Duty, check string) string {
	for _, e := range d.Basis.Evidence {
		if e.Check == check && e.From != "" {
			return e.Result
		}
	}
	return ""
}

const (
	web1      = `aws_instance.m["web-1"]`
	web2      = `aws_instance.m["web-2"]`
	configure = "guest-os.configure"
	rootLogin = "host-ssh-root-login"
)

// What an agent that proved its machine sees inside is evidence on the machine
// that code describes, for as long as the agent reports, and on no other one.
func TestInside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newInsideHouse(t, db)
		code := map[string]string{"terraform.tfstate": machines(t, map[string]string{"web-1": "i-0aaa1111", "web-2": "i-0bbb2222"})}
		h.posts(ofCode, code)
		_, duty := h.machine(web1, configure)
		if duty.Status != report.Unverified || duty.Basis.Inside != "no agent reports from it" {
			t.Fatalf("without an agent it is %s: %q", duty.Status, duty.Basis.Inside)
		}
		_, before := h.machine(web2, configure)

		h.posts(ofAgents, map[string]string{"a.json": server(t, "ip-10-0-0-1", "yes", instance("i-0aaa1111"))})
		a, duty := h.machine(web1, configure)
		if duty.Status != report.Failing || fromInside(duty, rootLogin) != report.Fail {
			t.Errorf("with one that fails it is %s by %v", duty.Status, duty.Basis.Evidence)
		}
		if len(a.Relations) == 0 || a.Relations[0].Name != inventory.RelationInside || a.Relations[0].Inward || a.Relations[0].Address != "host/ip-10-0-0-1" {
			t.Fatalf("its relations are %v", a.Relations)
		}
		if s, _ := h.machine("host/ip-10-0-0-1", configure); !slices.ContainsFunc(s.Relations, func(r inventory.Relation) bool { return r.Inward && r.Address == web1 }) {
			t.Errorf("back it has %v", s.Relations)
		}
		if _, other := h.machine(web2, configure); other.Status != before.Status || other.Basis.Inside != before.Basis.Inside || len(other.Basis.Evidence) != len(before.Basis.Evidence) {
			t.Errorf("the other machine became %+v", other)
		}

		// A post of the code alone keeps it, also where the machine differs.
		code["terraform.tfstate"] = strings.Replace(code["terraform.tfstate"], "m7i.large", "m7i.xlarge", 2)
		h.posts(ofCode, code)
		if _, duty = h.machine(web1, configure); duty.Status != report.Failing {
			t.Errorf("after a post of the code it is %s", duty.Status)
		}

		h.posts(ofAgents, map[string]string{"a.json": server(t, "ip-10-0-0-1", "no", instance("i-0aaa1111"))})
		if _, duty = h.machine(web1, configure); fromInside(duty, rootLogin) != report.Pass {
			t.Errorf("when it is mended it is %s by %v", duty.Status, duty.Basis.Evidence)
		}
		was := duty.Status
		h.posts(ofAgents, map[string]string{"a.json": server(t, "ip-10-0-0-1", "yes", instance("i-0aaa1111"))})

		h.speaks("a.json", false)
		_, duty = h.machine(web1, configure)
		if duty.Status != report.Unverified || duty.Known != report.Failing || !strings.Contains(duty.Basis.Inside, "does not report") {
			t.Errorf("when it is silent it is %s, was %s: %q", duty.Status, duty.Known, duty.Basis.Inside)
		}
		h.speaks("a.json", true)
		if _, duty = h.machine(web1, configure); duty.Status != report.Failing || duty.Known != "" {
			t.Errorf("when it speaks again it is %s, was %q", duty.Status, duty.Known)
		}

		h.posts(ofAgents, map[string]string{"b.json": server(t, "elsewhere", "no", nil)})
		if _, duty = h.machine(web1, configure); duty.Status != report.Unverified || duty.Basis.Inside != "no agent reports from it" || fromInside(duty, rootLogin) != "" {
			t.Errorf("without it again it is %s by %v, and was %s", duty.Status, duty.Basis.Evidence, was)
		}
	})
}

// Nobody settles a machine's duties who did not prove to be on it.
func TestNotInside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		whole, organisations := newHouse(t, db), 0
		whole.inv.Home = func(_ ctxT, _ txT, org, source int64) (int64, error) {
			if source%10 == ofAgents {
				return whole.tree(org).Root(), nil
			}
			return 0, nil
		}
		other, elsewhere, claimed := instance("i-0aaa1111"), instance("i-0aaa1111"), instance("i-0aaa1111")
		other.Account, elsewhere.Region, claimed.Verified = "999999999999", "us-east-1", false
		for name, c := range map[string]struct {
			source int64
			doc    string
		}{
			"the name alone":                   {ofAgents, server(t, "web-1", "no", nil)},
			"a claim that is not proved":       {ofAgents, server(t, "web-1", "no", claimed)},
			"another instance":                 {ofAgents, server(t, "web-1", "no", instance("i-0aaa11112"))},
			"another account":                  {ofAgents, server(t, "web-1", "no", other)},
			"another region":                   {ofAgents, server(t, "web-1", "no", elsewhere)},
			"a document that is no agent's":    {3, server(t, "web-1", "no", instance("i-0aaa1111"))},
			"an agent of another organisation": {0, server(t, "web-1", "no", instance("i-0aaa1111"))},
		} {
			t.Run(name, func(t *testing.T) {
				h := &insideHouse{house: &house{t: t, db: db, dir: whole.dir, inv: whole.inv, now: whole.now}}
				organisations++
				h.org = h.organisation(fmt.Sprintf("own-%d", organisations))
				own := h.org
				base := own * 10
				h.post(base+ofCode, assessed(t, 1, map[string]string{"terraform.tfstate": machines(t, map[string]string{"web-1": "i-0aaa1111"})}))
				if c.source == 0 {
					h.org = h.organisation(fmt.Sprintf("other-%d", organisations))
					h.post(h.org*10+ofAgents, assessed(t, 2, map[string]string{"a.json": c.doc}))
					h.org = own
				} else {
					h.post(base+c.source, assessed(t, 2, map[string]string{"a.json": c.doc}))
				}
				if err := h.inv.Bind(t.Context()); err != nil {
					t.Fatal(err)
				}
				if a, duty := h.machine(web1, configure); fromInside(duty, rootLogin) != "" || duty.Basis.Inside != "no agent reports from it" || duty.Status != report.Unverified {
					t.Errorf("%s became %s: %q by %v", a.Address, duty.Status, duty.Basis.Inside, duty.Basis.Evidence)
				}
			})
		}
	})
}

// Who pushes an assessment cannot put words into an agent's mouth.
func TestForgedInside(t *testing.T) {
	h := newInsideHouse(t, storetest.SQLite(t))
	a := assessed(t, 1, map[string]string{"terraform.tfstate": machines(t, map[string]string{"web-1": "i-0aaa1111"})})
	duties := a.Duties
	a.Duties = func(yield func(report.Duty) bool) {
		for d := range duties {
			if d.Owner == report.Customer {
				d.Status, d.Basis.Inside = report.Verified, "the agent of host/x reports from it"
				d.Basis.Evidence = []report.Evidence{{Check: rootLogin, Result: report.Pass, From: "host/x"}}
			}
			if !yield(d) {
				return
			}
		}
	}
	h.post(ofCode, a)
	if _, duty := h.machine(web1, configure); duty.Status != report.Unverified || fromInside(duty, rootLogin) != "" || duty.Basis.Inside != "no agent reports from it" {
		t.Errorf("it is %s by %v: %q", duty.Status, duty.Basis.Evidence, duty.Basis.Inside)
	}
}
