package terraform

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/demarc-sec/demarc/internal/source"
)

// computed is an attribute the provider fills in: unknown, except for the few
// data sources that compute from their arguments or the provider's
// configuration alone.
func (ev *evaluator) computed(i *instance, name string) cty.Value {
	if i.r.data {
		if v := ev.dataValue(i, name); v != cty.NilVal {
			return v
		}
	}
	if v, _ := ev.serviceAccount(i, name); v != cty.NilVal {
		return v
	}
	if prefix := identityPrefix(i.r.typ, name); prefix != "" { // never empty: arn != "" holds
		return cty.UnknownVal(cty.String).Refine().NotNull().StringPrefix(prefix).NewValue()
	}
	if stringAttribute(name) {
		return cty.UnknownVal(cty.String).RefineNotNull()
	}
	return cty.DynamicVal
}

// chosen is an attribute written as null: the provider may choose its value,
// which may be none, but for what everything has.
func (ev *evaluator) chosen(i *instance, name string) cty.Value {
	if i.r.data {
		if v := ev.dataValue(i, name); v != cty.NilVal {
			return v
		}
	}
	switch name {
	case "name", "bucket", "identifier", "cluster_identifier":
		return cty.UnknownVal(cty.String).RefineNotNull()
	}
	return cty.DynamicVal
}

// identityPrefix is how the identity that the provider gives to a resource
// begins, as far as it is the same for all.
func identityPrefix(typ, name string) string {
	switch {
	case name == "arn" && strings.HasPrefix(typ, "aws_"):
		return "arn:"
	case name == "member" && typ == "google_service_account":
		return "serviceAccount:"
	case name == "id":
		return idPrefix[typ]
	case name == "image_id" && typ == "aws_ami":
		return idPrefix[typ]
	}
	return ""
}

var idPrefix = map[string]string{
	"aws_ami": "ami-", "aws_ebs_volume": "vol-", "aws_instance": "i-", "aws_internet_gateway": "igw-",
	"aws_launch_template": "lt-", "aws_nat_gateway": "nat-", "aws_network_interface": "eni-",
	"aws_route_table": "rtb-", "aws_security_group": "sg-", "aws_subnet": "subnet-", "aws_vpc": "vpc-",
}

func stringAttribute(name string) bool {
	switch name {
	case "id", "arn", "name", "url", "endpoint", "address", "fqdn", "self_link", "dns_name", "domain_name",
		"bucket", "invoke_arn", "key_id", "unique_id", "email", "json", "minified_json", "principal_id", "account_id":
		return true
	}
	return strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_arn") || strings.HasSuffix(name, "_name") ||
		strings.HasSuffix(name, "_url") || strings.HasSuffix(name, "_endpoint")
}

// computedSketch is the sketch of a computed attribute, or NilVal.
func (ev *evaluator) computedSketch(i *instance, name string) cty.Value {
	if !i.r.data {
		_, sketch := ev.serviceAccount(i, name)
		return sketch
	}
	if i.r.typ == "aws_iam_policy" && name == "policy" {
		return ev.policyCopy(i)
	}
	document := documentOf(i.r.typ, name)
	if document == nil {
		return cty.NilVal
	}
	obj := map[string]cty.Value{}
	for _, a := range i.r.args {
		t, s := i.thunk(a)
		v := i.attr(ev, a)
		if v.IsWhollyKnown() {
			u, _ := v.UnmarkDeep()
			obj[a.name] = plain(u)
			continue
		}
		sk := ev.argumentSketch(t, s, a)
		if sk == cty.NilVal && a.attr == nil {
			sk = ev.sketchBlocks(s, a)
		}
		if sk == cty.NilVal {
			return cty.NilVal
		}
		obj[a.name] = sk
	}
	return document(obj)
}

// documentOf is how the attribute of a data source that only writes a policy
// is computed from the source's arguments, or nil for any other.
func documentOf(typ, name string) func(map[string]cty.Value) cty.Value {
	switch {
	case typ == "aws_iam_policy_document" && (name == "json" || name == "minified_json"):
		return func(args map[string]cty.Value) cty.Value { return policyDocument(args, name == "json") }
	case typ == "google_iam_policy" && name == "policy_data":
		return googlePolicyDocument
	}
	return nil
}

// policyCopy sketches the document of a policy looked up by name or ARN: its
// statements are one hole, named for the policy.
func (ev *evaluator) policyCopy(i *instance) cty.Value {
	for _, by := range []string{"arn", "name"} {
		a := i.r.argNamed[by]
		if a == nil {
			continue
		}
		if ref, ok := text(i.attr(ev, a)); ok && ref != "" {
			return cty.StringVal(`{"Version":"2012-10-17","Statement":["` + source.HoleOpen + inString(plain(cty.StringVal(ref)).AsString()) + source.HoleClose + `"]}`)
		}
	}
	return cty.NilVal
}

