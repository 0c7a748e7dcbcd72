package rpmdb

import "maps"

import "encoding/binary"

const (
	walMagic  = 0x377f0682 // the lowest bit says that checksums are big-endian
	walHeader = 32
	walFrame  = 24
)

// walFrames reads the pages that a write-ahead log has newer than the database,
// up to its last commit: a transaction of rpm that nobody has copied into the
// database yet is nevertheless installed. A frame counts when its salt is the
// log's and its running checksum fits, as SQLite itself decides; the rest is of
// an earlier use of the file.
func walFrames(wal []byte, size int64) map[uint32][]byte {
	if len(wal) < walHeader {
		return nil
	}
	magic := binary.BigEndian.Uint32(wal)
	if magic&^1 != walMagic || int64(binary.BigEndian.Uint32(wal[8:])) != size {
		return nil
	}
	var order binary.ByteOrder = binary.LittleEndian
	if magic&1 == 1 {
		order = binary.BigEndian
	}
	salt := string(wal[16:24])
	sum := checksum(order, [2]uint32{}, wal[:24])
	if sum != [2]uint32{binary.BigEndian.Uint32(wal[24:]), binary.BigEndian.Uint32(wal[28:])} {
		return nil
	}
	committed, pending := make(map[uint32][]byte), make(map[uint32][]byte)
	for at := int64(walHeader); at+walFrame+size <= int64(len(wal)); at += walFrame + size {
		head, page := wal[at:at+walFrame], wal[at+walFrame:at+walFrame+size]
		sum = checksum(order, checksum(order, sum, head[:8]), page)
		if string(head[8:16]) != salt || sum != [2]uint32{binary.BigEndian.Uint32(head[16:]), binary.BigEndian.Uint32(head[20:])} {
			break
		}
		pending[binary.BigEndian.Uint32(head)] = page
		if binary.BigEndian.Uint32(head[4:]) != 0 { // a commit
			maps.Copy(committed, pending)
			clear(pending)
		}
	}
	return committed
}

// checksum goes on over b, whose length is a multiple of eight.
func checksum(order binary.ByteOrder, sum [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		sum[0] += order.Uint32(b) + sum[1]
		sum[1] += order.Uint32(b[4:]) + sum[0]
	}
	return sum
}
