package rpmdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// sqlite visits the last column of every row of a table: for rpm's Packages
// that is the blob. It reads what SQLite's file format says of table b-trees,
// and nothing else: no indexes, no queries.
func sqlite(f File, table string, visit func([]byte) error) error {
	head := make([]byte, 100)
	if _, err := f.ReadAt(head, 0); err != nil {
		return fmt.Errorf("the header: %w", err)
	}
	size := int64(binary.BigEndian.Uint16(head[16:]))
	if size == 1 {
		size = 64 << 10
	}
	if size < 512 || size&(size-1) != 0 {
		return fmt.Errorf("pages of %d bytes", size)
	}
	usable := size - int64(head[20])
	if usable < 480 {
		return fmt.Errorf("%d of %d bytes of a page are kept back", head[20], size)
	}
	if enc := binary.BigEndian.Uint32(head[56:]); enc > 1 {
		return errors.New("the text is not UTF-8")
	}
	s := &sqliteFile{File: f, size: size, usable: usable, pages: f.Size / size, newer: walFrames(f.WAL, size), over: make([]byte, size)}
	for n := range s.newer {
		s.pages = max(s.pages, int64(n))
	}
	s.budget = 2*s.pages + 16
	root, err := s.root(table)
	if err != nil {
		return err
	}
	s.seen = make(map[int64]bool)
	err = s.tree(root, 0, func(record []byte) error {
		value, err := lastColumn(record)
		if err != nil {
			s.wrong.add("a row: %w", err)
			return nil
		}
		return visit(value)
	})
	if err != nil {
		return err
	}
	return s.wrong.err()
}

type sqliteFile struct {
	File
	size, usable, pages int64
	newer               map[uint32][]byte // pages that only the write-ahead log has
	seen                map[int64]bool    // pages of the tree that was walked
	budget              int64             // overflow pages in all
	rows                int
	over                []byte // the overflow page that is read
	wrong               damages
}

// pageAt reads page n, the first is 1; into is where it may lie.
func (s *sqliteFile) pageAt(n int64, into []byte) ([]byte, error) {
	if n < 1 || n > s.pages {
		return nil, fmt.Errorf("there is no page %d", n)
	}
	if p, ok := s.newer[uint32(n)]; ok {
		return p, nil
	}
	if _, err := s.ReadAt(into, (n-1)*s.size); err != nil {
		return nil, fmt.Errorf("page %d: %w", n, err)
	}
	return into, nil
}

// root finds the first page of a table in the schema, whose rows are type,
// name, table name, root page and SQL.
func (s *sqliteFile) root(table string) (int64, error) {
	s.seen = make(map[int64]bool)
	var root int64
	err := s.tree(1, 0, func(record []byte) error {
		kinds, body, err := columns(record)
		if err != nil || len(kinds) < 4 {
			return nil //nolint:nilerr // a damaged row of the schema is not the table's
		}
		var values [4][]byte
		for i := range values {
			n := width(kinds[i])
			if n > int64(len(body)) {
				return nil
			}
			values[i], body = body[:n], body[n:]
		}
		if string(values[0]) == "table" && strings.EqualFold(string(values[1]), table) {
			root = integer(values[3], kinds[3])
		}
		return nil
	})
	if err == nil && root == 0 {
		err = fmt.Errorf("there is no table %s", table)
	}
	return root, err
}

const (
	sqliteInterior = 5
	sqliteLeaf     = 13
	sqliteDepth    = 20
)

// tree walks a table's b-tree in the order of its keys.
func (s *sqliteFile) tree(n int64, depth int, visit func([]byte) error) error {
	if depth > sqliteDepth || s.seen[n] {
		return fmt.Errorf("the tree goes in circles at page %d", n)
	}
	s.seen[n] = true
	page, err := s.pageAt(n, make([]byte, s.size))
	if err != nil {
		return err
	}
	at := 0
	if n == 1 {
		at = 100 // after the file's header
	}
	cells, head := int(binary.BigEndian.Uint16(page[at+3:])), 8
	if page[at] == sqliteInterior {
		head = 12
	} else if page[at] != sqliteLeaf {
		return fmt.Errorf("page %d is not of a table", n)
	}
	if at+head+2*cells > len(page) {
		return fmt.Errorf("page %d has %d cells", n, cells)
	}
	for i := range cells {
		cell := int(binary.BigEndian.Uint16(page[at+head+2*i:]))
		if head == 12 {
			if cell+4 > len(page) {
				return fmt.Errorf("page %d: a cell lies outside of it", n)
			}
			if err := s.tree(int64(binary.BigEndian.Uint32(page[cell:])), depth+1, visit); err != nil {
				return err
			}
			continue
		}
		if s.rows++; s.rows > MaxHeaders {
			return fmt.Errorf("more than %d rows", MaxHeaders)
		}
		record, err := s.payload(page, cell)
		if err != nil {
			s.wrong.add("page %d: %w", n, err)
			continue
		}
		if err := visit(record); err != nil {
			return err
		}
	}
	if head == 12 {
		return s.tree(int64(binary.BigEndian.Uint32(page[at+8:])), depth+1, visit)
	}
	return nil
}

