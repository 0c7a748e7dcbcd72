package live

import "strings"

// unit is the systemd unit of a control group's path: the innermost one.
func unit(cgroup string) (name string) {
	for part := range strings.FieldsFuncSeq(cgroup, func(r rune) bool { return r == '/' || r == '\n' }) {
		if strings.HasSuffix(part, ".service") || strings.HasSuffix(part, ".scope") {
			name = part
		}
	}
	return name
}
