package rpmdb

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	bdbMagic      = 0x061561 // of a hash
	bdbPageHeader = 26
	// kinds of pages
	bdbHashUnsorted = 2 // before 4.6: RHEL 5
	bdbOverflow     = 7
	bdbHash         = 13
	// kinds of items on a hash page
	bdbKeyData = 1
	bdbOffPage = 3
)

// bdb reads a Berkeley DB hash. The table of buckets does not matter to one who
// wants everything: each hash page is read as it comes. A header is nearly
// always longer than a page and then lies on a chain of overflow pages.
func bdb(f File, order binary.ByteOrder, visit func([]byte) error) error {
	meta := make([]byte, 72)
	if _, err := f.ReadAt(meta, 0); err != nil {
		return fmt.Errorf("the first page: %w", err)
	}
	size := int64(order.Uint32(meta[20:]))
	if size < 512 || size > 64<<10 || size&(size-1) != 0 {
		return fmt.Errorf("pages of %d bytes", size)
	}
	if meta[24] != 0 {
		return errors.New("the database is encrypted")
	}
	b := &bdbFile{File: f, order: order, size: size, pages: f.Size / size, page: make([]byte, size), over: make([]byte, size)}
	b.budget = 2 * b.pages // overflow pages in all: each belongs to one item
	for n := int64(1); n < b.pages; n++ {
		if _, err := f.ReadAt(b.page, n*size); err != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
		if kind := b.page[25]; kind != bdbHash && kind != bdbHashUnsorted {
			continue
		}
		if err := b.hashPage(n, visit); err != nil {
			return err
		}
	}
	return b.wrong.err()
}

type bdbFile struct {
	File
	order       binary.ByteOrder
	size, pages int64
	page, over  []byte
	budget      int64
	headers     int
	wrong       damages
}

// hashPage visits the values of one page: items come in pairs, key and value.
func (b *bdbFile) hashPage(n int64, visit func([]byte) error) error {
	items := int(b.order.Uint16(b.page[20:]))
	if bdbPageHeader+2*items > len(b.page) {
		b.wrong.add("page %d has %d items", n, items)
		return nil
	}
	end := func(i int) int { // items lie from the end of the page, each below the one before
		if i == 0 {
			return len(b.page)
		}
		return int(b.order.Uint16(b.page[bdbPageHeader+2*(i-1):]))
	}
	for i := 1; i < items; i += 2 {
		at, to := int(b.order.Uint16(b.page[bdbPageHeader+2*i:])), end(i)
		if at < bdbPageHeader || at >= to || to > len(b.page) {
			b.wrong.add("page %d: item %d lies outside of it", n, i)
			continue
		}
		var value []byte
		switch b.page[at] {
		case bdbKeyData:
			value = append([]byte(nil), b.page[at+1:to]...)
		case bdbOffPage:
			if at+12 > len(b.page) {
				b.wrong.add("page %d: item %d is cut", n, i)
				continue
			}
			var err error
			value, err = b.chain(int64(b.order.Uint32(b.page[at+4:])), int64(b.order.Uint32(b.page[at+8:])))
			if err != nil {
				b.wrong.add("page %d: item %d: %w", n, i, err)
				continue
			}
		default:
			continue // duplicates and the like: rpm has none
		}
		if len(value) < 16 { // the record that counts the packages
			continue
		}
		if b.headers++; b.headers > MaxHeaders {
			return fmt.Errorf("more than %d packages", MaxHeaders)
		}
		if err := visit(value); err != nil {
			return err
		}
	}
	return nil
}

// chain joins the overflow pages from one on.
func (b *bdbFile) chain(n, length int64) ([]byte, error) {
	if length > MaxHeader || length > b.Size {
		return nil, fmt.Errorf("a header of %d bytes", length)
	}
	value := make([]byte, 0, length)
	for n != 0 {
		if b.budget--; b.budget < 0 {
			return nil, errors.New("overflow pages go in circles")
		}
		if n >= b.pages {
			return nil, fmt.Errorf("there is no page %d", n)
		}
		if _, err := b.ReadAt(b.over, n*b.size); err != nil {
			return nil, err
		}
		if b.over[25] != bdbOverflow {
			return nil, fmt.Errorf("page %d is not an overflow page", n)
		}
		used := int64(b.order.Uint16(b.over[22:]))
		if used > b.size-bdbPageHeader || int64(len(value))+used > length {
			return nil, fmt.Errorf("page %d holds %d bytes", n, used)
		}
		value = append(value, b.over[bdbPageHeader:bdbPageHeader+used]...)
		n = int64(b.order.Uint32(b.over[16:]))
	}
	if int64(len(value)) != length {
		return nil, fmt.Errorf("%d bytes of %d", len(value), length)
	}
	return value, nil
}