func (ev *evaluator) dataValue(i *instance, name string) cty.Value {
	if document := documentOf(i.r.typ, name); document != nil {
		return ev.policyValue(i, document)
	}
	switch i.r.typ {
	case "aws_service_principal":
		return ev.servicePrincipal(i, name)
	case "aws_vpc_endpoint_service":
		if name == "service_name" {
			return ev.endpointService(i)
		}
	case "aws_partition":
		return partitionValue(i.config(ev).region, name)
	case "aws_region":
		if region := i.config(ev).region; region != "" && (name == "name" || name == "region" || name == "id") {
			return cty.StringVal(region)
		}
	case "aws_caller_identity":
		if account := i.config(ev).account; account != "" && (name == "account_id" || name == "id") {
			return cty.StringVal(account)
		}
	case "google_project", "google_client_config":
		if account := i.config(ev).account; account != "" && (name == "project" || name == "project_id") {
			return cty.StringVal(account)
		}
	case "template_file":
		if name == "rendered" {
			return ev.renderedValue(i)
		}
	}
	return cty.NilVal
}

// partitionValue knows the partition from the region; without one it takes
// the commercial one, as every region but a dozen is in it.
func partitionValue(region, name string) cty.Value {
	partition, suffix, reverse := "aws", "amazonaws.com", "com.amazonaws"
	switch {
	case strings.HasPrefix(region, "cn-"):
		partition, suffix, reverse = "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"
	case strings.HasPrefix(region, "us-gov-"):
		partition = "aws-us-gov"
	}
	switch name {
	case "partition", "id":
		return cty.StringVal(partition)
	case "dns_suffix":
		return cty.StringVal(suffix)
	case "reverse_dns_prefix":
		return cty.StringVal(reverse)
	}
	return cty.NilVal
}

// servicePrincipal computes the name by which a service calls itself in
// policies. China and the isolated regions have names of their own.
func (ev *evaluator) servicePrincipal(i *instance, name string) cty.Value {
	service, region := i.r.argNamed["service_name"], i.config(ev).region
	if a := i.r.argNamed["region"]; a != nil {
		switch v, _ := i.attr(ev, a).Unmark(); {
		case !v.IsKnown():
			return cty.NilVal
		case !v.IsNull():
			region, _ = text(v)
		}
	}
	if service == nil || strings.HasPrefix(region, "cn-") || strings.Contains(region, "-iso") {
		return cty.NilVal
	}
	called, known := text(i.attr(ev, service))
	switch {
	case name == "name" && known:
		return cty.StringVal(called + ".amazonaws.com")
	case name == "suffix":
		return cty.StringVal("amazonaws.com")
	}
	return cty.NilVal
}

// endpointService is the full name of one of the provider's own services,
// looked up by its short one.
func (ev *evaluator) endpointService(i *instance) cty.Value {
	region := i.config(ev).region
	if a := i.r.argNamed["service"]; a != nil && region != "" && !strings.HasPrefix(region, "cn-") && !strings.Contains(region, "-iso") {
		if service, ok := text(i.attr(ev, a)); ok {
			return cty.StringVal("com.amazonaws." + region + "." + service)
		}
	}
	return cty.NilVal
}

// policyValue is the document when all its arguments are known, and else an
// unknown string that carries what they refer to.
func (ev *evaluator) policyValue(i *instance, document func(map[string]cty.Value) cty.Value) cty.Value {
	obj := map[string]cty.Value{}
	marks := cty.ValueMarks{}
	known := true
	for _, a := range i.r.args {
		u, deep := i.attr(ev, a).UnmarkDeep()
		for m := range deep {
			marks[m] = struct{}{}
		}
		known = known && u.IsWhollyKnown()
		obj[a.name] = u
	}
	if known {
		if v := document(obj); v != cty.NilVal {
			return v.WithMarks(marks)
		}
	}
	return cty.UnknownVal(cty.String).RefineNotNull().WithMarks(marks)
}

// renderedValue evaluates the template of a template_file data source.
func (ev *evaluator) renderedValue(i *instance) cty.Value {
	text, vars := i.r.argNamed["template"], i.r.argNamed["vars"]
	if text == nil {
		return cty.NilVal
	}
	args := []cty.Value{i.attr(ev, text), cty.EmptyObjectVal}
	if vars != nil {
		args[1] = i.attr(ev, vars)
	}
	v, err := ev.functions["templatestring"].Call(args)
	if err != nil {
		return cty.NilVal
	}
	return v
}
