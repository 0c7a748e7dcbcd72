package rpmdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
)

const (
	ndbPage  = 4096 // bytes of a page of slots
	ndbSlot  = 16
	ndbBlock = 16 // what offsets of blobs count in
)

// ndb reads rpm's own format: pages of slots, each naming where a blob lies. The
// first two slots are the file's header.
func ndb(f File, visit func([]byte) error) error {
	head := make([]byte, 32)
	if _, err := f.ReadAt(head, 0); err != nil {
		return fmt.Errorf("the header: %w", err)
	}
	if v := binary.LittleEndian.Uint32(head[4:]); v != 0 {
		return fmt.Errorf("version %d of the format is not known", v)
	}
	pages := int64(binary.LittleEndian.Uint32(head[12:]))
	if pages == 0 || pages*ndbPage > f.Size || pages*ndbPage/ndbSlot > 4*MaxHeaders {
		return fmt.Errorf("%d pages of slots", pages)
	}
	slots := make([]byte, pages*ndbPage)
	if _, err := f.ReadAt(slots, 0); err != nil {
		return fmt.Errorf("the slots: %w", err)
	}
	var wrong damages
	headers, budget := 0, 2*f.Size // blobs do not overlap, so that all are at most the file
	for at := 2 * ndbSlot; at < len(slots); at += ndbSlot {
		slot := slots[at : at+ndbSlot]
		index := binary.LittleEndian.Uint32(slot[4:])
		switch {
		case string(slot[:4]) != "Slot":
			wrong.add("slot %d is damaged", at/ndbSlot)
			continue
		case index == 0:
			continue // free
		}
		blob, err := ndbBlob(f, index, int64(binary.LittleEndian.Uint32(slot[8:]))*ndbBlock, int64(binary.LittleEndian.Uint32(slot[12:])))
		if err != nil {
			wrong.add("package %d: %w", index, err)
			continue
		}
		headers++
		if budget -= int64(len(blob)); budget < 0 || headers > MaxHeaders {
			return errors.New("more packages than the file can hold")
		}
		if err := visit(blob); err != nil {
			return err
		}
	}
	return wrong.err()
}

// ndbBlob reads the blob of a package in its count of blocks, and holds it
// against the checksum that its tail has over all before it.
func ndbBlob(f File, index uint32, at, blocks int64) ([]byte, error) {
	size := blocks * ndbBlock
	if size < 16+12 || size > MaxHeader || at+size > f.Size {
		return nil, fmt.Errorf("a header of %d bytes", size)
	}
	b := make([]byte, size)
	if _, err := f.ReadAt(b, at); err != nil {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(b[12:]))
	if string(b[:4]) != "BlbS" || binary.LittleEndian.Uint32(b[4:]) != index || length > size-16-12 {
		return nil, errors.New("there is no blob of it")
	}
	if adler32.Checksum(b[:size-12]) != binary.LittleEndian.Uint32(b[size-12:]) {
		return nil, errors.New("its checksum does not fit")
	}
	return b[16 : 16+length], nil
}
