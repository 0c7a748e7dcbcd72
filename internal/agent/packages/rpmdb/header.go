package rpmdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Tags that are read.
const (
	TagName        = 1000
	TagVersion     = 1001
	TagRelease     = 1002
	TagEpoch       = 1003
	TagInstallTime = 1008
	TagSize        = 1009
	TagVendor      = 1011
	TagArch        = 1022
	TagFileSizes   = 1028
	TagFileModes   = 1030
	TagFileDigests = 1035
	TagFileLinks   = 1036
	TagFileFlags   = 1037
	TagSourceRPM   = 1044
	TagOldNames    = 1027
	TagDirIndexes  = 1116
	TagBaseNames   = 1117
	TagDirNames    = 1118
	TagLongSize    = 5009
	TagLongSizes   = 5008
	TagDigestAlgo  = 5011
	TagModularity  = 5096
)

// Kinds of values.
const (
	kindInt16   = 3
	kindInt32   = 4
	kindInt64   = 5
	kindString  = 6
	kindStrings = 8
	kindI18N    = 9
)

// Header is one package's: an index of tags, and the store they point into.
type Header struct {
	index, store []byte
}

// ParseHeader reads the frame of a header. Values are read when they are asked
// for, since most never are.
func ParseHeader(b []byte) (Header, error) {
	if len(b) < 8 {
		return Header{}, errors.New("the header is cut")
	}
	entries, store := int64(binary.BigEndian.Uint32(b)), int64(binary.BigEndian.Uint32(b[4:]))
	if entries == 0 || 8+16*entries+store > int64(len(b)) {
		return Header{}, fmt.Errorf("a header of %d entries and %d bytes in %d", entries, store, len(b))
	}
	return Header{index: b[8 : 8+16*entries], store: b[8+16*entries : 8+16*entries+store]}, nil
}

// find returns the store from a tag's value on, its kind and how many there are.
func (h Header) find(tag uint32) (at []byte, kind, count uint32) {
	for i := 0; i < len(h.index); i += 16 {
		e := h.index[i : i+16]
		if binary.BigEndian.Uint32(e) != tag {
			continue
		}
		offset := binary.BigEndian.Uint32(e[8:])
		if int64(offset) > int64(len(h.store)) {
			return nil, 0, 0
		}
		return h.store[offset:], binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[12:])
	}
	return nil, 0, 0
}

// String returns a tag's first text, or nothing.
func (h Header) String(tag uint32) string {
	at, kind, _ := h.find(tag)
	if kind != kindString && kind != kindI18N && kind != kindStrings {
		return ""
	}
	s, _, ok := bytes.Cut(at, []byte{0})
	if !ok {
		return ""
	}
	return string(s)
}

// Strings returns all texts of a tag; what is cut is left out.
func (h Header) Strings(tag uint32) []string {
	at, kind, count := h.find(tag)
	if kind != kindStrings && kind != kindString && kind != kindI18N {
		return nil
	}
	out := make([]string, 0, min(int(count), len(at)))
	for range count {
		s, rest, ok := bytes.Cut(at, []byte{0})
		if !ok {
			break
		}
		out, at = append(out, string(s)), rest
	}
	return out
}

// Ints returns all numbers of a tag.
func (h Header) Ints(tag uint32) []int64 {
	at, kind, count := h.find(tag)
	width := map[uint32]int{kindInt16: 2, kindInt32: 4, kindInt64: 8}[kind]
	if width == 0 || int64(count)*int64(width) > int64(len(at)) {
		return nil
	}
	out := make([]int64, count)
	for i := range out {
		switch v := at[i*width:]; width {
		case 2:
			out[i] = int64(binary.BigEndian.Uint16(v))
		case 4:
			out[i] = int64(binary.BigEndian.Uint32(v))
		default:
			out[i] = int64(binary.BigEndian.Uint64(v) & (1<<63 - 1))
		}
	}
	return out
}

// Int returns a tag's first number; ok says that it has one.
func (h Header) Int(tag uint32) (v int64, ok bool) {
	if all := h.Ints(tag); len(all) > 0 {
		return all[0], true
	}
	return 0, false
}
