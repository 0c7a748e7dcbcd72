package spool

import (
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// A segment is a header and records after it, all numbers big-endian:
//
//	header  magic[8] epoch[26] first u64 salt[32] check[8] crc u32
//	record  length u32 kind u8 sequence u64 crc u32 sealed[length]
//
// The salt makes a segment's key its own, so that the sequence number can be
// the nonce: no segment is ever opened again to be written to. The checksum tells
// a torn record from a whole one without the key; the seal tells a forged one.
const (
	magic       = "DMSPOOL1"
	epochLength = 26
	headerSize  = len(magic) + epochLength + 8 + 32 + 8 + 4
	recordSize  = 4 + 1 + 8 + 4
	maxSealed   = wire.MaxEvent + 64
	deflateFrom = 4 << 10 // smaller bodies are not worth a compressor
)

var table = crc32.MakeTable(crc32.Castagnoli)

// Errors of a segment.
var (
	errHeader  = errors.New("the header of the segment is damaged")
	errRecord  = errors.New("a record of the segment is damaged")
	errForeign = errors.New("the segment was written with another key")
)

// kinds by their byte in a record.
var kinds = []wire.EventKind{1: wire.EventHost, 2: wire.EventIntegrity, 3: wire.EventCoverage, 4: wire.EventDetection, 5: wire.EventDropped, 6: wire.EventDigests}

func kindByte(k wire.EventKind) byte {
	for i, known := range kinds {
		if i > 0 && known == k {
			return byte(i)
		}
	}
	return 0
}

// header begins a segment.
type header struct {
	epoch string
	first uint64
	salt  [32]byte
	check [8]byte
}

func newHeader(secret []byte, epoch string, first uint64) (*header, error) {
	h := &header{epoch: epoch, first: first}
	if _, err := rand.Read(h.salt[:]); err != nil {
		return nil, err
	}
	check, err := hkdf.Key(sha256.New, secret, h.salt[:], "demarc spool check", len(h.check))
	copy(h.check[:], check)
	return h, err
}

func (h *header) bytes() []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, magic...)
	b = append(b, h.epoch...)
	b = binary.BigEndian.AppendUint64(b, h.first)
	b = append(b, h.salt[:]...)
	b = append(b, h.check[:]...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, table))
}

func readHeader(r io.Reader) (*header, error) {
	b := make([]byte, headerSize)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, errHeader
	}
	body, sum := b[:headerSize-4], binary.BigEndian.Uint32(b[headerSize-4:])
	if string(b[:len(magic)]) != magic || crc32.Checksum(body, table) != sum {
		return nil, errHeader
	}
	h := &header{epoch: string(b[8:34]), first: binary.BigEndian.Uint64(b[34:42])}
	copy(h.salt[:], b[42:74])
	copy(h.check[:], b[74:82])
	if h.first == 0 {
		return nil, errHeader
	}
	return h, nil
}

// seal is the cipher of a segment's records.
func (h *header) seal(secret []byte) (cipher.AEAD, error) {
	check, err := hkdf.Key(sha256.New, secret, h.salt[:], "demarc spool check", len(h.check))
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(check, h.check[:]) {
		return nil, errForeign
	}
	key, err := hkdf.Key(sha256.New, secret, h.salt[:], "demarc spool record", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// record is an event, sealed.
type record struct {
	kind     byte
	sequence uint64
	sealed   []byte
}

func (r *record) head() []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, recordSize), uint32(len(r.sealed))) //nolint:gosec // bounded by maxSealed
	b = append(b, r.kind)
	return binary.BigEndian.AppendUint64(b, r.sequence)
}

func (r *record) bytes() []byte {
	b := r.head()
	sum := crc32.Update(crc32.Checksum(b, table), table, r.sealed)
	return append(binary.BigEndian.AppendUint32(b, sum), r.sealed...)
}

// readRecord returns io.EOF where there is no more, and errRecord for anything
// that is not a whole record.
func readRecord(r *bufio.Reader) (*record, error) {
	b := make([]byte, recordSize)
	if n, err := io.ReadFull(r, b); err != nil {
		if n == 0 && errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, errRecord
	}
	n := binary.BigEndian.Uint32(b)
	rec := &record{kind: b[4], sequence: binary.BigEndian.Uint64(b[5:13])}
	if n > maxSealed || rec.sequence == 0 || rec.kind == 0 || int(rec.kind) >= len(kinds) {
		return nil, errRecord
	}
	// What says that it is large is not believed before it is there.
	var sealed bytes.Buffer
	if got, err := io.CopyN(&sealed, r, int64(n)); err != nil || got != int64(n) {
		return nil, errRecord
	}
	rec.sealed = sealed.Bytes()
	if crc32.Update(crc32.Checksum(b[:13], table), table, rec.sealed) != binary.BigEndian.Uint32(b[13:]) {
		return nil, errRecord
	}
	return rec, nil
}

// plain and deflated say how a body lies in a record.
const (
	plain    = 0
	deflated = 1
)

func nonce(sequence uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), sequence)
}

// enclose seals an event.
func enclose(c cipher.AEAD, e *wire.Event) (*record, error) {
	rec := &record{kind: kindByte(e.Kind), sequence: e.Sequence}
	if rec.kind == 0 {
		return nil, fmt.Errorf("%.40q is no kind of event", e.Kind)
	}
	how, body := byte(plain), []byte(e.Body)
	if len(body) >= deflateFrom {
		var b bytes.Buffer
		z, err := flate.NewWriter(&b, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		if _, err := z.Write(body); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		how, body = deflated, b.Bytes()
	}
	text := append(make([]byte, 0, 9+len(body)+c.Overhead()), how)
	text = binary.BigEndian.AppendUint64(text, uint64(e.At.UnixNano())) //nolint:gosec // back again when it is read
	text = append(text, body...)
	rec.sealed = c.Seal(nil, nonce(e.Sequence), text, []byte{rec.kind})
	return rec, nil
}

// disclose is the event of a record.
func (r *record) disclose(c cipher.AEAD) (*wire.Event, error) {
	text, err := c.Open(nil, nonce(r.sequence), r.sealed, []byte{r.kind})
	if err != nil || len(text) < 9 {
		return nil, errRecord
	}
	e := &wire.Event{Sequence: r.sequence, Kind: kinds[r.kind], Body: text[9:]}
	e.At = time.Unix(0, int64(binary.BigEndian.Uint64(text[1:9]))).UTC() //nolint:gosec // as it was written
	if text[0] == deflated {
		z := flate.NewReader(bytes.NewReader(text[9:]))
		e.Body, err = io.ReadAll(io.LimitReader(z, wire.MaxEvent+1))
		if err != nil || len(e.Body) > wire.MaxEvent {
			return nil, errRecord
		}
	}
	return e, nil
}

// read goes through a segment. It calls each with every record that is whole and in
// its place, until that returns false, and returns the last good one's number and
// where it ends.
func read(r io.Reader, each func(h *header, rec *record) bool) (h *header, last uint64, end int64, err error) {
	b := bufio.NewReaderSize(r, 32<<10)
	if h, err = readHeader(b); err != nil {
		return nil, 0, 0, err
	}
	last, end = h.first-1, int64(headerSize)
	for {
		rec, err := readRecord(b)
		if errors.Is(err, io.EOF) {
			return h, last, end, nil
		}
		if err == nil && rec.sequence != last+1 {
			err = errRecord
		}
		if err != nil {
			return h, last, end, err
		}
		last, end = rec.sequence, end+int64(recordSize+len(rec.sealed))
		if each != nil && !each(h, rec) {
			return h, last, end, nil
		}
	}
}
