package tenant

import "fmt"

// Role is what somebody is in a group and everything below it.
type Role string

// The roles. None includes another by rank: what each may is the table below.
const (
	Viewer        Role = "viewer"        // reads
	Contributor   Role = "contributor"   // brings in sources and results, asks for waivers
	Approver      Role = "approver"      // decides on waivers that others ask for
	Responder     Role = "responder"     // works on alerts and incidents
	Administrator Role = "administrator" // people, groups, tokens, notifications
	Auditor       Role = "auditor"       // reads everything, the audit log too, and changes nothing
)

// Roles are all of them, in the order in which people are shown them.
var Roles = []Role{Viewer, Contributor, Approver, Responder, Administrator, Auditor}

// ParseRole returns the role of that name.
func ParseRole(name string) (Role, error) {
	for _, r := range Roles {
		if string(r) == name {
			return r, nil
		}
	}
	return "", fmt.Errorf("%q is no role; the roles are %v", name, Roles)
}

// Permission is one kind of act. Every request needs exactly one.
type Permission string

// The permissions.
const (
	Read          Permission = "read"           // assets, duties, findings, changes, waivers, sources, jobs
	Contribute    Permission = "contribute"     // add and run sources, push results
	RequestWaiver Permission = "request-waiver" // ask for a risk to be accepted
	ApproveWaiver Permission = "approve-waiver" // accept or refuse it; never one's own request
	Respond       Permission = "respond"        // alerts and incidents
	Administer    Permission = "administer"     // groups, people, tokens, notifications, settings
	ReadAudit     Permission = "read-audit"     // the audit log
)

// Permissions are all of them.
var Permissions = []Permission{Read, Contribute, RequestWaiver, ApproveWaiver, Respond, Administer, ReadAudit}

// may is the one table of who may what. Tests in internal/server hold every
// route against it from outside.
var may = map[Role]map[Permission]bool{
	Viewer:        {Read: true},
	Contributor:   {Read: true, Contribute: true, RequestWaiver: true},
	Approver:      {Read: true, RequestWaiver: true, ApproveWaiver: true},
	Responder:     {Read: true, RequestWaiver: true, Respond: true},
	Administrator: {Read: true, Contribute: true, RequestWaiver: true, ApproveWaiver: true, Respond: true, Administer: true, ReadAudit: true},
	Auditor:       {Read: true, ReadAudit: true},
}

// May reports whether the role includes the permission.
func (r Role) May(p Permission) bool { return may[r][p] }
