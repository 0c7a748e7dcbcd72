package cloudformation

import (
	"maps"
	"slices"
	"strings"
)

// domain yields an API's own domain name, the paths of it that lead to the
// API, and the records that lead to the name. typ is the type of the name.
func (s *sam) domain(typ, api, stage string) {
	config, ok := s.get("Domain").(map[string]any)
	if !ok {
		if s.get("Domain") != nil {
			s.notRead("the domain name of " + clip(s.e.id) + " is not known, so what SAM makes of it is not read")
		}
		return
	}
	v2 := strings.Contains(typ, "V2")
	kind := textOr(config["EndpointConfiguration"], "REGIONAL")
	prefix := "ApiGatewayDomainName"
	if v2 || kind == "PRIVATE" {
		prefix += "V2"
	}
	name := prefix + digest(shownText(config["DomainName"]))
	switch {
	case v2:
		s.domainV2(name, typ, kind, config)
	case kind == "PRIVATE":
		s.privateDomain(name, config)
	default:
		s.regionalDomain(name, typ, kind, config)
	}
	s.paths(name, api, stage, v2, kind, config)
	s.record(name, kind, config)
}

// shownText is text, with holes for what is not known.
func shownText(v any) string {
	if o, ok := v.(*open); ok {
		return o.text
	}
	t, _ := textual(v)
	return t
}

func (s *sam) domainV2(name, typ, kind string, config map[string]any) {
	props := clone(config, "DomainName", "MutualTlsAuthentication")
	one := clone(config, "CertificateArn", "SecurityPolicy", "OwnershipVerificationCertificateArn")
	one["EndpointType"] = kind
	props["DomainNameConfigurations"] = []any{one}
	s.put(name, typ, props)
}

func (s *sam) regionalDomain(name, typ, kind string, config map[string]any) {
	props := clone(config, "DomainName", "MutualTlsAuthentication", "SecurityPolicy", "OwnershipVerificationCertificateArn")
	props["EndpointConfiguration"] = map[string]any{"Types": []any{kind}}
	certificate := "RegionalCertificateArn"
	if kind == "EDGE" {
		certificate = "CertificateArn"
	}
	props[certificate] = config["CertificateArn"]
	s.put(name, typ, props)
}

func (s *sam) privateDomain(name string, config map[string]any) {
	props := clone(config, "DomainName", "CertificateArn", "SecurityPolicy", "Policy")
	props["EndpointConfiguration"] = map[string]any{"Types": []any{"PRIVATE"}}
	s.put(name, "AWS::ApiGateway::DomainNameV2", props)
	if association := mapOf(config["AccessAssociation"]); association != nil {
		s.put("DomainNameAccessAssociation"+digest(shownText(association["VpcEndpointId"])+name), "AWS::ApiGateway::DomainNameAccessAssociation",
			map[string]any{
				"AccessAssociationSource": association["VpcEndpointId"], "AccessAssociationSourceType": "VPCE", "DomainNameArn": s.ref(name),
			})
	}
}

// paths yields which paths of the domain name lead to the API.
func (s *sam) paths(name, api, stage string, v2 bool, kind string, config map[string]any) {
	bases, known := written(config, "BasePath").([]any)
	if !known {
		if written(config, "BasePath") != nil {
			s.notRead("the base paths of " + clip(s.e.id) + " are not known, so their mappings are not read")
			return
		}
		bases = []any{"/"}
	}
	for _, base := range bases {
		path, isText := textual(base)
		props := map[string]any{"DomainName": s.ref(name), "Stage": s.ref(api + stage)}
		id := api + strings.NewReplacer("-", "", "_", "", "/", "").Replace(path)
		if v2 {
			props["ApiId"], props["ApiMappingKey"] = s.ref(api), strings.Trim(path, "/")
			if !isText {
				props["ApiMappingKey"] = base
			}
			s.put(id+"ApiMapping", "AWS::ApiGatewayV2::ApiMapping", props)
			continue
		}
		props["RestApiId"] = s.ref(api)
		if !isText {
			props["BasePath"] = base
		} else if path != "/" {
			props["BasePath"] = strings.Trim(path, "/")
		}
		typ := "AWS::ApiGateway::BasePathMapping"
		if kind == "PRIVATE" {
			delete(props, "DomainName")
			typ, props["DomainNameArn"] = typ+"V2", s.ref(name)
		}
		s.put(id+"BasePathMapping", typ, props)
	}
}

