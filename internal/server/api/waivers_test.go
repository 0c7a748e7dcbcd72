package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// Whoever asked for a waiver takes it back, once, and nobody else does.
func TestWithdraw(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		asker := w.tokens["contributor"]
		var made api.Waiver
		w.wants("asking", w.do(asker, http.MethodPost, "/api/v1/waivers", []byte(body(object{"findings": []int64{w.first.ID}, "reason": "A trial, without data.", "until": tomorrow()}))), 201).read(t, &made)
		path := fmt.Sprintf("/api/v1/waivers/%d/withdraw", made.ID)
		w.refused("by an administrator", w.do(w.tokens["administrator"], http.MethodPost, path, nil), 403, "forbidden")
		w.refused("by another organisation", w.do(w.tokens["rival"], http.MethodPost, path, nil), 404, "not-found")
		w.wants("by who asked", w.do(asker, http.MethodPost, path, nil), 200).read(t, &made)
		if made.State != "withdrawn" {
			t.Errorf("it is %s", made.State)
		}
		if a := w.do(asker, http.MethodPost, path, nil); a.status != 422 && a.status != 409 {
			t.Errorf("twice: %d %s", a.status, a.body)
		}
		if a := w.do(w.tokens["approver"], http.MethodPost, fmt.Sprintf("/api/v1/waivers/%d/approve", made.ID), []byte("{}")); a.status != 422 && a.status != 409 {
			t.Errorf("approved after it was withdrawn: %d %s", a.status, a.body)
		}
	})
}
