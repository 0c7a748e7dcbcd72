// Package look is what the HTML report and the console share: the colours, in
// light and dark, and the patterns and symbols by which a status is told
// without them.
package look

import _ "embed"

// Theme is the style sheet of colours and type.
//
//go:embed theme.css
var Theme string

// Symbols is an SVG element that shows nothing: patterns p-STATUS and symbols
// i-STATUS to refer to, and a few more.
//
//go:embed symbols.svg
var Symbols string
