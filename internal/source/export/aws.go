package export

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// config reads AWS Config: snapshots, histories and results of queries. Of a
// resource that comes several times, as in a history, the latest item counts.
// Config does not record every setting, and a query selects some.
type config struct {
	latest map[string]version
}

// version is which item of a resource is the latest: when Config took it, and
// its place in the file.
type version struct {
	at string
	n  int
}

func newConfig() *config { return &config{latest: map[string]version{}} }

func (c *config) learn(rec map[string]any, n int) {
	id := configID(rec)
	if id == "" {
		return
	}
	at, _ := rec["configurationItemCaptureTime"].(string)
	have, ok := c.latest[id]
	if ok && at >= have.at || !ok && len(c.latest) < maxKept {
		c.latest[id] = version{at, n}
	}
}

func (c *config) rest() []*source.Resource { return nil }

// configID is what an item's resource is called: its ARN, or type and id.
func configID(rec map[string]any) string {
	if arn, ok := either(rec, "ARN", "arn").(string); ok && arn != "" {
		return arn
	}
	typ, _ := rec["resourceType"].(string)
	id, _ := rec["resourceId"].(string)
	if typ == "" || id == "" {
		return ""
	}
	return typ + "/" + id
}

func (c *config) resources(rec map[string]any, n int) ([]*source.Resource, string) {
	typ, _ := rec["resourceType"].(string)
	id := configID(rec)
	switch {
	case typ == "":
		return nil, "an item has no resourceType; let the query select it"
	case id == "":
		return nil, "an item has neither an ARN nor a resourceId; let the query select one"
	}
	if last, ok := c.latest[id]; ok && last.n != n {
		return nil, ""
	}
	switch status, _ := rec["configurationItemStatus"].(string); status {
	case "ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded":
		return nil, ""
	}
	r := &source.Resource{Dialect: estate.CloudFormation, Type: typ, Address: id, Provider: "aws", Body: map[string]any{}, Partial: true}
	for _, part := range []any{rec["configuration"], rec["supplementaryConfiguration"]} {
		m, _ := upper(unpacked(part, 1)).(map[string]any)
		for k, v := range m {
			if r.Body[k] == nil {
				r.Body[k] = v
			}
		}
	}
	if typ == "AWS::S3::Bucket" {
		asCloudFormation(r.Body)
	}
	if tags := tagList(rec["tags"]); len(tags) > 0 {
		r.Body["Tags"] = tags
	}
	r.Account, _ = either(rec, "awsAccountId", "accountId").(string)
	r.Region, _ = rec["awsRegion"].(string)
	account, region := ofARN(id)
	if strings.HasPrefix(id, "arn:") && r.Body["Arn"] == nil {
		r.Body["Arn"] = id
	}
	r.Account, r.Region = cmp.Or(r.Account, account), cmp.Or(r.Region, region)
	if r.Region == "global" {
		r.Region = ""
	}
	name, _ := rec["resourceName"].(string)
	rid, _ := rec["resourceId"].(string)
	r.Name = cmp.Or(name, rid, id[strings.LastIndexAny(id, ":/")+1:])
	return []*source.Resource{r}, ""
}

// asCloudFormation gives a bucket's settings the names CloudFormation has for
// them, beside those of Config.
func asCloudFormation(bucket map[string]any) {
	for config, name := range map[string]string{
		"Name": "BucketName", "BucketVersioningConfiguration": "VersioningConfiguration", "BucketLoggingConfiguration": "LoggingConfiguration",
	} {
		if v := bucket[config]; v != nil && bucket[name] == nil {
			bucket[name] = v
		}
	}
	encryption, _ := bucket["ServerSideEncryptionConfiguration"].(map[string]any)
	rules, _ := encryption["Rules"].([]any)
	var out []any
	for _, rule := range rules {
		m, _ := rule.(map[string]any)
		by, ok := m["ApplyServerSideEncryptionByDefault"].(map[string]any)
		if !ok {
			continue
		}
		out = append(out, map[string]any{
			"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": by["SseAlgorithm"], "KMSMasterKeyID": by["KmsMasterKeyID"]},
			"BucketKeyEnabled":              m["BucketKeyEnabled"],
		})
	}
	if out != nil && bucket["BucketEncryption"] == nil {
		bucket["BucketEncryption"] = map[string]any{"ServerSideEncryptionConfiguration": out}
	}
}

// unpacked reads what stands as JSON in a text, itself or one level below, as
// Config writes configurations of older kinds.
func unpacked(v any, depth int) any {
	switch x := v.(type) {
	case string:
		if t := strings.TrimSpace(x); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
			if inner := parseText(x); inner != nil {
				return inner
			}
		}
	case map[string]any:
		if depth > 0 {
			for k, e := range x {
				x[k] = unpacked(e, depth-1)
			}
		}
	}
	return v
}

// verbatim are maps whose keys are data, not names.
var verbatim = map[string]bool{"Variables": true, "Tags": true, "Labels": true, "EnvironmentVariables": true}

// upper spells the members of what Config recorded like CloudFormation's: the
// first letter is a capital.
func upper(v any) any {
	switch x := v.(type) {
	case []any:
		for i, e := range x {
			x[i] = upper(e)
		}
		return x
	case map[string]any:
		m := make(map[string]any, len(x))
		for _, k := range slices.Sorted(maps.Keys(x)) {
			name := capital(k)
			if inner, ok := x[k].(map[string]any); ok && verbatim[name] {
				m[name] = inner
				continue
			}
			if _, taken := m[name]; !taken {
				m[name] = upper(x[k])
			}
		}
		return m
	}
	return v
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// tagList writes tags as CloudFormation does.
func tagList(v any) []any {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	list := make([]any, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		list = append(list, map[string]any{"Key": k, "Value": m[k]})
	}
	return list
}

// cloudControl reads what AWS Cloud Control lists: properties as CloudFormation
// has them, in a text.
type cloudControl struct{}

func (*cloudControl) learn(map[string]any, int) {}
func (*cloudControl) rest() []*source.Resource  { return nil }

func (*cloudControl) resources(rec map[string]any, _ int) ([]*source.Resource, string) {
	typ, _ := rec["TypeName"].(string)
	if d, ok := rec["ResourceDescription"].(map[string]any); ok { // of get-resource
		rec = d
	}
	id, _ := rec["Identifier"].(string)
	if typ == "" || id == "" {
		return nil, "a resource has no TypeName or no Identifier"
	}
	body, ok := rec["Properties"].(map[string]any)
	if text, isText := rec["Properties"].(string); isText {
		body, ok = parseText(text).(map[string]any)
	}
	if !ok {
		return nil, fmt.Sprintf("the properties of %s %s are no JSON object", clip(typ), clip(id))
	}
	// A list carries fewer properties than a resource that was asked for.
	r := &source.Resource{
		Dialect: estate.CloudFormation, Type: typ, Address: typ + "/" + id, Name: id, Provider: "aws", Body: body, Partial: true,
	}
	arn, _ := body["Arn"].(string)
	if strings.HasPrefix(id, "arn:") {
		arn = id
	}
	if arn != "" {
		r.Address = arn
		r.Account, r.Region = ofARN(arn)
	}
	return []*source.Resource{r}, ""
}

// ofARN is the account and region an ARN mentions.
func ofARN(arn string) (account, region string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return "", ""
	}
	return parts[4], parts[3]
}
