package posting

import (
	"fmt"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/foreign"
	"github.com/demarc-sec/demarc/internal/resolve"
)

func asset(native, root, address, name, file string, from, to int) *estate.Asset {
	id := address
	if root != "" {
		id = root + ":" + address
	}
	return &estate.Asset{
		ID: id, Address: address, Addresses: []string{address}, NativeType: native, Means: native, Provider: "aws", Root: root,
		Name: name, Location: estate.Location{File: file, Line: from, EndLine: to}, Dialect: estate.Terraform,
	}
}

// estateOfTests is two root modules that share names, a folded part, instances
// of one block, and a cluster.
func estateOfTests() []*estate.Asset {
	site := asset("aws_s3_bucket", "prod", "aws_s3_bucket.site", "site-prod", "prod/main.tf", 1, 5)
	site.Addresses = append(site.Addresses, "aws_s3_bucket_acl.site")
	site.Places = []estate.Location{{File: "prod/acl.tf", Line: 3, EndLine: 6}}
	site.Account = "111122223333"
	stage := asset("aws_s3_bucket", "stage", "aws_s3_bucket.site", "site-stage", "stage/main.tf", 1, 5)
	stage.Account = "444455556666"
	db := asset("aws_db_instance", "prod", `module.db["a"].aws_db_instance.this[0]`, "orders", "modules/db/main.tf", 1, 20)
	db2 := asset("aws_db_instance", "prod", `module.db["b"].aws_db_instance.this[0]`, "users", "modules/db/main.tf", 1, 20)
	inner := asset("aws_security_group", "prod", "aws_security_group.inner", "inner", "prod/main.tf", 7, 30)
	outer := asset("aws_sqs_queue", "prod", "aws_sqs_queue.q", "q", "prod/main.tf", 10, 12)
	web := asset("apps/Deployment", "k8s", "shop/Deployment/web", "web", "k8s/web.yaml", 1, 40)
	web.Dialect, web.Provider = estate.Kubernetes, "kubernetes"
	web.SetFacts([]estate.Fact{{Name: "images", Value: []string{"registry.example.org/shop/web:1.2"}}})
	host := asset("aws_instance", "prod", "aws_instance.web", "web-1", "prod/web.tf", 1, 9)
	account := asset("aws_account_itself", "", "aws-account:111122223333", "111122223333", "", 0, 0)
	account.Kind, account.Account = catalogue.Account, "111122223333"
	return []*estate.Asset{site, stage, db, db2, inner, outer, web, host, account}
}

func namedIn(assets []*estate.Asset) func(string) []*estate.Asset {
	return func(v string) []*estate.Asset {
		var out []*estate.Asset
		for _, a := range assets {
			if a.Name == v || strings.HasPrefix(v, "arn:") && len(v) > len(a.Name) && a.Name != "" && v[len(v)-len(a.Name):] == a.Name && (v[len(v)-len(a.Name)-1] == ':' || v[len(v)-len(a.Name)-1] == '/') {
				out = append(out, a)
			}
		}
		return out
	}
}

