package iampolicy

import (
	"slices"

	"github.com/demarc-sec/demarc/internal/tri"
)

// Method is one way in which a holder that is no administrator becomes one, or
// takes over another identity: it holds all the actions.
type Method struct {
	ID      string
	All     []string // lower case
	How     string
	Service string // the service a role is passed to, where one is
}

// Methods is the table of known ways.
var Methods = []Method{
	{"policy-version", []string{"iam:createpolicyversion"}, "writes a new default version of a policy attached to itself", ""},
	{"policy-default", []string{"iam:setdefaultpolicyversion"}, "brings back an older, wider version of a policy", ""},
	{"attach-user-policy", []string{"iam:attachuserpolicy"}, "attaches AdministratorAccess to a user", ""},
	{"attach-group-policy", []string{"iam:attachgrouppolicy"}, "attaches AdministratorAccess to a group", ""},
	{"attach-role-policy", []string{"iam:attachrolepolicy"}, "attaches AdministratorAccess to a role", ""},
	{"put-user-policy", []string{"iam:putuserpolicy"}, "writes an inline policy on a user", ""},
	{"put-group-policy", []string{"iam:putgrouppolicy"}, "writes an inline policy on a group", ""},
	{"put-role-policy", []string{"iam:putrolepolicy"}, "writes an inline policy on a role", ""},
	{"access-key", []string{"iam:createaccesskey"}, "makes an access key for another user", ""},
	{"login-profile", []string{"iam:createloginprofile"}, "gives another user a console password", ""},
	{"login-profile-change", []string{"iam:updateloginprofile"}, "changes another user's console password", ""},
	{"mfa-takeover", []string{"iam:createvirtualmfadevice", "iam:enablemfadevice", "iam:deactivatemfadevice", "iam:updateloginprofile"}, "replaces another user's password and second factor", ""},
	{"service-credential", []string{"iam:createservicespecificcredential"}, "makes a service credential for another user", ""},
	{"group-membership", []string{"iam:addusertogroup"}, "joins a stronger group", ""},
	{"role-trust", []string{"iam:updateassumerolepolicy", "sts:assumerole"}, "makes a stronger role trust it, and assumes it", ""},
	{"boundary-removal", []string{"iam:deleterolepermissionsboundary"}, "lifts the boundary of a role", ""},
	{"boundary-removal-user", []string{"iam:deleteuserpermissionsboundary"}, "lifts the boundary of a user", ""},
	{"saml-provider", []string{"iam:updatesamlprovider"}, "replaces the identity provider's metadata with its own", ""},

	{"pass-role-ec2", []string{"iam:passrole", "ec2:runinstances"}, "starts a machine with a stronger role", "ec2"},
	{"pass-role-ec2-profile", []string{"iam:passrole", "ec2:associateiaminstanceprofile"}, "gives a running machine a stronger role", "ec2"},
	{"pass-role-spot", []string{"iam:passrole", "ec2:requestspotinstances"}, "starts a spot machine with a stronger role", "ec2"},
	{"pass-role-autoscaling", []string{"iam:passrole", "autoscaling:createlaunchconfiguration", "autoscaling:createautoscalinggroup"}, "starts machines with a stronger role through a group", "ec2"},
	{"pass-role-lambda", []string{"iam:passrole", "lambda:createfunction", "lambda:invokefunction"}, "runs a function with a stronger role", "lambda"},
	{"pass-role-lambda-event", []string{"iam:passrole", "lambda:createfunction", "lambda:createeventsourcemapping"}, "lets events run a function with a stronger role", "lambda"},
	{"pass-role-lambda-permission", []string{"iam:passrole", "lambda:createfunction", "lambda:addpermission"}, "lets another account run a function with a stronger role", "lambda"},
	{"lambda-code", []string{"lambda:updatefunctioncode"}, "replaces the code of a function with a stronger role", ""},
	{"lambda-layer", []string{"lambda:updatefunctionconfiguration"}, "puts its own layer into a function with a stronger role", ""},
	{"pass-role-glue-endpoint", []string{"iam:passrole", "glue:createdevendpoint"}, "opens a Glue endpoint with a stronger role", "glue"},
	{"glue-endpoint", []string{"glue:updatedevendpoint"}, "puts its own key on a Glue endpoint", ""},
	{"pass-role-glue-job", []string{"iam:passrole", "glue:createjob", "glue:startjobrun"}, "runs a Glue job with a stronger role", "glue"},
	{"pass-role-glue-job-change", []string{"iam:passrole", "glue:updatejob", "glue:startjobrun"}, "changes a Glue job to a stronger role and runs it", "glue"},
	{"pass-role-glue-session", []string{"iam:passrole", "glue:createsession", "glue:runstatement"}, "runs statements in a Glue session with a stronger role", "glue"},
	{"pass-role-cloudformation", []string{"iam:passrole", "cloudformation:createstack"}, "lets a stack act with a stronger role", "cloudformation"},
	{"cloudformation-change-set", []string{"iam:passrole", "cloudformation:updatestack"}, "changes a stack that acts with a stronger role", "cloudformation"},
	{"cloudformation-stack-set", []string{"iam:passrole", "cloudformation:createstackset", "cloudformation:createstackinstances"}, "lets a stack set act with a stronger role", "cloudformation"},
	{"pass-role-data-pipeline", []string{"iam:passrole", "datapipeline:createpipeline", "datapipeline:putpipelinedefinition", "datapipeline:activatepipeline"}, "runs a data pipeline with a stronger role", "datapipeline"},
	{"pass-role-ecs-run", []string{"iam:passrole", "ecs:registertaskdefinition", "ecs:runtask"}, "runs a task with a stronger role", "ecs-tasks"},
	{"pass-role-ecs-service", []string{"iam:passrole", "ecs:registertaskdefinition", "ecs:createservice"}, "runs a service with a stronger role", "ecs-tasks"},
	{"pass-role-ecs-start", []string{"iam:passrole", "ecs:registertaskdefinition", "ecs:starttask"}, "runs a task with a stronger role", "ecs-tasks"},
	{"pass-role-ecs-update", []string{"iam:passrole", "ecs:registertaskdefinition", "ecs:updateservice"}, "moves a service to a stronger role", "ecs-tasks"},
	{"pass-role-sagemaker-notebook", []string{"iam:passrole", "sagemaker:createnotebookinstance", "sagemaker:createpresignednotebookinstanceurl"}, "opens a notebook with a stronger role", "sagemaker"},
	{"sagemaker-notebook", []string{"sagemaker:createpresignednotebookinstanceurl"}, "opens somebody else's notebook", ""},
	{"pass-role-sagemaker-training", []string{"iam:passrole", "sagemaker:createtrainingjob"}, "trains with its own code under a stronger role", "sagemaker"},
	{"pass-role-sagemaker-processing", []string{"iam:passrole", "sagemaker:createprocessingjob"}, "processes with its own code under a stronger role", "sagemaker"},
	{"sagemaker-lifecycle", []string{"sagemaker:createnotebookinstancelifecycleconfig", "sagemaker:updatenotebookinstance", "sagemaker:startnotebookinstance", "sagemaker:stopnotebookinstance"}, "puts a start script into somebody else's notebook", ""},
	{"pass-role-codebuild", []string{"iam:passrole", "codebuild:createproject", "codebuild:startbuild"}, "builds with a stronger role", "codebuild"},
	{"codebuild-update", []string{"iam:passrole", "codebuild:updateproject", "codebuild:startbuild"}, "gives a build project a stronger role", "codebuild"},
	{"codebuild-override", []string{"codebuild:startbuild"}, "starts a build with its own build commands under the project's role", ""},
	{"pass-role-codestar", []string{"iam:passrole", "codestar:createproject"}, "makes a project whose role is an administrator's", "codestar"},
	{"codestar-member", []string{"codestar:createprojectfromtemplate"}, "makes a project from a template with wide rights", ""},
	{"codestar-associate", []string{"codestar:associateteammember"}, "makes itself owner of a project", ""},
	{"pass-role-step-functions", []string{"iam:passrole", "states:createstatemachine", "states:startexecution"}, "runs a workflow with a stronger role", "states"},
	{"pass-role-batch", []string{"iam:passrole", "batch:registerjobdefinition", "batch:submitjob"}, "runs a job with a stronger role", "ecs-tasks"},
	{"pass-role-emr", []string{"iam:passrole", "elasticmapreduce:runjobflow"}, "starts a cluster with a stronger role", "elasticmapreduce"},
	{"pass-role-apprunner", []string{"iam:passrole", "apprunner:createservice"}, "starts a service with a stronger role", "tasks.apprunner"},
	{"pass-role-scheduler", []string{"iam:passrole", "scheduler:createschedule"}, "schedules any API call with a stronger role", "scheduler"},
	{"pass-role-ssm-automation", []string{"iam:passrole", "ssm:startautomationexecution"}, "runs an automation with a stronger role", "ssm"},
	{"ssm-command", []string{"ssm:sendcommand"}, "runs commands on machines, and takes their roles", ""},
	{"ssm-session", []string{"ssm:startsession"}, "opens a shell on machines, and takes their roles", ""},
	{"instance-connect", []string{"ec2-instance-connect:sendsshpublickey"}, "puts its own key on machines, and takes their roles", ""},
	{"instance-connect-serial", []string{"ec2-instance-connect:sendserialconsolesshpublickey"}, "puts its own key on machines' serial consoles", ""},
	{"user-data", []string{"ec2:modifyinstanceattribute", "ec2:stopinstances", "ec2:startinstances"}, "puts its own start script into machines", ""},
	{"ecs-exec", []string{"ecs:executecommand"}, "opens a shell in tasks, and takes their roles", ""},
	{"eks-access", []string{"eks:createaccessentry", "eks:associateaccesspolicy"}, "makes itself administrator of a cluster, and takes its pods' roles", ""},
	{"pod-identity", []string{"iam:passrole", "eks:createpodidentityassociation"}, "gives pods a stronger role", "pods.eks"},
	{"roles-anywhere", []string{"iam:passrole", "rolesanywhere:createtrustanchor", "rolesanywhere:createprofile"}, "lets its own certificates stand for a role", "rolesanywhere"},
	{"permission-set", []string{"sso:putinlinepolicytopermissionset", "sso:provisionpermissionset"}, "widens a permission set of the whole organisation", ""},
	{"permission-set-assign", []string{"sso:createaccountassignment"}, "assigns itself a stronger permission set", ""},
}

