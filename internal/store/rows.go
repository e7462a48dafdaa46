package store

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"github.com/outdial/outdial/internal/fault"
)

// row is a contact as an import brings it.
type row struct {
	key, number, zone string
	columns           string // JSON, as appendColumns writes it
}

// rowReader reads contacts from CSV and sorts out what cannot be loaded.
type rowReader struct {
	csv     *csv.Reader
	rejects *csv.Writer // nil if nobody wants them
	region  string

	header            []string
	number, zone, key int      // columns; zone and key -1 for none
	sorted            []int    // columns by name
	names             [][]byte // of sorted: `{"A":`, `,"B":`

	zones    map[string]bool // which names are zones
	seen     map[string]int  // key to line
	buffer   []byte
	read     int
	rejected int
}

// readRows reads the header.
func readRows(source io.Reader, o ImportOptions) (*rowReader, error) {
	if o.Comma == 0 {
		o.Comma = ','
	}
	if o.Comma == '"' || o.Comma == '\r' || o.Comma == '\n' || !utf8.ValidRune(o.Comma) || o.Comma == utf8.RuneError {
		return nil, fault.New(fault.Invalid, "%q cannot separate fields; use , or ;", o.Comma).On("comma")
	}
	o.Region = strings.ToUpper(o.Region)
	if o.Region != "" && phonenumbers.GetCountryCodeForRegion(o.Region) == 0 {
		return nil, fault.New(fault.Invalid, "%q is not a region; use two letters as in US or DE", o.Region).On("region")
	}
	text := bufio.NewReaderSize(source, 64*1024)
	if err := skipMark(text); err != nil {
		return nil, err
	}
	r := &rowReader{csv: csv.NewReader(text), region: o.Region, zones: map[string]bool{"": true}, seen: map[string]int{}}
	r.csv.Comma, r.csv.FieldsPerRecord = o.Comma, -1
	if o.Rejects != nil {
		r.rejects = csv.NewWriter(o.Rejects)
		r.rejects.Comma = o.Comma
	}
	return r, r.readHeader(o)
}

// skipMark skips a byte order mark, and knows what is no CSV by how it begins.
func skipMark(text *bufio.Reader) error {
	start, err := text.Peek(4)
	if err != nil && err != io.EOF {
		return fault.Wrap(err, fault.Internal, "the source cannot be read")
	}
	switch {
	case strings.HasPrefix(string(start), "\xef\xbb\xbf"):
		_, err = text.Discard(3)
		return err
	case string(start) == "PK\x03\x04":
		return fault.New(fault.Invalid, "the source is a workbook or another zip archive; save it as CSV in UTF-8").On("source")
	case len(start) >= 2 && (string(start[:2]) == "\xff\xfe" || string(start[:2]) == "\xfe\xff"):
		return fault.New(fault.Invalid, "the source is UTF-16; save it as CSV in UTF-8").On("source")
	}
	return nil
}

func (r *rowReader) readHeader(o ImportOptions) error {
	header, err := r.csv.Read()
	switch {
	case err == io.EOF:
		return fault.New(fault.Invalid, "the source is empty; its first line must name the columns").On("source")
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "the header cannot be read; its first line must name the columns").On("source")
	}
	names := map[string]int{}
	for i, name := range header {
		name = strings.TrimSpace(name)
		header[i] = name
		if before, twice := names[strings.ToLower(name)]; twice {
			return fault.New(fault.Invalid, "columns %d and %d of the header are both named %q; rename one", before+1, i+1, name).On("source")
		}
		if name == "" || !utf8.ValidString(name) {
			return fault.New(fault.Invalid, "column %d of the header has no name in UTF-8; name it or take it out", i+1).On("source")
		}
		names[strings.ToLower(name)] = i
	}
	r.header = header
	if r.number, err = r.column(names, "number", o.Number, "number", "phone"); err != nil {
		return err
	}
	if r.zone, err = r.column(names, "zone", o.Zone, "zone"); err != nil {
		return err
	}
	if r.key, err = r.column(names, "key", o.Key); err != nil {
		return err
	}
	if r.number < 0 {
		return fault.New(fault.Invalid, "there is no column named number or phone; say which one holds the number: %s", r.have()).On("number")
	}
	r.sort()
	return nil
}

// column finds a column by the name asked for, or by its usual names; -1 for none.
func (r *rowReader) column(names map[string]int, role, asked string, usual ...string) (int, error) {
	if asked != "" {
		if i, ok := names[strings.ToLower(strings.TrimSpace(asked))]; ok {
			return i, nil
		}
		return -1, fault.New(fault.Invalid, "there is no column named %q for the %s: %s", asked, role, r.have()).On(role)
	}
	for _, name := range usual {
		if i, ok := names[name]; ok {
			return i, nil
		}
	}
	return -1, nil
}

// have says which columns there are.
func (r *rowReader) have() string {
	s := "the columns are " + strings.Join(r.header, ", ")
	if len(r.header) == 1 {
		for _, c := range ";,\t|" {
			if c != r.csv.Comma && strings.ContainsRune(r.header[0], c) {
				return s + fmt.Sprintf(" (are they separated by %q?)", c)
			}
		}
	}
	return s
}

// sort puts the columns in the order in which their JSON has them.
func (r *rowReader) sort() {
	for i := range r.header {
		r.sorted = append(r.sorted, i)
	}
	slices.SortFunc(r.sorted, func(a, b int) int { return strings.Compare(r.header[a], r.header[b]) })
	for i, column := range r.sorted {
		open := []byte(",")
		if i == 0 {
			open = []byte("{")
		}
		r.names = append(r.names, append(appendText(open, r.header[column]), ':'))
	}
}

