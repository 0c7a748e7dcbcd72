package baseline

import (
	"encoding/binary"
	"errors"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

// Record is one file in a baseline.
type Record struct {
	Name string // in its directory; empty for the root itself
	// Look is what the rule looked at when it was recorded: what it did not look
	// at may be missing.
	Look  entry.Set
	Entry entry.Entry
}

// Bits of a record's first byte beside the kind.
const (
	kindBits   = 0x0f
	hasHash    = 0x10
	isPartial  = 0x20
	hasTarget  = 0x40
	hasXattrs  = 0x80
	maxXattrs  = 1024
	maxName    = 4096
	maxRecord  = 1 << 20
	maxUnknown = entry.MD5<<1 - 1
)

// Append writes a record after b.
func Append(b, name []byte, look entry.Set, e *entry.Entry) []byte {
	b = binary.AppendUvarint(b, uint64(len(name)))
	b = append(b, name...)
	at := len(b)
	b = append(b, 0, 0, 0, 0) // length of the rest
	first := byte(e.Kind)
	if e.Hashed {
		first |= hasHash
	}
	if e.Partial {
		first |= isPartial
	}
	if e.Target != "" {
		first |= hasTarget
	}
	if len(e.Xattrs) > 0 {
		first |= hasXattrs
	}
	b = append(b, first)
	for _, v := range [...]uint64{uint64(look), uint64(e.Known), uint64(e.Mode), uint64(e.UID), uint64(e.GID), uint64(e.Links), e.Device, uint64(e.Size), e.Inode} {
		b = binary.AppendUvarint(b, v)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Mtime))
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Ctime))
	if e.Hashed {
		b = append(b, e.Hash[:]...)
	}
	if e.Known&entry.MD5 != 0 {
		b = append(b, e.MD5[:]...)
	}
	if e.Target != "" {
		b = appendText(b, e.Target)
	}
	if len(e.Xattrs) > 0 {
		b = binary.AppendUvarint(b, uint64(len(e.Xattrs)))
		for i := range e.Xattrs {
			b = appendText(b, e.Xattrs[i].Name)
			b = appendText(b, string(e.Xattrs[i].Value))
		}
	}
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

var errRecord = errors.New("a record is not well formed")

// Split takes the first record off b: its name, and what Decode reads. Both are
// parts of b.
func Split(b []byte) (name, body, rest []byte, err error) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > maxName || uint64(len(b)-w) < n+4 {
		return nil, nil, nil, errRecord
	}
	name, b = b[w:w+int(n)], b[w+int(n):]
	size := binary.LittleEndian.Uint32(b)
	if b = b[4:]; size > maxRecord || uint64(len(b)) < uint64(size) {
		return nil, nil, nil, errRecord
	}
	return name, b[:size], b[size:], nil
}

// Decode reads the body of a record into e, and shares nothing with it.
func Decode(body []byte, e *entry.Entry) (look entry.Set, err error) {
	d := decoder{b: body}
	first := d.byte()
	*e = entry.Entry{Kind: entry.Kind(first & kindBits), Partial: first&isPartial != 0, Hashed: first&hasHash != 0}
	look = entry.Set(d.uvarint())
	e.Known = entry.Set(d.uvarint())
	e.Mode, e.UID, e.GID, e.Links = uint32(d.uvarint()), uint32(d.uvarint()), uint32(d.uvarint()), uint32(d.uvarint())
	e.Device, e.Size, e.Inode = d.uvarint(), int64(d.uvarint()), d.uvarint()
	e.Mtime, e.Ctime = int64(d.fixed()), int64(d.fixed())
	if e.Hashed {
		copy(e.Hash[:], d.take(len(e.Hash)))
	}
	if e.Known&entry.MD5 != 0 {
		copy(e.MD5[:], d.take(len(e.MD5)))
	}
	if first&hasTarget != 0 {
		e.Target = string(d.text())
	}
	if first&hasXattrs != 0 {
		n := d.uvarint()
		if n > maxXattrs {
			return 0, errRecord
		}
		for range n {
			x := entry.Xattr{Name: string(d.text())}
			x.Value = append([]byte(nil), d.text()...)
			if d.bad {
				break
			}
			e.Xattrs = append(e.Xattrs, x)
		}
	}
	if d.bad || len(d.b) > 0 || e.Known > maxUnknown || look > maxUnknown {
		return 0, errRecord
	}
	return look, nil
}

// decoder reads fields; what is too short makes it bad, and the rest zero.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.bad, d.b = true, nil
		return nil
	}
	t := d.b[:n]
	d.b = d.b[n:]
	return t
}

func (d *decoder) byte() byte {
	if t := d.take(1); t != nil {
		return t[0]
	}
	return 0
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) fixed() uint64 {
	if t := d.take(8); t != nil {
		return binary.LittleEndian.Uint64(t)
	}
	return 0
}

func (d *decoder) text() []byte {
	n := d.uvarint()
	if n > maxRecord {
		d.bad = true
		return nil
	}
	return d.take(int(n))
}
