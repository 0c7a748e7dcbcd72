package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// digest is the hash of an entry over the one before. Every field stands with
// its length, so that no two entries have the same encoding; the first names
// the encoding itself.
func (e *Entry) digest() string {
	h := sha256.New()
	text := func(s string) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(s)))
		h.Write(size[:])
		h.Write([]byte(s))
	}
	text("demarc audit 1")
	text(e.Previous)
	for _, n := range []int64{e.Org, e.Seq, e.At.UnixMilli(), e.Actor.ID, e.Actor.Token} {
		text(fmt.Sprint(n))
	}
	for _, s := range []string{string(e.Actor.Kind), e.Actor.Name, e.Address, e.Request, e.Action, e.Object.Kind, e.Object.ID, string(e.Detail)} {
		text(s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// recanonical brings a JSON object into the form that is hashed, whatever
// blanks and order a tool in between gave it.
func recanonical(raw []byte) (json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if dec.More() {
		return nil, errors.New("more than one value")
	}
	return json.Marshal(v)
}
