package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/store"
)

const (
	keyHeader = "Idempotency-Key"
	maxKey    = 200

	keyLife = 24 * time.Hour

	// abandoned is after how long a request that never ended is taken to be
	// dead. It is longer than the server lets any run.
	abandoned = 15 * time.Minute
)

// answerRow is an answer that is kept for a key.
type answerRow struct {
	bun.BaseModel `bun:"table:api_answers"`

	Org     int64  `bun:",pk"`
	ByKind  string `bun:",pk"`
	ByID    int64  `bun:",pk"`
	Key     string `bun:",pk"`
	Request string
	Status  int
	Answer  []byte
	Created store.Time
}

func (r *answerRow) label() string {
	return fmt.Sprintf("answer %d/%s/%d/%s", r.Org, r.ByKind, r.ByID, r.Key)
}

// kept is what is sealed of an answer. The digest of the request's body is
// among it: a password could be guessed from that of one that changes it.
type kept struct {
	Asked  string            `json:"asked"` // digest of the request's body
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// repeated are the headers of an answer that are given again with it.
var repeated = []string{"Content-Type", "Location", "Retry-After"}

// idempotent gives a change that comes again under the same key the answer
// that it was given.
func (a *API) idempotent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys := r.Header.Values(keyHeader)
		if len(keys) == 0 || r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		if len(keys) > 1 || keys[0] == "" || len(keys[0]) > maxKey || strings.ContainsFunc(keys[0], func(c rune) bool { return c < '!' || c > '~' }) {
			WriteProblem(w, Invalid, fmt.Sprintf("The Idempotency-Key is one word of at most %d plain characters.", maxKey))
			return
		}
		if err := a.keyed(w, r, keys[0], next); err != nil {
			if p, ok := errors.AsType[*Problem](a.problem(r.Context(), err)); ok {
				writeProblem(w, p)
			}
		}
	})
}

// keyed runs the request, or repeats the answer there is. An error is one that
// nothing was answered for.
func (a *API) keyed(w http.ResponseWriter, r *http.Request, key string, next http.Handler) error {
	who, _ := identity.WhoOf(r.Context())
	row := &answerRow{
		Org: who.Org, ByKind: string(who.Kind), ByID: who.ID, Key: key, Created: store.At(a.Now()),
		Request: digest(r.Method, r.URL.RequestURI(), r.Header.Get("If-Match")),
	}
	before, err := a.claim(r.Context(), row)
	if err != nil {
		return err
	}
	body := &hashed{Reader: r.Body, sum: sha256.New()}
	if before != nil {
		return a.repeat(w, r, before, row.Request, body)
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{body, r.Body}
	answer := &held{header: w.Header()}
	settled := false
	defer func() {
		if !settled { // the handler panicked, or its answer is not one to keep
			a.release(r.Context(), row)
		}
	}()
	next.ServeHTTP(answer, r)
	answer.WriteHeader(http.StatusOK)
	_, whole := io.Copy(io.Discard, body)
	if whole == nil && keep(answer.status) {
		row.Status = answer.status
		if err := a.settle(r.Context(), row, answer, body.digest()); err != nil {
			a.Log.ErrorContext(r.Context(), "keeping the answer for an Idempotency-Key", "error", err)
		} else {
			settled = true
		}
	}
	w.WriteHeader(answer.status)
	w.Write(answer.body.Bytes())
	return nil
}

// keep reports whether an answer is final: what was refused for who asks, for
// now or by mistake may go well the next time.
func keep(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusRequestEntityTooLarge:
		return false
	}
	return status < http.StatusInternalServerError
}

// claim makes the row of a key, or returns the one there is.
func (a *API) claim(ctx context.Context, row *answerRow) (*answerRow, error) {
	var before *answerRow
	err := a.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		before = nil
		old := *row
		err := store.Translate(tx.NewSelect().Model(&old).WherePK().Scan(ctx))
		age := a.Now().Sub(old.Created.Time)
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return err
		case old.Status == 0 && age < abandoned, old.Status != 0 && age < keyLife:
			before = &old
			return nil
		default:
			if _, err := tx.NewDelete().Model(&old).WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		_, err = tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	if errors.Is(err, store.ErrConflict) { // the same key at the same moment
		return nil, newCoded(InProgress, "The same request is being worked on.")
	}
	return before, err
}

// repeat gives the answer there is, if it is for the same request.
func (a *API) repeat(w http.ResponseWriter, r *http.Request, before *answerRow, request string, body *hashed) error {
	reused := newCoded(KeyReused, "The Idempotency-Key was used for another request; choose a new one.")
	if before.Request != request {
		return reused
	}
	if before.Status == 0 {
		w.Header().Set("Retry-After", "1")
		return newCoded(InProgress, "The same request is being worked on.")
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return fmt.Errorf("%w: the body did not come whole", errInvalid)
	}
	text, err := a.Sealer.Open(r.Context(), before.label(), before.Answer)
	if err != nil {
		return err
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return err
	}
	if k.Asked != body.digest() {
		return reused
	}
	for name, value := range k.Header {
		w.Header().Set(name, value)
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(before.Status)
	w.Write(k.Body)
	return nil
}

// settle keeps the answer.
func (a *API) settle(ctx context.Context, row *answerRow, answer *held, asked string) error {
	k := kept{Asked: asked, Header: map[string]string{}, Body: answer.body.Bytes()}
	for _, name := range repeated {
		if v := answer.header.Get(name); v != "" {
			k.Header[name] = v
		}
	}
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if row.Answer, err = a.Sealer.Seal(ctx, row.label(), text); err != nil {
		return err
	}
	_, err = a.DB.NewUpdate().Model(row).Column("status", "answer").WherePK().Exec(context.WithoutCancel(ctx))
	return store.Translate(err)
}

// release lets the key be used again.
func (a *API) release(ctx context.Context, row *answerRow) {
	if _, err := a.DB.NewDelete().Model(row).WherePK().Exec(context.WithoutCancel(ctx)); err != nil {
		a.Log.ErrorContext(ctx, "releasing an Idempotency-Key", "error", err)
	}
}

// Tend forgets answers that are too old to be asked for again.
func (a *API) Tend(ctx context.Context) error {
	_, err := a.DB.NewDelete().Model((*answerRow)(nil)).Where("created < ?", store.At(a.Now().Add(-keyLife))).Exec(ctx)
	return store.Translate(err)
}

// hashed digests what is read through it.
type hashed struct {
	io.Reader
	sum hash.Hash
}

// Read implements io.Reader.
func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	h.sum.Write(p[:n])
	return n, err
}

func (h *hashed) digest() string { return hex.EncodeToString(h.sum.Sum(nil)) }

func digest(parts ...string) string {
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(fmt.Appendf(nil, "%d:%s", len(p), p))
	}
	return hex.EncodeToString(sum.Sum(nil))
}