// next gives up to n rows, none at the end.
func (r *rowReader) next(n int) ([]row, error) {
	rows := make([]row, 0, n)
	for len(rows) < n {
		fields, err := r.csv.Read()
		if err == io.EOF {
			break
		}
		line, reason, err := r.broken(fields, err)
		if err != nil {
			return nil, err
		}
		if reason == "" && blank(fields) {
			continue
		}
		r.read++
		var c row
		if reason == "" {
			c, reason = r.contact(fields, line)
		}
		if reason == "" {
			rows = append(rows, c)
		} else if err := r.reject(line, reason, fields); err != nil {
			return nil, err
		}
	}
	if r.rejects != nil {
		r.rejects.Flush()
		if err := r.rejects.Error(); err != nil {
			return nil, fault.Wrap(err, fault.Internal, "rejected rows cannot be written")
		}
	}
	return rows, nil
}

// blank tells whether a row says nothing: spreadsheets end a file with such rows.
func blank(fields []string) bool {
	return !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" })
}

// broken judges what the CSV reader says of a row: where it is, and why it is
// rejected. A quote that swallows lines is an error of the whole source, for
// nobody knows what became of the rows in them.
func (r *rowReader) broken(fields []string, err error) (line int, reason string, _ error) {
	var syntax *csv.ParseError
	switch {
	case errors.As(err, &syntax) && syntax.StartLine == syntax.Line:
		return syntax.Line, "a quote is out of place", nil
	case errors.As(err, &syntax):
		return 0, "", fault.New(fault.Invalid, "the quote that opens in line %d is not closed properly up to line %d; mend it and import again", syntax.StartLine, syntax.Line).On("source")
	case err != nil:
		return 0, "", fault.Wrap(err, fault.Internal, "the source cannot be read")
	}
	line, _ = r.csv.FieldPos(0)
	if len(fields) != len(r.header) {
		return line, fmt.Sprintf("%d fields, the header has %d", len(fields), len(r.header)), nil
	}
	for i, f := range fields {
		if !utf8.ValidString(f) {
			return line, fmt.Sprintf("column %s is not UTF-8", r.header[i]), nil
		}
	}
	return line, "", nil
}

// contact makes a contact of a row, or says why not.
func (r *rowReader) contact(fields []string, line int) (c row, reason string) {
	if c.number, reason = dialable(fields[r.number], r.region); reason != "" {
		return c, reason
	}
	if r.zone >= 0 {
		c.zone = strings.TrimSpace(fields[r.zone])
		if !r.isZone(c.zone) {
			return c, fmt.Sprintf("%q is not an IANA time zone", c.zone)
		}
	}
	c.key = c.number
	if r.key >= 0 {
		if c.key = strings.TrimSpace(fields[r.key]); c.key == "" {
			return c, "the key is empty"
		}
	}
	if before, twice := r.seen[c.key]; twice {
		return c, fmt.Sprintf("the key %s is in line %d already", c.key, before)
	}
	r.seen[strings.Clone(c.key)] = line // a clone, as a field holds on to its whole row
	c.columns = r.encode(fields)
	return c, ""
}

// isZone tells whether a name is a time zone. Local would be the server's.
func (r *rowReader) isZone(name string) bool {
	known, ok := r.zones[name]
	if !ok {
		_, err := time.LoadLocation(name)
		known = err == nil && name != "Local"
		r.zones[strings.Clone(name)] = known
	}
	return known
}

// encode gives what appendColumns gives, with the names ready.
func (r *rowReader) encode(fields []string) string {
	b := r.buffer[:0]
	for i, column := range r.sorted {
		b = append(b, r.names[i]...)
		b = appendText(b, fields[column])
	}
	r.buffer = append(b, '}')
	return string(r.buffer)
}

func (r *rowReader) reject(line int, reason string, fields []string) error {
	r.rejected++
	if r.rejects == nil {
		return nil
	}
	if r.rejected == 1 {
		if err := r.rejects.Write(append([]string{"line", "reason"}, r.header...)); err != nil {
			return fault.Wrap(err, fault.Internal, "rejected rows cannot be written")
		}
	}
	if err := r.rejects.Write(append([]string{strconv.Itoa(line), reason}, fields...)); err != nil {
		return fault.Wrap(err, fault.Internal, "rejected rows cannot be written")
	}
	return nil
}

// dialable gives a number as it is dialed, or says why not: E.164 where a + or a
// region allows to read it so; else digits (an extension, a number as the trunk
// wants it) or a SIP URI, as they are. A number must be possible, by its length,
// not assigned: tables of assigned ranges lag behind.
func dialable(text, region string) (number, reason string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", "the number is empty"
	case len(text) > 4 && strings.EqualFold(text[:4], "sip:"):
		if strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' }) {
			return "", fmt.Sprintf("%q is not a SIP URI", text)
		}
		return text, ""
	case region == "" && text[0] != '+':
		if strings.Trim(text, "0123456789") != "" {
			return "", fmt.Sprintf("%q is not digits only; name a region to read written numbers", text)
		}
		return text, ""
	}
	n, err := phonenumbers.Parse(text, region)
	switch {
	case err != nil || !phonenumbers.IsPossibleNumber(n):
		return "", fmt.Sprintf("%q is not a phone number", text)
	case n.GetExtension() != "":
		return "", fmt.Sprintf("%q has an extension, which cannot be dialed", text)
	}
	return phonenumbers.Format(n, phonenumbers.E164), ""
}
