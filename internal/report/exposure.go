package report

// ExposureFacts are those of which each alone shows that an asset is within
// reach of anybody, where it is true.
var ExposureFacts = []string{"internet_exposed", "public_read", "public_write", "policy_public", "open_to_world", "trust_public", "shared_publicly", "publicly_accessible"}

// Exposed tells whether anybody on the internet can get at an asset with these
// facts: "yes", "no", or "unknown". get returns a fact's value, or nil and a
// known that is false where it is unknown; has is false where there is none.
// An endpoint that the derived fact judges is not judged by its setting too,
// since a security group may well close it.
func Exposed(get func(name string) (value any, known, has bool)) string {
	out := "no"
	_, _, derived := get("internet_exposed")
	for _, name := range ExposureFacts {
		value, known, has := get(name)
		if !has || derived && name == "publicly_accessible" {
			continue
		}
		if v, _ := value.(bool); v {
			return "yes"
		}
		if !known {
			out = "unknown"
		}
	}
	return out
}
