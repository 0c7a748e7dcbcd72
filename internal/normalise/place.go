package normalise

import (
	"strings"
)

// accountArgument is the argument by which resources of a provider say in which
// account they are, where there is one.
var accountArgument = map[string]string{"google": "project"}

// region is where the arguments say that the resource lies.
func region(provider string, body map[string]any) string {
	switch provider {
	case "azure":
		return strings.ToLower(strings.ReplaceAll(firstText(body, "location"), " ", "")) // "West Europe" is westeurope
	case "google":
		if zone := firstText(body, "zone"); zone != "" && firstText(body, "region") == "" {
			zone = zone[strings.LastIndexByte(zone, '/')+1:]
			return zone[:max(strings.LastIndexByte(zone, '-'), 0)]
		}
		return firstText(body, "region", "location")
	}
	return ""
}

// firstText is the first of the arguments that is known text.
func firstText(body map[string]any, arguments ...string) string {
	for _, name := range arguments {
		if s, ok := body[name].(string); ok && s != "" {
			return s
		}
	}
	return ""
}
