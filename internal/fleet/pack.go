package fleet

import (
	"bytes"
	"compress/gzip"
	"io"
)

// packed is how a text lies in the database.
func packed(text []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// unpacked is the text again, of which most bytes are read at most.
func unpacked(body []byte, most int64) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, most))
}
