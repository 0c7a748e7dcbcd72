package catalogue

import (
	"sync"
	"testing"
	"time"
)

var testDay = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

var loadOnce = sync.OnceValues(func() (*Catalogue, error) { return Load(Options{Today: testDay}) })

// embedded returns the embedded catalogue, which all tests share: only to read.
func embedded(t testing.TB) *Catalogue {
	t.Helper()
	c, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoad(t *testing.T) {
	c := embedded(t)
	if len(c.Rows) != 11 || c.Rows[0].ID != "application-access" || c.Rows[0].Responsibilities[0].ID != "identity-service.operate" {
		t.Errorf("rows = %+v", c.Rows)
	}
	if c.Responsibilities["guest-os.deploy"] == nil {
		t.Error("guest-os.deploy is missing")
	}
}
