package terraform

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func stringFunc(f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params:       []function.Parameter{param("str", cty.String)},
		Type:         function.StaticReturnType(cty.String),
		RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(cty.String), err
			}
			return cty.StringVal(s), nil
		},
	})
}

func stringTest(f func(s, part string) bool) function.Function {
	return function.New(&function.Spec{
		Params:       []function.Parameter{param("str", cty.String), param("part", cty.String)},
		Type:         function.StaticReturnType(cty.Bool),
		RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

// Hashes, and how their sums are written.
func md5Hash(b []byte) []byte    { s := md5.Sum(b); return s[:] }
func sha1Hash(b []byte) []byte   { s := sha1.Sum(b); return s[:] }
func sha256Hash(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
func sha512Hash(b []byte) []byte { s := sha512.Sum512(b); return s[:] }
func toHex(b []byte) string      { return hex.EncodeToString(b) }
func toBase64(b []byte) string   { return base64.StdEncoding.EncodeToString(b) }

func hashed(h func([]byte) []byte, write func([]byte) string) func([]byte) string {
	return func(b []byte) string { return write(h(b)) }
}

func hashFunc(h func([]byte) []byte, write func([]byte) string) function.Function {
	return stringFunc(func(s string) (string, error) { return write(h([]byte(s))), nil })
}

var (
	base64EncodeFunc = stringFunc(func(s string) (string, error) { return toBase64([]byte(s)), nil })
	base64DecodeFunc = stringFunc(func(s string) (string, error) {
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return "", &functionHint{text: "the argument is not base64"}
		}
		if !utf8.Valid(b) {
			return "", &functionHint{text: "the decoded text is not UTF-8"}
		}
		return string(b), nil
	})
	base64GzipFunc = stringFunc(func(s string) (string, error) {
		var buf bytes.Buffer
		w := gzip.NewWriter(&buf)
		if _, err := w.Write([]byte(s)); err != nil {
			return "", err
		}
		if err := w.Close(); err != nil {
			return "", err
		}
		return toBase64(buf.Bytes()), nil
	})
	urlEncodeFunc = stringFunc(func(s string) (string, error) { return url.QueryEscape(s), nil })
	urlDecodeFunc = stringFunc(url.QueryUnescape)
)

var errEncoding error = &functionHint{text: "only UTF-8, UTF-16LE and UTF-16BE are evaluated"}

func encodingFunc(f func(s, encoding string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{param("str", cty.String), param("encoding", cty.String)},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString(), strings.ToUpper(args[1].AsString()))
			if err != nil {
				return cty.UnknownVal(cty.String), err
			}
			return cty.StringVal(s), nil
		},
	})
}

var textEncodeFunc = encodingFunc(func(s, encoding string) (string, error) {
	if encoding == "UTF-8" {
		return toBase64([]byte(s)), nil
	}
	if encoding != "UTF-16LE" && encoding != "UTF-16BE" {
		return "", errEncoding
	}
	var buf []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if encoding == "UTF-16LE" {
			buf = append(buf, byte(u), byte(u>>8))
		} else {
			buf = append(buf, byte(u>>8), byte(u))
		}
	}
	return toBase64(buf), nil
})

var textDecodeFunc = encodingFunc(func(s, encoding string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", &functionHint{text: "the argument is not base64"}
	}
	if encoding == "UTF-8" {
		return string(b), nil
	}
	if encoding != "UTF-16LE" && encoding != "UTF-16BE" {
		return "", errEncoding
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		lo, hi := b[i], b[i+1]
		if encoding == "UTF-16BE" {
			lo, hi = hi, lo
		}
		units = append(units, uint16(lo)|uint16(hi)<<8)
	}
	return string(utf16.Decode(units)), nil
})

var uuidv5Func = function.New(&function.Spec{
	Params: []function.Parameter{param("namespace", cty.String), param("name", cty.String)},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		spaces := map[string]string{
			"dns": "6ba7b8109dad11d180b400c04fd430c8", "url": "6ba7b8119dad11d180b400c04fd430c8",
			"oid": "6ba7b8129dad11d180b400c04fd430c8", "x500": "6ba7b8149dad11d180b400c04fd430c8",
		}
		space, ok := spaces[args[0].AsString()]
		if !ok {
			space = strings.ReplaceAll(args[0].AsString(), "-", "")
		}
		ns, err := hex.DecodeString(space)
		if err != nil || len(ns) != 16 {
			return cty.UnknownVal(cty.String), &functionHint{text: "the namespace is not a UUID"}
		}
		u := sha1Hash(append(ns, args[1].AsString()...))[:16]
		u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
		h := toHex(u)
		return cty.StringVal(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]), nil
	},
})
