package googleaccess

import (
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/tri"
)

// use is something a role lets its holder do with a bucket.
type use struct {
	roles   []string // predefined roles that allow it
	actions []string // permissions by which a custom role does
}

var (
	reading = use{
		roles: []string{
			"roles/storage.objectViewer", "roles/storage.objectUser", "roles/storage.objectAdmin", "roles/storage.admin",
			"roles/storage.legacyObjectReader", "roles/storage.legacyObjectOwner", "roles/storage.legacyBucketReader",
			"roles/storage.legacyBucketWriter", "roles/storage.legacyBucketOwner", "roles/storage.bucketViewer",
			"roles/viewer", "roles/editor", "roles/owner",
		},
		actions: []string{"storage.objects.get", "storage.objects.list"},
	}
	writing = use{
		roles: []string{
			"roles/storage.objectCreator", "roles/storage.objectUser", "roles/storage.objectAdmin", "roles/storage.admin",
			"roles/storage.legacyObjectOwner", "roles/storage.legacyBucketWriter", "roles/storage.legacyBucketOwner",
			"roles/editor", "roles/owner",
		},
		actions: []string{
			"storage.objects.create", "storage.objects.delete", "storage.objects.update", "storage.objects.setIamPolicy",
			"storage.buckets.update", "storage.buckets.delete", "storage.buckets.setIamPolicy",
		},
	}
)

// allows tells whether the binding's role allows the use. A role of the
// customer's own allows what its definition in the sources says.
func (d *deriver) allows(b binding, u use) tri.Bool {
	switch {
	case b.role == "":
		return tri.Unknown(b.doubt)
	case strings.HasPrefix(b.role, "roles/"):
		return tri.Of(slices.Contains(u.roles, b.role))
	}
	custom := d.roles[lastPart(b.role)]
	if custom == nil {
		return tri.Unknown("what the role " + b.role + " allows is not in the sources")
	}
	f, ok := custom.Fact("allowed_actions")
	if !ok || !f.Known() {
		return tri.Unknown("what the role " + b.role + " allows is not known")
	}
	list, _ := f.Value.([]string)
	return tri.Of(slices.ContainsFunc(u.actions, func(a string) bool { return slices.Contains(list, a) }))
}

// basic are the two roles of old that change nearly everything.
func basic(role string) bool { return role == "roles/owner" || role == "roles/editor" }

// wide tells whether a role on a whole account makes its holder an
// administrator of it, or of one service in it.
func wide(role string) bool {
	return basic(role) || strings.HasPrefix(role, "roles/") && strings.Contains(strings.ToLower(role), "admin")
}

// ladders are roles on a whole account whose holder can give himself, or take
// from another, any role there is.
var ladders = []string{
	"roles/editor", // acts as the default service accounts
	"roles/iam.securityAdmin", "roles/resourcemanager.projectIamAdmin", "roles/resourcemanager.folderIamAdmin",
	"roles/resourcemanager.folderAdmin", "roles/resourcemanager.organizationAdmin", // change who holds which role
	"roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountKeyAdmin", "roles/iam.serviceAccountAdmin", // take another identity
	"roles/iam.roleAdmin", "roles/iam.organizationRoleAdmin", // widen a role they hold
	"roles/iam.workloadIdentityPoolAdmin", // let a stranger's tokens in
	"roles/deploymentmanager.editor",      // deploys as an editor
}

// consumer returns a person's account of a consumer service, or "".
func consumer(member string) string {
	address, isUser := strings.CutPrefix(member, "user:")
	if !isUser {
		return ""
	}
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if slices.Contains(consumerDomains, domain) {
		return address
	}
	return ""
}

var consumerDomains = []string{"gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "proton.me", "protonmail.com"}