func TestFind(t *testing.T) {
	assets := estateOfTests()
	x := NewIndex(assets, namedIn(assets), rules(t).Types())
	for _, c := range []struct {
		name string
		f    foreign.Finding
		want string
	}{
		{"address", foreign.Finding{Resources: []string{"aws_sqs_queue.q"}}, "prod:aws_sqs_queue.q"},
		{"address that two roots have, by file", foreign.Finding{Resources: []string{"aws_s3_bucket.site"}, File: "/srv/infra/stage/main.tf", Line: 2}, "stage:aws_s3_bucket.site"},
		{"address that two roots have, by account", foreign.Finding{Resources: []string{"aws_s3_bucket.site"}, Account: "111122223333"}, "prod:aws_s3_bucket.site"},
		{"address that two roots have, and nothing else", foreign.Finding{Resources: []string{"aws_s3_bucket.site"}}, ""},
		{"address of a folded part", foreign.Finding{Resources: []string{"aws_s3_bucket_acl.site"}}, "prod:aws_s3_bucket.site"},
		{"place of a folded part", foreign.Finding{File: "prod/acl.tf", Line: 4}, "prod:aws_s3_bucket.site"},
		{"instance", foreign.Finding{Resources: []string{`module.db["b"].aws_db_instance.this[0]`}}, `prod:module.db["b"].aws_db_instance.this[0]`},
		{"block without key", foreign.Finding{Resources: []string{"module.db.aws_db_instance.this"}}, `prod:module.db["a"].aws_db_instance.this[0]`},
		{"as tfsec writes it", foreign.Finding{Resources: []string{`module.db["a"]:aws_db_instance.this[0]`}}, `prod:module.db["a"].aws_db_instance.this[0]`},
		{"smallest block", foreign.Finding{File: "prod/main.tf", Line: 11}, "prod:aws_sqs_queue.q"},
		{"block around it", foreign.Finding{File: "prod/main.tf", Line: 20}, "prod:aws_security_group.inner"},
		{"line of no block", foreign.Finding{File: "prod/main.tf", Line: 60, EndLine: 60}, ""},
		{"comment above a block", foreign.Finding{File: "prod/main.tf", Line: 6, EndLine: 8}, "prod:aws_security_group.inner"},
		{"file of one asset as a whole", foreign.Finding{File: "prod/web.tf"}, "prod:aws_instance.web"},
		{"absolute path", foreign.Finding{File: "/ci/build/7/prod/main.tf", Line: 2}, "prod:aws_s3_bucket.site"},
		{"shorter path that two files end in", foreign.Finding{File: "main.tf", Line: 2}, ""},
		{"ARN", foreign.Finding{Resources: []string{"arn:aws:s3:::site-stage"}, Type: "AwsS3Bucket", Provider: "aws"}, "stage:aws_s3_bucket.site"},
		{"ARN of an object", foreign.Finding{Resources: []string{"arn:aws:s3:::site-prod/a/b"}, Provider: "aws"}, "prod:aws_s3_bucket.site"},
		{"ARN of a database", foreign.Finding{Resources: []string{"arn:aws:rds:eu-central-1:111122223333:db:orders"}, Provider: "aws"}, `prod:module.db["a"].aws_db_instance.this[0]`},
		{"ARN of another type with that name", foreign.Finding{Resources: []string{"arn:aws:iam::111122223333:role/orders"}, Provider: "aws"}, ""},
		{"account", foreign.Finding{Resources: []string{"111122223333"}, Provider: "aws", Account: "111122223333", Type: "Other"}, "aws-account:111122223333"},
		{"root of the account", foreign.Finding{Resources: []string{"arn:aws:iam::111122223333:root"}, Provider: "aws"}, "aws-account:111122223333"},
		{"something of the account that has no id", foreign.Finding{Resources: []string{"No trails"}, Provider: "aws", Account: "111122223333", Type: "AwsCloudTrailTrail"}, "aws-account:111122223333"},
		{"password policy", foreign.Finding{Resources: []string{"password_policy"}, Provider: "aws", Account: "111122223333", Type: "AwsIamPasswordPolicy"}, "aws-account:111122223333"},
		{"another account", foreign.Finding{Resources: []string{"arn:aws:iam::999999999999:root"}, Provider: "aws"}, ""},
		{"object, Kubescape's way", foreign.Finding{Resources: []string{"Deployment/shop/web"}, Provider: "kubernetes"}, "k8s:shop/Deployment/web"},
		{"object, Checkov's way", foreign.Finding{Resources: []string{"Deployment.shop.web"}}, "k8s:shop/Deployment/web"},
		{"object without namespace", foreign.Finding{Resources: []string{"Deployment//web"}, Provider: "kubernetes"}, "k8s:shop/Deployment/web"},
		{"object of another namespace", foreign.Finding{Resources: []string{"Deployment/stage/web"}, Provider: "kubernetes"}, ""},
		{"image", foreign.Finding{Image: "registry.example.org/shop/web:1.2@sha256:abc"}, "k8s:shop/Deployment/web"},
		{"image of another tag", foreign.Finding{Image: "registry.example.org/shop/web:1.3"}, ""},
		{"host", foreign.Finding{Host: "web-1"}, "prod:aws_instance.web"},
		{"host by the name of something else", foreign.Finding{Host: "q"}, ""},
		{"nothing", foreign.Finding{}, ""},
	} {
		got := ""
		if a := x.Find(&c.f); a != nil {
			got = a.ID
		}
		if got != c.want {
			t.Errorf("%s: found %q, want %q", c.name, got, c.want)
		}
	}
}