// payload reads the record of a leaf's cell, with the pages it overflows to.
func (s *sqliteFile) payload(page []byte, cell int) ([]byte, error) {
	if cell >= len(page) {
		return nil, errors.New("a cell lies outside of it")
	}
	length, n := varint(page[cell:])
	_, m := varint(page[min(cell+n, len(page)):]) // the row's id
	if n == 0 || m == 0 || length > MaxHeader {
		return nil, fmt.Errorf("a row of %d bytes", length)
	}
	at := cell + n + m
	local := int64(length)
	if most := s.usable - 35; local > most { // as the format says how much stays on the leaf
		least := (s.usable-12)*32/255 - 23
		local = least + (int64(length)-least)%(s.usable-4)
		if local > most {
			local = least
		}
	}
	if int64(at)+local > int64(len(page)) {
		return nil, errors.New("a row is cut")
	}
	record := append(make([]byte, 0, min(int64(length), s.pages*s.size)), page[at:int64(at)+local]...)
	if local == int64(length) {
		return record, nil
	}
	if int64(at)+local+4 > int64(len(page)) {
		return nil, errors.New("a row is cut")
	}
	next := int64(binary.BigEndian.Uint32(page[int64(at)+local:]))
	for next != 0 && uint64(len(record)) < length {
		if s.budget--; s.budget < 0 {
			return nil, errors.New("overflow pages go in circles")
		}
		p, err := s.pageAt(next, s.over)
		if err != nil {
			return nil, err
		}
		record = append(record, p[4:min(s.usable, 4+int64(length)-int64(len(record)))]...)
		next = int64(binary.BigEndian.Uint32(p))
	}
	if uint64(len(record)) != length {
		return nil, fmt.Errorf("%d bytes of %d", len(record), length)
	}
	return record, nil
}

// columns reads the kinds of a record's columns, and where their values begin.
func columns(record []byte) (kinds []uint64, body []byte, err error) {
	length, n := varint(record)
	if n == 0 || length > uint64(len(record)) || length < uint64(n) {
		return nil, nil, errors.New("a record without a header")
	}
	for at := n; at < int(length); {
		kind, m := varint(record[at:length])
		if m == 0 || len(kinds) > 64 {
			return nil, nil, errors.New("a record with a damaged header")
		}
		kinds, at = append(kinds, kind), at+m
	}
	return kinds, record[length:], nil
}

// width is how many bytes a value of a kind has.
func width(kind uint64) int64 {
	switch {
	case kind <= 4:
		return int64(kind)
	case kind == 5:
		return 6
	case kind <= 7:
		return 8
	case kind >= 12:
		return int64((kind - 12) / 2 & (1<<40 - 1))
	}
	return 0 // the constants 0 and 1
}

func integer(b []byte, kind uint64) int64 {
	switch kind {
	case 8:
		return 0
	case 9:
		return 1
	}
	var v int64
	for _, c := range b[:min(len(b), 8)] {
		v = v<<8 | int64(c)
	}
	return v
}

func lastColumn(record []byte) ([]byte, error) {
	kinds, body, err := columns(record)
	if err != nil {
		return nil, err
	}
	if len(kinds) == 0 {
		return nil, errors.New("a record without columns")
	}
	for _, k := range kinds[:len(kinds)-1] {
		w := width(k)
		if w > int64(len(body)) {
			return nil, errors.New("a record is cut")
		}
		body = body[w:]
	}
	if w := width(kinds[len(kinds)-1]); w != int64(len(body)) {
		return nil, fmt.Errorf("a value of %d bytes where there are %d", w, len(body))
	}
	return body, nil
}

// varint reads SQLite's: up to nine bytes, most significant first, the ninth
// with all its bits. No bytes read means that it is cut.
func varint(b []byte) (v uint64, n int) {
	for i := 0; i < 9 && i < len(b); i++ {
		if i == 8 {
			return v<<8 | uint64(b[i]), 9
		}
		v = v<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
