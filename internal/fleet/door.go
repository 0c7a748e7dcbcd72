package fleet

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// Prefix begins the path of everything that agents ask for.
const Prefix = "/agent/v1/"

// Door is the HTTP side of the fleet. Whatever comes in by it is a stranger's
// until its signature fits.
type Door struct {
	Fleet *Fleet
	// Count, when set, is told of each answer: what was asked for, and the code
	// of the refusal, or "ok".
	Count func(what, code string)

	enrols, beats, strangers *rate.Limiter
	batches, small           chan struct{}
}

// NewDoor returns a door that lets in what one replica can take: the rest is
// told when to come again, so that nobody else waits for it.
func NewDoor(f *Fleet, count func(what, code string)) *Door {
	return &Door{
		Fleet: f, Count: count,
		enrols:    rate.NewLimiter(50, 200),      // a certificate and a transaction each
		beats:     rate.NewLimiter(4000, 12_000), // 120,000 agents at 30 seconds
		strangers: rate.NewLimiter(200, 2000),    // ids that this replica has to look up
		batches:   make(chan struct{}, 16),       // of 16 MiB at most each
		small:     make(chan struct{}, 128),      // of 1 MiB at most each, or else they wait with the others
	}
}

// call is one kind of request.
type call struct {
	name           string
	most, unpacked int64
	handle         func(ctx context.Context, n *identity, body []byte) (any, error)
}

// ServeHTTP implements http.Handler.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, ok := d.call(r.URL.Path)
	if !ok {
		d.refuse(w, "none", &refusal{code: wire.CodeInvalid, why: "nothing is asked for here"}, http.StatusNotFound)
		return
	}
	r.Pattern = r.URL.Path
	out, err := d.answer(w, r, c)
	if err == nil {
		d.count(c.name, "ok")
		write(w, http.StatusOK, out)
		return
	}
	var no *refusal
	if !errors.As(err, &no) {
		d.Fleet.Log.ErrorContext(r.Context(), "answering an agent", "what", c.name, "agent", line(r.Header.Get(wire.HeaderAgent), 40), "error", err)
		no = &refusal{wire.CodeBusy, "something went wrong here", 30 * time.Second}
	}
	d.refuse(w, c.name, no, statusOf(no.code))
}

func (d *Door) call(path string) (call, bool) {
	f := d.Fleet
	switch path {
	case wire.PathEnrol:
		return call{"enrol", wire.MaxEnrol, wire.MaxEnrol, nil}, true
	case wire.PathHeartbeat:
		return call{"heartbeat", wire.MaxHeartbeat, wire.MaxHeartbeat, func(ctx context.Context, n *identity, b []byte) (any, error) { return f.beat(ctx, n, b) }}, true
	case wire.PathEvents:
		return call{"events", wire.MaxBatch, wire.MaxUnpacked, func(ctx context.Context, n *identity, b []byte) (any, error) { return f.events(ctx, n, b) }}, true
	case wire.PathRenew:
		return call{"renew", wire.MaxEnrol, wire.MaxEnrol, d.renew}, true
	case wire.PathResult:
		return call{"result", wire.MaxHeartbeat, wire.MaxHeartbeat, func(ctx context.Context, n *identity, b []byte) (any, error) {
			var in wire.Result
			if err := wire.Decode(b, &in); err != nil {
				return nil, refuse(wire.CodeInvalid, "%s", err)
			}
			return struct{}{}, f.result(ctx, n, &in)
		}}, true
	}
	return call{}, false
}

func (d *Door) renew(ctx context.Context, n *identity, body []byte) (any, error) {
	var in struct {
		Request string `json:"request"`
	}
	if err := wire.Decode(body, &in); err != nil {
		return nil, refuse(wire.CodeInvalid, "%s", err)
	}
	if err := d.admit(d.enrols); err != nil {
		return nil, err
	}
	return d.Fleet.renew(ctx, n, in.Request)
}

// answer is what becomes of a request.
func (d *Door) answer(w http.ResponseWriter, r *http.Request, c call) (any, error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, refuse(wire.CodeInvalid, "only POST is answered")
	}
	if r.ContentLength > c.most {
		return nil, refuse(wire.CodeTooLarge, "%d bytes are the most", c.most)
	}
	if c.handle == nil {
		return d.enrol(r, c)
	}
	n, err := d.caller(r, c)
	if err != nil {
		return nil, err
	}
	if c.unpacked > c.most {
		return d.batch(r, n, c)
	}
	body, err := read(r, c)
	if err != nil {
		return nil, err
	}
	if err := d.signed(r, n, body); err != nil {
		return nil, err
	}
	return c.handle(r.Context(), n, body)
}

// What counts as a small batch: on the wire, and unpacked.
const (
	smallBatch    = 64 << 10
	smallUnpacked = 1 << 20
)

// batch answers one of events. However many come, what they hold in memory is
// bounded: the small ones, which are most, have more places than the large.
func (d *Door) batch(r *http.Request, n *identity, c call) (any, error) {
	if r.ContentLength < 0 || r.ContentLength > smallBatch {
		return d.batchIn(d.batches, r, n, c)
	}
	sent, err := wire.Read(r.Body, false, smallBatch, 0)
	if err != nil {
		return nil, refuse(wire.CodeInvalid, "the body cannot be read")
	}
	less := c
	less.unpacked = smallUnpacked
	r.Body = io.NopCloser(bytes.NewReader(sent))
	out, err := d.batchIn(d.small, r, n, less)
	var no *refusal
	if errors.As(err, &no) && no.code == wire.CodeTooLarge {
		r.Body = io.NopCloser(bytes.NewReader(sent))
		return d.batchIn(d.batches, r, n, c)
	}
	return out, err
}