func TestStand(t *testing.T) {
	types := rules(t).Types()
	for _, c := range []struct {
		name                   string
		f                      foreign.Finding
		native, address, named string
		account                string
	}{
		{"ARN", foreign.Finding{Provider: "aws", Resources: []string{"arn:aws:s3:::b"}, Account: "1"}, "AWS::S3::Bucket", "arn:aws:s3:::b", "b", "1"},
		{"ASFF's type", foreign.Finding{Provider: "aws", Resources: []string{"arn:aws:ec2:eu-central-1:1:security-group/sg-1"}, Type: "AwsEc2SecurityGroup"}, "aws_security_group", "arn:aws:ec2:eu-central-1:1:security-group/sg-1", "sg-1", "1"},
		{"load balancer", foreign.Finding{Provider: "aws", Resources: []string{"arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/front/50dc6c495c0c9188"}}, "aws_lb", "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/front/50dc6c495c0c9188", "front", "1"},
		{"Azure id", foreign.Finding{Provider: "azure", Resources: []string{"/subscriptions/s/resourceGroups/g/providers/microsoft.storage/storageaccounts/shop"}}, "Microsoft.Storage/storageAccounts", "/subscriptions/s/resourceGroups/g/providers/microsoft.storage/storageaccounts/shop", "shop", "s"},
		{"Google's full name", foreign.Finding{Provider: "google", Resources: []string{"//storage.googleapis.com/projects/_/buckets/b"}, Account: "p"}, "google_storage_bucket", "//storage.googleapis.com/projects/_/buckets/b", "b", "p"},
		{"account", foreign.Finding{Provider: "aws", Resources: []string{"1"}, Account: "1", Type: "Other"}, "aws_account_itself", "", "", "1"},
		{"object", foreign.Finding{Provider: "kubernetes", Resources: []string{"ClusterRole//a"}}, "rbac.authorization.k8s.io/ClusterRole", "ClusterRole/a", "a", ""},
		{"block in a module", foreign.Finding{Resources: []string{"module.a[0].aws_s3_bucket.b"}}, "aws_s3_bucket", "module.a[0].aws_s3_bucket.b", "b", ""},
		{"part", foreign.Finding{Resources: []string{"aws_s3_bucket_acl.b"}}, "aws_s3_bucket", "aws_s3_bucket_acl.b", "b", ""},
		{"image", foreign.Finding{Image: "shop/web:1"}, "container/Image", "shop/web:1", "shop/web:1", ""},
		{"host", foreign.Finding{Host: "web-1"}, "machine/Host", "machine/Host web-1", "web-1", ""},
		{"code", foreign.Finding{Class: foreign.Code, File: "a.py", Resources: []string{"https://github.com/shop/web.git"}}, "code/Repository", "code https://github.com/shop/web", "https://github.com/shop/web", ""},
		{"unknown type", foreign.Finding{Provider: "aws", Resources: []string{"arn:aws:nothing:::x/y"}, Type: "AwsNothing"}, "", "", "", ""},
		{"nothing", foreign.Finding{}, "", "", "", ""},
	} {
		r, why := types.Stand(&c.f)
		if r == nil {
			if c.native != "" || why == "" {
				t.Errorf("%s: no asset, since %q; want %s", c.name, why, c.native)
			}
			continue
		}
		if r.Type != c.native || r.Address != c.address || r.Name != c.named || r.Account != c.account {
			t.Errorf("%s: %s %q %q of %q, want %s %q %q of %q", c.name, r.Type, r.Address, r.Name, r.Account, c.native, c.address, c.named, c.account)
		}
	}
}

