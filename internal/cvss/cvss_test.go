package cvss

import "testing"

func TestSeverity(t *testing.T) {
	for score, want := range map[float64]string{10: "critical", 9: "critical", 8.9: "high", 7: "high", 6.9: "medium", 4: "medium", 3.9: "low", 0.1: "low", 0: "", -1: ""} {
		if got := Severity(score); got != want {
			t.Errorf("%v is %q, want %q", score, got, want)
		}
	}
}

func TestScore(t *testing.T) {
	for vector, want := range map[string]float64{
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H":                    9.8,
		"CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H":                    5.5,
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N": 9.3,
		"AV:N/AC:L/Au:N/C:P/I:P/A:P":                                      7.5,
	} {
		if got, ok := Score(vector); !ok || got != want {
			t.Errorf("%s scores %v, %v; want %v", vector, got, ok, want)
		}
	}
	for _, wrong := range []string{"", "9.8", "CVSS:3.1/AV:N", "CVSS:3.1/nonsense", "CVSS:9.9/AV:N", "AV:X"} {
		if got, ok := Score(wrong); ok {
			t.Errorf("%q scores %v", wrong, got)
		}
	}
}