// batchIn answers a batch in one of some places.
func (d *Door) batchIn(places chan struct{}, r *http.Request, n *identity, c call) (any, error) {
	wait := time.NewTimer(time.Second)
	defer wait.Stop()
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-wait.C:
		return nil, busy(10 * time.Second)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	body, err := read(r, c)
	if err != nil {
		return nil, err
	}
	if err := d.signed(r, n, body); err != nil {
		return nil, err
	}
	return c.handle(r.Context(), n, body)
}

// enrol answers somebody who has no identity yet.
func (d *Door) enrol(r *http.Request, c call) (any, error) {
	if err := d.admit(d.enrols); err != nil {
		return nil, err
	}
	body, err := read(r, c)
	if err != nil {
		return nil, err
	}
	var in wire.Enrol
	if err := wire.Decode(body, &in); err != nil {
		return nil, refuse(wire.CodeInvalid, "%s", err)
	}
	return d.Fleet.Enrol(r.Context(), &in)
}

// caller is the agent that a request says it is of, before anything costly is
// done for it.
func (d *Door) caller(r *http.Request, c call) (*identity, error) {
	uid := r.Header.Get(wire.HeaderAgent)
	if uid == "" || len(uid) > 64 || strings.ContainsFunc(uid, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) {
		return nil, errStranger
	}
	n := d.Fleet.known.get(uid)
	if n == nil {
		if err := d.admit(d.strangers); err != nil {
			return nil, err
		}
		var err error
		if n, err = d.Fleet.identity(r.Context(), uid); err != nil {
			return nil, err
		}
		if n == nil {
			return nil, errStranger
		}
	}
	if !n.shared.limit.Allow() { // one agent takes nobody else's turn
		return nil, busy(5 * time.Second)
	}
	if c.name == "heartbeat" {
		if err := d.admit(d.beats); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// errStranger says no more than it must: that an id exists is not told.
var errStranger = refuse(wire.CodeUnknown, "there is no such agent, or the signature is not its own")

// signed checks that the agent itself says what it is said to say, and whether
// it may still say anything.
func (d *Door) signed(r *http.Request, n *identity, body []byte) error {
	sig, err := base64.StdEncoding.DecodeString(r.Header.Get(wire.HeaderSignature))
	if err != nil || len(sig) > 200 {
		return errStranger
	}
	var key *ecdsa.PublicKey
	switch {
	case wire.Verify(n.key, r.URL.Path, body, sig) == nil:
		key = n.key
	case wire.Verify(n.next, r.URL.Path, body, sig) == nil:
		key = n.next
	default:
		return errStranger
	}
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		if !key.Equal(r.TLS.PeerCertificates[0].PublicKey) {
			return errStranger
		}
	}
	switch n.state {
	case Revoked:
		return refuse(wire.CodeRevoked, "the certificate was revoked")
	case Retired:
		return refuse(wire.CodeRetired, "the agent is retired: %s", n.why)
	}
	if now := d.Fleet.Now(); now.After(n.notAfter) {
		// A server that was switched off for long may renew, and say that it is
		// there; it has nothing else to say until it has.
		if now.After(n.notAfter.Add(lapsed)) || r.URL.Path != wire.PathRenew && r.URL.Path != wire.PathHeartbeat {
			return refuse(wire.CodeUnknown, "the certificate ran out on %s; renew it, or enrol anew", n.notAfter.UTC().Format(time.DateOnly))
		}
	}
	if key == n.next {
		return d.Fleet.promote(r.Context(), n)
	}
	return nil
}

// read reads the body within the bounds of what is asked.
func read(r *http.Request, c call) ([]byte, error) {
	var packed bool
	switch r.Header.Get("Content-Encoding") {
	case "", "identity":
	case "gzip":
		packed = true
	default:
		return nil, refuse(wire.CodeInvalid, "a body comes as it is, or as gzip")
	}
	body, err := wire.Read(r.Body, packed, c.most, c.unpacked)
	var most *http.MaxBytesError
	switch {
	case errors.Is(err, wire.ErrTooLarge), errors.As(err, &most):
		return nil, refuse(wire.CodeTooLarge, "%d bytes are the most, and %d unpacked", c.most, c.unpacked)
	case err != nil:
		return nil, refuse(wire.CodeInvalid, "the body cannot be read")
	}
	return body, nil
}

func (d *Door) admit(l *rate.Limiter) error {
	if l.Allow() {
		return nil
	}
	return busy(15 * time.Second)
}

func busy(after time.Duration) *refusal {
	return &refusal{wire.CodeBusy, "there is more to do than can be done at the moment", after}
}

func statusOf(code string) int {
	switch code {
	case wire.CodeToken, wire.CodeUnknown:
		return http.StatusUnauthorized
	case wire.CodeRevoked:
		return http.StatusForbidden
	case wire.CodeRetired:
		return http.StatusGone
	case wire.CodeTampered:
		return http.StatusConflict
	case wire.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case wire.CodeBusy:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// refuse answers with a refusal. When to come again is spread, so that those
// who were sent away together do not come back together.
func (d *Door) refuse(w http.ResponseWriter, what string, no *refusal, status int) {
	d.count(what, no.code)
	if no.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((no.after + rand.N(no.after)).Seconds())))
	}
	write(w, status, wire.Refusal{Code: no.code, Why: no.why})
}

func (d *Door) count(what, code string) {
	if d.Count != nil {
		d.Count(what, code)
	}
}

func write(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, fmt.Sprint(err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(b)
}
