package store

import (
	"encoding/binary"
	"errors"
)

// Item is what one record says of a package in a release.
type Item struct {
	Advisory string
	Urgency  string // the distribution's word for this release
	Ranges   []Range
	Versions []string // affected one by one, where there are no ranges
}

// Range is a stretch of affected versions, from Introduced on: until before
// Fixed, or up to Last with it, or without an end.
type Range struct{ Introduced, Fixed, Last string }

// Items are many and mostly passed over, so that they are kept as lengths and
// texts one after the other.

func (it Item) encode(b []byte) []byte {
	b = put(put(b, it.Advisory), it.Urgency)
	b = binary.AppendUvarint(b, uint64(len(it.Ranges)))
	for _, r := range it.Ranges {
		b = put(put(put(b, r.Introduced), r.Fixed), r.Last)
	}
	b = binary.AppendUvarint(b, uint64(len(it.Versions)))
	for _, v := range it.Versions {
		b = put(b, v)
	}
	return b
}

func put(b []byte, s string) []byte { return append(binary.AppendUvarint(b, uint64(len(s))), s...) }

var errItems = errors.New("the vulnerability database is damaged; run demarc vuln update")

func decode(b []byte) (items []Item, err error) {
	d := decoder{string(b), false}
	for len(d.rest) > 0 && !d.bad {
		it := Item{Advisory: d.text(), Urgency: d.text()}
		for range d.count() {
			it.Ranges = append(it.Ranges, Range{d.text(), d.text(), d.text()})
		}
		for range d.count() {
			it.Versions = append(it.Versions, d.text())
		}
		items = append(items, it)
	}
	if d.bad {
		return nil, errItems
	}
	return items, nil
}

// decoder cuts one string into its parts, which share its memory.
type decoder struct {
	rest string
	bad  bool
}

func (d *decoder) number() uint64 {
	var v uint64
	for i := 0; i < len(d.rest) && i < 10; i++ {
		c := d.rest[i]
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			d.rest = d.rest[i+1:]
			return v
		}
	}
	d.bad = true
	return 0
}

// count is how many follow; each takes a byte at least.
func (d *decoder) count() int {
	n := d.number()
	if n > uint64(len(d.rest)) {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.number()
	if d.bad || n > uint64(len(d.rest)) {
		d.bad = true
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}
