package logs

import (
	"net/netip"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/detect"
)

// access reads a line of nginx or Apache in the common or combined format, or nil.
func access(s string) *detect.Event {
	client, rest, ok := strings.Cut(s, " ")
	if !ok {
		return nil
	}
	if _, err := netip.ParseAddr(client); err != nil {
		return nil
	}
	ident, rest, _ := strings.Cut(rest, " ")
	user, rest, ok := strings.Cut(rest, " [")
	stamp, rest, ok2 := strings.Cut(rest, "] \"")
	if !ok || !ok2 || strings.Contains(ident, "\"") {
		return nil
	}
	t, err := time.Parse("02/Jan/2006:15:04:05 -0700", stamp)
	if err != nil {
		return nil
	}
	e := &detect.Event{Source: Web, Time: t, Text: s}
	request, rest := quoted(rest)
	e.Add("c-ip", client)
	if user != "-" {
		e.Add("cs-username", user)
	}
	method, uri, _ := strings.Cut(request, " ")
	if i := strings.LastIndex(uri, " HTTP/"); i >= 0 {
		e.Add("cs-version", uri[i+1:])
		uri = uri[:i]
	}
	stem, query, _ := strings.Cut(uri, "?")
	e.Add("cs-method", method)
	e.Add("cs-uri", uri)
	e.Add("cs-uri-stem", stem)
	e.Add("cs-uri-query", query)
	status, rest, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	bytes, rest, _ := strings.Cut(rest, " ")
	e.Add("sc-status", status)
	e.Add("sc-bytes", bytes)
	if strings.HasPrefix(rest, "\"") {
		referer, rest := quoted(rest[1:])
		e.Add("cs-referer", referer)
		if rest = strings.TrimLeft(rest, " "); strings.HasPrefix(rest, "\"") {
			agent, _ := quoted(rest[1:])
			e.Add("cs-user-agent", agent)
		}
	}
	return e
}

// quoted reads up to the closing quote; a backslash keeps one from closing.
func quoted(s string) (text, rest string) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}
