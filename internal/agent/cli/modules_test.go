package cli

import (
	"testing"
	"time"
)

func TestHostPolicy(t *testing.T) {
	for _, c := range []struct {
		section string
		every   time.Duration
		err     bool
	}{
		{"", time.Hour, false},
		{`{}`, time.Hour, false},
		{`{"every":"2h","roles":["web"]}`, 2 * time.Hour, false},
		{`{"every":"1s"}`, 5 * time.Minute, false},
		{`{"every":"often"}`, time.Hour, true},
		{`{"every":5}`, time.Hour, true},
	} {
		p, every, err := readHostPolicy([]byte(c.section))
		if every != c.every || err != nil != c.err {
			t.Errorf("%s: %v, %v", c.section, every, err)
		}
		if c.section == `{"every":"2h","roles":["web"]}` && len(p.Roles) != 1 {
			t.Errorf("%+v", p)
		}
	}
}

func TestIntegrityPolicy(t *testing.T) {
	for _, c := range []struct {
		section string
		policy  string
		every   time.Duration
		err     bool
	}{
		{"", "linux", 0, false},
		{`{"enabled": true}`, "linux", 0, false},
		{`{"policy":"pci","every":"2h"}`, "pci", 2 * time.Hour, false},
		{`{"every":"1s"}`, "linux", 10 * time.Minute, false},
		{`{"every":"often"}`, "", 0, true},
		{`{"policy":"/etc/shadow"}`, "", 0, true},
		{`{"policy":["linux"]}`, "", 0, true},
	} {
		o, err := readIntegrityPolicy([]byte(c.section))
		if err != nil != c.err {
			t.Errorf("%s: %v", c.section, err)
			continue
		}
		if err == nil && (o.Policy.Name != c.policy || o.ScanEvery != c.every) {
			t.Errorf("%s: %s every %v", c.section, o.Policy.Name, o.ScanEvery)
		}
	}
}