// Actions lists every action the table mentions, sorted.
func Actions() []string {
	var out []string
	for _, m := range Methods {
		out = append(out, m.All...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Escalation is a list of method ids, and why there may be more.
type Escalation struct {
	IDs []string
	Why string
}

// Escalation lists the ways in which the identity can widen its own rights. An
// administrator has none left to gain. Boundary, unless nil, caps its rights.
func (ps Policies) Escalation(boundary Policies) Escalation {
	admin := ps.Admin()
	if boundary != nil {
		admin = tri.And(admin, boundary.Admin())
	}
	if admin.IsTrue() {
		return Escalation{}
	}
	out := Escalation{}
	may := make(map[string]tri.Bool, 64)
	h := newHolder(ps)
	if len(h.grants) == 0 {
		out.Why = h.rest.Why()
		return out
	}
	limit := newHolder(boundary)
	for _, m := range Methods {
		b := tri.True
		for _, a := range m.All {
			key := a
			if a == passRole {
				key += m.Service
			}
			p, ok := may[key]
			if !ok {
				if p = h.permits(a, m.Service); boundary != nil {
					p = tri.And(p, limit.permits(a, m.Service))
				}
				may[key] = p
			}
			if b = tri.And(b, p); b.IsFalse() {
				break
			}
		}
		switch {
		case b.IsTrue():
			out.IDs = append(out.IDs, m.ID)
		case !b.Known() && out.Why == "":
			out.Why = b.Why()
		}
	}
	slices.Sort(out.IDs)
	return out
}
