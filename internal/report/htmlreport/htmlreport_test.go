package htmlreport

import (
	"os"
	"testing"

	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

func TestDump(t *testing.T) {
	dir := os.Getenv("DUMP")
	if dir == "" {
		t.Skip()
	}
	for name, a := range map[string]int{"small": 60, "large": 2000} {
		os.WriteFile(dir+"/"+name+".html", reporttest.Render(t, Format{}, madeEstate(a)), 0o644)
	}
	os.WriteFile(dir+"/sample.html", reporttest.Render(t, Format{}, reporttest.Sample()), 0o644)
}
