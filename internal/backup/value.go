package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// raw is a value that JSON has no word for: bytes, and text that is not UTF-8.
type raw struct {
	Bytes []byte `json:"bytes"`
}

// encode turns what a driver returned into what an archive holds.
func encode(v any, k kind) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil //nolint:nilnil // null is a value
	case int64:
		switch k {
		case integer:
			return v, nil
		case boolean:
			return v != 0, nil
		}
	case bool:
		if k == boolean {
			return v, nil
		}
	case string:
		switch k {
		case text:
			return asText([]byte(v)), nil
		case bytes:
			return raw{[]byte(v)}, nil
		}
	case []byte:
		switch k {
		case text:
			return asText(v), nil
		case bytes:
			return raw{v}, nil
		}
	}
	return nil, fmt.Errorf("it holds a %T, which its type does not allow", v)
}

func asText(b []byte) any {
	if utf8.Valid(b) {
		return string(b)
	}
	return raw{b}
}

// decode turns what an archive holds into what a driver takes.
func decode(v json.RawMessage, k kind) (any, error) {
	if string(v) == "null" {
		return nil, nil //nolint:nilnil // null is a value
	}
	var err error
	switch {
	case k == integer:
		var n int64
		err = json.Unmarshal(v, &n)
		return n, err
	case k == boolean:
		var b bool
		err = json.Unmarshal(v, &b)
		return b, err
	case len(v) > 0 && v[0] == '{':
		var r struct{ Bytes *[]byte }
		if err = json.Unmarshal(v, &r); err == nil && r.Bytes == nil {
			err = errors.New("an object without bytes")
		}
		if err != nil {
			return nil, err
		}
		if k == text {
			return string(*r.Bytes), nil
		}
		return *r.Bytes, nil
	case k == text:
		var s string
		err = json.Unmarshal(v, &s)
		return s, err
	}
	return nil, errors.New("no bytes")
}
