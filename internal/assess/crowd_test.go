package assess

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// crowds are estates in which very many things gather at one place. Nothing
// in the pipeline may take time by the square of their number.
var crowds = map[string]func(n int) []native{
	"rules-of-a-group": func(n int) []native {
		out := []native{{"aws_security_group", "sg", object{"id": "sg-0", "name": "g", "vpc_id": "vpc-0"}}}
		for i := range n {
			out = append(out, native{"aws_security_group_rule", fmt.Sprint("r", i), object{
				"type": "ingress", "security_group_id": "sg-0", "protocol": "tcp", "from_port": i % 65536, "to_port": i % 65536,
				"cidr_blocks": []string{fmt.Sprintf("10.%d.%d.0/24", i>>8&255, i&255)},
			}})
		}
		return out
	},
	"groups-of-a-machine": func(n int) []native {
		ids := make([]string, n)
		var out []native
		for i := range n {
			ids[i] = fmt.Sprint("sg-", i)
			out = append(out, native{"aws_security_group", fmt.Sprint("sg", i), object{"id": ids[i], "name": ids[i]}})
		}
		return append(out, native{"aws_instance", "m", object{"id": "i-0", "ami": "ami-0", "vpc_security_group_ids": ids}})
	},
	"policies-of-a-role": func(n int) []native {
		out := []native{{"aws_iam_role", "r", object{"id": "r", "name": "r", "assume_role_policy": `{"Statement":[]}`}}}
		for i := range n {
			arn := fmt.Sprint("arn:aws:iam::123456789012:policy/p", i)
			out = append(
				out,
				native{"aws_iam_policy", fmt.Sprint("p", i), object{
					"id": arn, "arn": arn, "name": fmt.Sprint("p", i),
					"policy": `{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`,
				}},
				native{"aws_iam_role_policy_attachment", fmt.Sprint("a", i), object{"role": "r", "policy_arn": arn}},
			)
		}
		return out
	},
	"parts-of-what-is-elsewhere": func(n int) []native {
		var out []native
		for i := range n {
			out = append(out, native{"aws_s3_bucket_versioning", fmt.Sprint("v", i), object{
				"bucket": fmt.Sprint("b", i), "versioning_configuration": []object{{"status": "Enabled"}},
			}})
		}
		return out
	},
	"parts-of-one-elsewhere": func(n int) []native {
		var out []native
		for i := range n {
			out = append(out, native{"aws_security_group_rule", fmt.Sprint("r", i), object{
				"type": "egress", "security_group_id": "sg-0", "protocol": "-1", "from_port": 0, "to_port": 0, "source_security_group_id": fmt.Sprint("sg-", i+1),
			}})
		}
		return out
	},
	"users-of-a-key": func(n int) []native {
		arn := "arn:aws:kms:eu-west-1:123456789012:key/k"
		out := []native{{"aws_kms_key", "k", object{"id": "k", "arn": arn, "key_id": "k", "enable_key_rotation": false}}}
		for i := range n {
			out = append(out, native{"aws_sqs_queue", fmt.Sprint("q", i), object{"id": fmt.Sprint("q", i), "name": fmt.Sprint("q", i), "kms_master_key_id": arn}})
		}
		return out
	},
	"machines-of-a-subnet": func(n int) []native {
		out := []native{
			{"aws_vpc", "v", object{"id": "vpc-0"}},
			{"aws_internet_gateway", "g", object{"id": "igw-0", "vpc_id": "vpc-0"}},
			{"aws_subnet", "s", object{"id": "subnet-0", "vpc_id": "vpc-0", "map_public_ip_on_launch": true}},
			{"aws_route_table", "t", object{"id": "rtb-0", "vpc_id": "vpc-0", "route": []object{{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-0"}}}},
			{"aws_route_table_association", "a", object{"subnet_id": "subnet-0", "route_table_id": "rtb-0"}},
			{"aws_security_group", "sg", object{"id": "sg-0", "name": "g", "vpc_id": "vpc-0", "ingress": []object{{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": []string{"0.0.0.0/0"}}}}},
		}
		for i := range n {
			out = append(out, native{"aws_instance", fmt.Sprint("m", i), object{
				"id": fmt.Sprint("i-", i), "subnet_id": "subnet-0", "associate_public_ip_address": true, "vpc_security_group_ids": []string{"sg-0"},
			}})
		}
		return out
	},
	"plans-of-an-account": func(n int) []native {
		var out []native
		for i := range n {
			out = append(
				out,
				native{"aws_dynamodb_table", fmt.Sprint("t", i), object{"id": fmt.Sprint("t", i), "name": fmt.Sprint("t", i), "hash_key": "k"}},
			)
			if i < 50 {
				out = append(out, native{"aws_backup_selection", fmt.Sprint("s", i), object{
					"name": fmt.Sprint("s", i), "plan_id": "p", "iam_role_arn": "r", "resources": []string{fmt.Sprint("arn:aws:dynamodb:*:*:table/t", i)},
				}})
			}
		}
		return append(out, native{"aws_backup_plan", "p", object{"id": "p", "name": "p"}})
	},
}

type object map[string]any

// native is one resource of a state.
type native struct {
	typ, name string
	values    object
}

func writeState(tb testing.TB, path string, rs []native) {
	tb.Helper()
	list := make([]object, len(rs))
	for i, r := range rs {
		list[i] = object{
			"address": r.typ + "." + r.name, "mode": "managed", "type": r.typ, "name": r.name,
			"provider_name": "registry.terraform.io/hashicorp/aws", "values": r.values,
		}
	}
	text, err := json.Marshal(object{"format_version": "1.0", "terraform_version": "1.9.0", "values": object{"root_module": object{"resources": list}}})
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkCrowd assesses each crowd at two sizes, one four times the other.
func BenchmarkCrowd(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(crowds)) {
		for _, n := range []int{5_000, 20_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				path := filepath.Join(b.TempDir(), "state.json")
				writeState(b, path, crowds[name](n))
				e := engine(b)
				for b.Loop() {
					assessFile(b, e, path)
				}
			})
		}
	}
}
