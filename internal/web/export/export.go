// Package export writes the console's lists as CSV and as Excel workbooks,
// row by row, so that a long list is never held whole.
package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/store"
)

// Most bounds the rows of an export; an Excel sheet holds no more.
const Most = 1_000_000

// Sheet is a list to be written. A cell is a string, an int, an int64 or a
// time.Time.
type Sheet struct {
	Name    string // of the file and of the sheet
	Columns []string
	Rows    iter.Seq2[[]any, error]
}

// Formats are how a sheet can be written, by the ending of its address.
var Formats = []string{"csv", "xlsx"}

// Write answers with the sheet. An error that comes before the first row can
// still be shown as a page; one that comes later breaks the answer off, so that
// nobody takes a part for the whole.
func Write(w http.ResponseWriter, format string, s Sheet) error {
	next, stop := iter.Pull2(s.Rows)
	defer stop()
	first, err, ok := next()
	if err != nil {
		return err
	}
	write, kind := writeCSV, "text/csv; charset=utf-8"
	switch format {
	case "csv":
	case "xlsx":
		write, kind = writeXLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	default:
		return store.ErrNotFound
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": s.Name + "." + format}))
	h.Set("Cache-Control", "no-store")
	rows := func(yield func([]any, error) bool) {
		for n := 0; ok && n < Most; n++ {
			if !yield(first, err) || err != nil {
				return
			}
			first, err, ok = next()
		}
	}
	if err := write(w, s, rows); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

func writeCSV(w io.Writer, s Sheet, rows iter.Seq2[[]any, error]) error {
	out := csv.NewWriter(w)
	if err := out.Write(s.Columns); err != nil {
		return err
	}
	line := make([]string, len(s.Columns))
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i := range line {
			line[i] = text(row[i])
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// text is a cell as CSV has it.
func text(cell any) string {
	switch v := cell.(type) {
	case string:
		return Safe(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(cell)
}

// Safe makes text harmless to programs that take a cell which begins like a
// formula for one: it gets an apostrophe in front, as people write it there.
func Safe(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20", firstRune(strings.TrimLeft(s, " \u00A0"))) && !strings.ContainsRune("\t\r\n", firstRune(s)) {
		return s
	}
	return "'" + s
}

func firstRune(s string) rune {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return 'x'
	}
	return r
}

// maxCell is what an Excel cell holds.
const maxCell = 32_000

func writeXLSX(w io.Writer, s Sheet, rows iter.Seq2[[]any, error]) (err error) {
	book := excelize.NewFile()
	defer func() { err = firstError(err, book.Close()) }()
	if err := book.SetSheetName("Sheet1", s.Name); err != nil {
		return err
	}
	sheet, err := book.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	moment, err := book.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		return err
	}
	if err := sheet.SetColWidth(1, len(s.Columns), 22); err != nil {
		return err
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		head[i] = excelize.Cell{StyleID: bold, Value: c}
	}
	if err := sheet.SetRow("A1", head); err != nil {
		return err
	}
	n := 1
	for row, err := range rows {
		if err != nil {
			return err
		}
		n++
		line := make([]any, len(row))
		for i, cell := range row {
			line[i] = value(cell, moment)
		}
		at, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		if err := sheet.SetRow(at, line); err != nil {
			return err
		}
	}
	if err := sheet.Flush(); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}

// value is a cell as Excel has it. A string is never a formula there, but the
// sheet may be saved as CSV.
func value(cell any, moment int) any {
	switch v := cell.(type) {
	case string:
		if v = Safe(v); len(v) > maxCell {
			v = strings.ToValidUTF8(v[:maxCell], "")
		}
		return v
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return excelize.Cell{StyleID: moment, Value: v.UTC()}
	}
	return cell
}

func firstError(errs ...error) error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}

// Pages walks over a paged list of the ledger to its end.
func Pages[T any](get func(cursor string) (inventory.Page[T], error), row func(*T) []any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		cursor := ""
		for {
			p, err := get(cursor)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range p.Items {
				if !yield(row(&p.Items[i]), nil) {
					return
				}
			}
			if cursor = p.Next; cursor == "" {
				return
			}
		}
	}
}
