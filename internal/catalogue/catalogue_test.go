package catalogue

import (
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	c, err := Load(Options{Today: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Rows) != 11 || c.Rows[0].ID != "application-access" || c.Rows[0].Responsibilities[0].ID != "identity-service.operate" {
		t.Errorf("rows = %+v", c.Rows)
	}
	if c.Responsibilities["guest-os.deploy"] == nil {
		t.Error("guest-os.deploy is missing")
	}
}
