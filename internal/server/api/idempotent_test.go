package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/server/api"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/store/storetest"
)

// The same key with the same request makes one thing and gives one answer.
func TestIdempotencyKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		admin := w.tokens["administrator"]
		send := func(token, path, key, text string) answer {
			return w.do(token, http.MethodPost, path, []byte(text), "Idempotency-Key", key)
		}
		const web = `{"kind":"team","name":"Web"}`
		first := w.wants("the first", send(admin, "/api/v1/groups", "k1", web), 201)
		again := w.wants("the second", send(admin, "/api/v1/groups", "k1", web), 201)
		if !bytes.Equal(first.body, again.body) || first.header.Get("Location") != again.header.Get("Location") || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("another answer: %s %v", again.body, again.header)
		}
		if n := strings.Count(string(w.do(admin, http.MethodGet, "/api/v1/groups", nil).body), `"Web"`); n != 1 {
			t.Errorf("%d groups were made", n)
		}
		w.refused("another body", send(admin, "/api/v1/groups", "k1", `{"kind":"team","name":"Data"}`), 422, "key-reused")
		w.refused("another address", send(admin, "/api/v1/sources", "k1", `{"kind":"push","name":"s"}`), 422, "key-reused")
		w.refused("another If-Match", w.do(admin, http.MethodPost, "/api/v1/groups", []byte(web), "Idempotency-Key", "k1", "If-Match", `"x"`), 422, "key-reused")
		w.refused("another caller has another key of the same name", send(w.tokens["viewer"], "/api/v1/groups", "k1", web), 403, "forbidden")
		w.wants("another organisation", send(w.tokens["rival"], "/api/v1/groups", "k1", web), 201)
		// What was refused for who asked is not kept; what was wrong with it is.
		w.refused("refused", send(w.tokens["viewer"], "/api/v1/groups", "k2", web), 403, "forbidden")
		if a := send(w.tokens["viewer"], "/api/v1/groups", "k2", `{"kind":"team","name":"Data"}`); a.code() != "forbidden" {
			t.Errorf("a refusal is kept: %s", a.body)
		}
		w.refused("wrong", send(admin, "/api/v1/groups", "k3", `{"kind":"team"}`), 422, "invalid")
		if a := send(admin, "/api/v1/groups", "k3", `{"kind":"team"}`); a.status != 422 || a.code() != "invalid" || a.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("the same mistake: %d %s", a.status, a.body)
		}
		for _, key := range []string{"two words", strings.Repeat("k", 201), "schlüssel"} {
			w.refused("the key "+key, send(admin, "/api/v1/groups", key, web), 422, "invalid")
		}
		// The answer may hold a secret, so that it is not kept in clear.
		secret := w.wants("a webhook", send(admin, "/api/v1/notifications/channels", "k4", `{"kind":"webhook","name":"w","config":{"url":"https://127.0.0.1:1/"}}`), 201)
		var made api.NewChannel
		secret.read(t, &made)
		if made.Secret == "" || !bytes.Equal(secret.body, send(admin, "/api/v1/notifications/channels", "k4", `{"kind":"webhook","name":"w","config":{"url":"https://127.0.0.1:1/"}}`).body) {
			t.Errorf("the secret is not given again: %s", secret.body)
		}
		var rows []map[string]any
		if err := db.NewSelect().Table("api_answers").Scan(t.Context(), &rows); err != nil || len(rows) == 0 {
			t.Fatalf("%d answers are kept, %v", len(rows), err)
		}
		if strings.Contains(fmt.Sprintf("%s", rows), made.Secret) {
			t.Error("the answer is kept in clear")
		}
		// Nor is a digest of the request, from which a password in it could be guessed.
		asked := sha256.Sum256([]byte(`{"kind":"webhook","name":"w","config":{"url":"https://127.0.0.1:1/"}}`))
		if strings.Contains(fmt.Sprintf("%s", rows), hex.EncodeToString(asked[:])) {
			t.Error("the digest of the request is kept in clear")
		}
	})
}
