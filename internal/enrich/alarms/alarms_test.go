package alarms

import (
	"strings"
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// patterns are written the way benchmarks and modules do, each a little differently.
var patterns = map[string]string{
	"alarm_unauthorised_calls": `{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }`,
	"alarm_no_mfa_signin":      `{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }`,
	"alarm_root_use":           `{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }`,
	"alarm_trail_change":       `{($.eventName=CreateTrail)||($.eventName=UpdateTrail)||($.eventName=DeleteTrail)||($.eventName=StartLogging)||($.eventName=StopLogging)}`,
	"alarm_auth_failure":       `{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }`,
	"alarm_key_deletion":       "{ ($.eventSource = kms.amazonaws.com) &&\n (($.eventName=ScheduleKeyDeletion) || ($.eventName = DisableKey)) }",
	"alarm_config_change":      `{ ($.eventSource = config.amazonaws.com) && (($.eventName=PutConfigurationRecorder)||($.eventName=StopConfigurationRecorder)||($.eventName=DeleteDeliveryChannel)||($.eventName=PutDeliveryChannel)) }`,
	"alarm_sg_change":          `{ $.eventName = *SecurityGroup* }`,
}

func TestPatterns(t *testing.T) {
	for _, r := range requirements {
		text, ok := patterns[r.fact]
		if !ok {
			continue
		}
		m, err := parse(text)
		if err != nil {
			t.Errorf("%s: %v", r.fact, err)
			continue
		}
		for _, e := range r.events {
			if !m(e) {
				t.Errorf("%s does not match %s", text, e["eventName"])
			}
		}
	}
	for _, bad := range []string{"AccessDenied", "{", "{}", "{ $.a }", "{ $.a = }", "{ ($.a = b }", "{ $.a = b } more", `{ $.a = "b }`, strings.Repeat("(", 500)} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q was taken for a pattern", bad)
		}
	}
	for text, want := range map[string]bool{
		`{ $.a IS TRUE }`: true, `{ $.n > 3 }`: true, `{ $.n <= 3 }`: false, `{ $.x EXISTS }`: false,
		`{ $.a = true && ($.n = 4 || $.n = 5) }`: true, `{ $.a != true }`: false, `{ $.x != y }`: true, ``: true,
	} {
		m, err := parse(text)
		if err != nil || m(event{"a": "true", "n": "4"}) != want {
			t.Errorf("%s: %v, want %t", text, err, want)
		}
	}
}

type setup struct {
	account, trail, logs, alarm, topic *estate.Asset
	estate                             *estate.Estate
}

func build(filters any, subscribed any) setup {
	var s setup
	s.account = et.Asset("acc", "account", nil)
	s.topic = et.Asset("topic", "topic", nil)
	if subscribed != nil {
		s.topic = et.Asset("topic", "topic", et.Facts{"has_subscribers": subscribed})
	}
	s.alarm = et.Link(et.Asset("alarm", "alarm", et.Facts{"metric": "m", "namespace": "ns", "alarm_actions": true}), "notifies", s.topic)
	s.logs = et.Asset("logs", "log-store", nil)
	if filters != nil {
		s.logs = et.Asset("logs", "log-store", et.Facts{"metric_filters": filters})
	}
	s.trail = et.Link(et.Asset("trail", "audit-trail", et.Facts{"multi_region": true, "management_events": true, "recorder_enabled": true, "logs_to_monitoring": true}), "log_store", s.logs)
	for _, a := range []*estate.Asset{s.topic, s.alarm, s.logs, s.trail} {
		et.Link(a, "account", s.account)
	}
	s.estate = et.Estate(s.account, s.topic, s.alarm, s.logs, s.trail)
	return s
}

func mf(pattern any) map[string]any {
	return map[string]any{"pattern": pattern, "metric": "m", "namespace": "ns"}
}

func TestChain(t *testing.T) {
	trailPattern := patterns["alarm_trail_change"]
	later := &source.Unknown{Reason: "later"}
	fact := "alarm_trail_change"
	for _, c := range []struct {
		name string
		make func() setup
		want any
	}{
		{"complete", func() setup { return build([]any{mf(trailPattern)}, true) }, true},
		{"a single filter, not in a list", func() setup { return build(mf(trailPattern), true) }, true},
		{"two filters share the events", func() setup {
			return build([]any{mf(`{$.eventName = *Trail}`), mf(`{$.eventName = *Logging}`)}, true)
		}, true},
		{"one event missing", func() setup { return build([]any{mf(`{$.eventName = *Trail}`)}, true) }, false},
		{"nobody listens", func() setup { return build([]any{mf(trailPattern)}, false) }, false},
		{"listeners not told", func() setup { return build([]any{mf(trailPattern)}, nil) }, et.Unknown("")},
		{"pattern not known", func() setup { return build([]any{mf(later)}, true) }, et.Unknown("later")},
		{"filters not known", func() setup { return build(et.Unknown("later"), true) }, et.Unknown("later")},
		{"no filters", func() setup { return build(nil, true) }, false},
		{"another metric", func() setup {
			s := build([]any{mf(trailPattern)}, true)
			s.alarm.SetFact(estate.Fact{Name: "metric", Value: "other"})
			return s
		}, false},
		{"metric of an alarm not known", func() setup {
			s := build([]any{mf(trailPattern)}, true)
			s.alarm.SetFact(estate.Fact{Name: "metric", Unknown: "later"})
			return s
		}, et.Unknown("later")},
		{"trail of one region", func() setup {
			s := build([]any{mf(trailPattern)}, true)
			s.trail.SetFact(estate.Fact{Name: "multi_region", Value: false})
			return s
		}, false},
		{"log group elsewhere", func() setup {
			s := build([]any{mf(trailPattern)}, true)
			s.trail.Relations = nil
			et.Link(et.Elsewhere(s.trail, "log_store", "arn:aws:logs:x", ""), "account", s.account)
			return s
		}, et.Unknown("")},
		{"no log group", func() setup {
			s := build([]any{mf(trailPattern)}, true)
			s.trail.Relations = nil
			et.Link(s.trail, "account", s.account)
			return s
		}, false},
		{"no trail", func() setup {
			s := build([]any{mf(trailPattern)}, true)
			s.estate.Assets = s.estate.Assets[:4]
			return s
		}, et.Unknown("")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.make()
			Enrich(s.estate)
			et.Want(t, s.account, et.Facts{fact: c.want})
		})
	}
}

func FuzzPattern(f *testing.F) {
	for _, p := range patterns {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parse(text)
		if err != nil {
			return
		}
		for _, r := range requirements {
			for _, e := range r.events {
				m(e)
			}
		}
	})
}
