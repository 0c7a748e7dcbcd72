// Package agent is what the control plane serves to servers that install the agent:
// a script that knows where it came from and what it may install.
package agent

import (
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

//go:embed install.sh
var install string

// Unit is the agent's systemd unit, for servers whose packages are none of ours.
//
//go:embed demarc-agent.service
var Unit []byte

// Paths below which the script looks at the control plane.
const (
	PathScript   = "/agent/install.sh"
	PathDownload = "/agent/download/" // and the name of a file
)

var (
	plainName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
	plainSum  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	plainURL  = regexp.MustCompile(`^https://[A-Za-z0-9.:\[\]/_~-]+$`)
)

// Script is the installation script of a control plane. sums are the SHA-256 sums of what
// it offers by its names: demarc-agent-linux-amd64, the same with .deb and .rpm, and
// demarc-agent.service.
func Script(server string, sums map[string]string) (string, error) {
	server = strings.TrimSuffix(server, "/")
	if u, err := url.Parse(server); err != nil || u.Host == "" || !plainURL.MatchString(server) {
		return "", fmt.Errorf("%q is no address that can stand in a script", server)
	}
	var lines []string
	for name, sum := range sums {
		if !plainName.MatchString(name) || !plainSum.MatchString(sum) {
			return "", fmt.Errorf("%q with the sum %q cannot stand in a script", name, sum)
		}
		lines = append(lines, sum+"  "+name)
	}
	if len(lines) == 0 {
		return "", errors.New("there is nothing to install")
	}
	slices.Sort(lines)
	return strings.NewReplacer("@SERVER@", server, "@SUMS@", strings.Join(lines, "\n")).Replace(install), nil
}