// TestPost lays findings beside our own results.
func TestPost(t *testing.T) {
	r := rules(t)
	cat := r.Types().cat
	duty := func(id string, owner resolve.Owner) *resolve.Decision {
		return &resolve.Decision{Responsibility: cat.Responsibilities[id], Owner: owner}
	}
	secret, transit := duty("encryption-at-rest.configure", resolve.Customer), duty("transport-encryption.configure", resolve.Customer)
	guest, settings := duty("guest-os.deploy", resolve.Provider), duty("service-settings.configure", resolve.Customer)
	duties := []*resolve.Decision{secret, transit, guest, settings}
	ours := r.equivalents["trivy:aws-0088"]
	if len(ours) == 0 {
		t.Fatal("no check of ours is AVD-AWS-0088 to Trivy")
	}
	a := &estate.Asset{ID: "x", Address: "x"}
	found := func(tool, rule string, o foreign.Outcome, more ...func(*foreign.Finding)) *foreign.Finding {
		f := &foreign.Finding{Tool: tool, Rule: rule, Title: "Data is encrypted at rest", Outcome: o, Severity: "high"}
		for _, m := range more {
			m(f)
		}
		return f
	}
	suppressed := func(f *foreign.Finding) { f.Suppressed = "for a reason" }
	mine := func(o check.Outcome) []check.Result {
		return []check.Result{{Check: ours[0], Duty: secret, Outcome: o}}
	}
	for _, c := range []struct {
		name  string
		ours  []check.Result
		found []*foreign.Finding
		want  string
	}{
		{"both fail", mine(check.Fail), []*foreign.Finding{found("trivy", "AVD-AWS-0088", foreign.Fail)}, "ours fail also [trivy]"},
		{"theirs was set aside", mine(check.Fail), []*foreign.Finding{found("trivy", "AVD-AWS-0088", foreign.Fail, suppressed)}, "ours fail also [trivy] suppressed for a reason"},
		{"both pass", mine(check.Pass), []*foreign.Finding{found("trivy", "AWS-0088", foreign.Pass)}, "ours pass also [trivy]"},
		{"ours passes", mine(check.Pass), []*foreign.Finding{found("trivy", "AVD-AWS-0088", foreign.Fail)}, "ours pass; trivy:AVD-AWS-0088 fail ×1 on encryption-at-rest.configure, disagrees"},
		{"ours is unknown", mine(check.Unknown), []*foreign.Finding{found("trivy", "AVD-AWS-0088", foreign.Fail)}, "ours unknown; trivy:AVD-AWS-0088 fail ×1 on encryption-at-rest.configure, disagrees"},
		{"theirs passes, ours fails", mine(check.Fail), []*foreign.Finding{found("trivy", "AVD-AWS-0088", foreign.Pass)}, "ours fail; trivy:AVD-AWS-0088 pass ×0 on encryption-at-rest.configure"},
		{"often", nil, []*foreign.Finding{found("kics", "1", foreign.Pass), found("kics", "1", foreign.Fail, suppressed), found("kics", "1", foreign.Fail)}, "kics:1 fail ×2 on encryption-at-rest.configure"},
		{"all set aside", nil, []*foreign.Finding{found("kics", "1", foreign.Fail, suppressed)}, "kics:1 fail ×1 on encryption-at-rest.configure suppressed for a reason"},
		{"the provider's", nil, []*foreign.Finding{found("trivy", "CVE-1", foreign.Fail, func(f *foreign.Finding) { f.Class = foreign.OSPackage })}, "trivy:CVE-1 provider ×1 on guest-os.deploy"},
		{"two tools, one hole", nil, []*foreign.Finding{
			found("trivy", "CVE-1", foreign.Fail, func(f *foreign.Finding) { f.Class = foreign.OSPackage }),
			found("inspector", "CVE-1", foreign.Fail, func(f *foreign.Finding) { f.Class = foreign.OSPackage }),
		}, "trivy:CVE-1 provider ×1 on guest-os.deploy also [inspector]"},
		{"mapped by nothing", nil, []*foreign.Finding{found("kics", "9", foreign.Fail, func(f *foreign.Finding) { f.Title = "zzz" })}, "kics:9 fail ×1 on service-settings.configure"},
	} {
		got := ""
		results, left := NewPoster(r, nil).Post(a, duties, c.ours, c.found)
		for _, res := range results {
			if got != "" {
				got += "; "
			}
			t := res.Theirs
			if t == nil {
				t = &check.Theirs{}
			}
			if t.Tool == "" {
				got += "ours " + res.Outcome.String()
			} else {
				got += fmt.Sprintf("%s %s ×%d on %s", res.Check.ID, res.Outcome, t.Count, res.Duty.Responsibility.ID)
			}
			if len(t.Also) > 0 {
				got += fmt.Sprintf(" also %v", t.Also)
			}
			if t.Suppressed != "" {
				got += " suppressed " + t.Suppressed
			}
			if t.Note != "" {
				got += ", disagrees"
			}
		}
		if got != c.want || len(left) > 0 {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// BenchmarkPlace places 100,000 results of SARIF's kind, half by file and line
// and half by address, on 10,000 assets.
func BenchmarkPlace(b *testing.B) {
	const assets, findings = 10_000, 100_000
	var all []*estate.Asset
	for i := range assets {
		file := fmt.Sprintf("envs/%d/main.tf", i/40)
		all = append(all, asset("aws_s3_bucket", fmt.Sprintf("envs/%d", i/40), fmt.Sprintf("aws_s3_bucket.b%d", i), fmt.Sprintf("bucket-%d", i), file, i%40*10+1, i%40*10+9))
	}
	types := rules(b).Types()
	b.ReportAllocs()
	for b.Loop() {
		x := NewIndex(all, func(string) []*estate.Asset { return nil }, types)
		for i := range findings {
			a := i % assets
			f := foreign.Finding{File: fmt.Sprintf("/srv/ci/envs/%d/main.tf", a/40), Line: a%40*10 + 4, EndLine: a%40*10 + 5}
			if i%2 == 0 {
				f = foreign.Finding{Resources: []string{fmt.Sprintf("aws_s3_bucket.b%d", a)}}
			}
			if x.Find(&f) != all[a] {
				b.Fatalf("finding %d is misplaced", i)
			}
		}
	}
}