// zoneRecords are the records of one zone, which SAM puts into one resource.
type zoneRecords struct {
	by    *sam
	props map[string]any
}

// cloudFrontZone is the zone of every distribution, in which edge-optimised
// names stand.
const cloudFrontZone = "Z2FDTNDATAQYW2"

// record notes the records that lead to a domain name.
func (s *sam) record(name, kind string, config map[string]any) {
	route, ok := config["Route53"].(map[string]any)
	if !ok {
		if written(config, "Route53") != nil {
			s.notRead("the records of " + clip(s.e.id) + " are not known, so they are not read")
		}
		return
	}
	target := clone(route, "EvaluateTargetHealth")
	switch kind {
	case "EDGE":
		target["HostedZoneId"], target["DNSName"] = cloudFrontZone, written(route, "DistributionDomainName")
		if target["DNSName"] == nil {
			target["DNSName"] = s.att(name, "DistributionDomainName")
		}
	case "REGIONAL":
		target["HostedZoneId"], target["DNSName"] = s.att(name, "RegionalHostedZoneId"), s.att(name, "RegionalDomainName")
	default:
		target["HostedZoneId"], target["DNSName"] = written(route, "VpcEndpointHostedZoneId"), written(route, "VpcEndpointDomainName")
	}
	record := clone(route, "Region", "SetIdentifier")
	record["Name"], record["Type"], record["AliasTarget"] = config["DomainName"], "A", target
	records := []any{record}
	if route["IpV6"] == true {
		six := maps.Clone(record)
		six["Type"] = "AAAA"
		records = append(records, six)
	}
	zone := clone(route, "HostedZoneId", "HostedZoneName")
	id := "RecordSetGroup" + digest(shownText(zone["HostedZoneId"])+shownText(zone["HostedZoneName"]))
	if s.st.apis.zones == nil {
		s.st.apis.zones = map[string]*zoneRecords{}
	}
	in := s.st.apis.zones[id]
	if in == nil {
		in = &zoneRecords{by: s, props: zone}
		s.st.apis.zones[id] = in
	}
	in.props["RecordSets"] = append(listOf(in.props["RecordSets"]), records...)
}

// records yields what record noted.
func (st *stack) records() {
	for _, id := range slices.Sorted(maps.Keys(st.apis.zones)) {
		zone := st.apis.zones[id]
		zone.by.put(id, "AWS::Route53::RecordSetGroup", zone.props)
	}
}

// usagePlan yields the plan with which callers' quotas are kept, and the key
// they show: for one API, or for all that share it.
func (s *sam) usagePlan(api, stage string) {
	plan := mapOf(mapOf(s.get("Auth"))["UsagePlan"])
	at := map[string]any{"ApiId": s.ref(api), "Stage": s.ref(api + stage)}
	switch kind := textOr(plan["CreateUsagePlan"], ""); {
	case plan == nil || kind == "NONE":
	case kind == "PER_API":
		s.plan(api, plan, []any{at})
	case kind == "SHARED":
		if s.st.apis.shared == nil {
			s.st.apis.shared = &sharedPlan{by: s, plan: map[string]any{}}
		}
		shared := s.st.apis.shared
		maps.Copy(shared.plan, plan)
		shared.stages = append(shared.stages, at)
	default:
		s.notRead("the usage plan of " + clip(s.e.id) + " is of a kind Demarc does not know, so it is not read")
	}
}

// sharedPlan is the usage plan of several APIs.
type sharedPlan struct {
	by     *sam
	plan   map[string]any
	stages []any
}

func (s *sam) plan(id string, plan map[string]any, stages []any) {
	props := clone(plan, "Description", "Quota", "Tags", "Throttle", "UsagePlanName")
	props["ApiStages"] = stages
	s.put(id+"UsagePlan", "AWS::ApiGateway::UsagePlan", props)
	var keys []any
	for _, one := range stages {
		keys = append(keys, map[string]any{"RestApiId": mapOf(one)["ApiId"], "StageName": mapOf(one)["Stage"]})
	}
	s.put(id+"ApiKey", "AWS::ApiGateway::ApiKey", map[string]any{"Enabled": true, "StageKeys": keys})
	s.put(id+"UsagePlanKey", "AWS::ApiGateway::UsagePlanKey", map[string]any{
		"KeyId": s.ref(id + "ApiKey"), "KeyType": "API_KEY", "UsagePlanId": s.ref(id + "UsagePlan"),
	})
}
