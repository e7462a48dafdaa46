package store

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// row is a contact as an import brings it.
type row struct {
	key, number, zone string
	status            campaign.Status
	columns           string // JSON, as appendColumns writes it
	line              int
	fields            []string // as they were read
}

// refusal is a row that cannot be loaded.
type refusal struct {
	line   int
	reason string
	fields []string
}

// rowReader reads contacts from CSV and sorts out what cannot be loaded.
type rowReader struct {
	csv     *csv.Reader
	lines   *bufio.Reader // of JSON, in place of CSV
	rejects *csv.Writer   // nil if nobody wants them
	numbers *numberReader

	header            []string
	titles            []string // of rejects, after line and reason
	number, zone, key int      // columns; zone and key -1 for none
	status            int      // likewise
	phones            []int    // columns with further numbers
	phoneNames        []string // as they were asked for
	usual             campaign.Status
	exported          bool     // the source is an export of ours
	removing          bool     // it names contacts to be taken out; the key alone counts
	sorted            []int    // columns by name
	names             [][]byte // of sorted: `{"A":`, `,"B":`

	places   *placeReader
	state    int // the column of the state, or -1
	buffer   []byte
	refused  []refusal // since they were told last
	titled   bool      // the rejects have their header
	line     int       // of JSON
	read     int
	rejected int
}

// readRows reads the header.
func readRows(source io.Reader, o ImportOptions, places *placeReader) (*rowReader, error) {
	if o.Comma == 0 {
		o.Comma = ','
	}
	if o.Comma == '"' || o.Comma == '\r' || o.Comma == '\n' || !utf8.ValidRune(o.Comma) || o.Comma == utf8.RuneError {
		return nil, fault.New(fault.Invalid, "%q cannot separate fields; use , or ;", o.Comma).On("comma")
	}
	numbers, err := newNumberReader(cmp.Or(o.Region, places.region))
	if err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(source, 64*1024)
	if err := skipMark(text); err != nil {
		return nil, err
	}
	r := &rowReader{csv: csv.NewReader(text), numbers: numbers, places: places, usual: campaign.Callable, removing: o.removing, phoneNames: slices.Concat(o.Phones, places.phones)}
	if o.Priority {
		r.usual = campaign.Urgent
	}
	r.csv.Comma, r.csv.FieldsPerRecord = o.Comma, -1
	if o.Rejects != nil {
		r.rejects = csv.NewWriter(o.Rejects)
		r.rejects.Comma = o.Comma
	}
	if o.JSON {
		if o.Number != "" || o.Zone != "" || o.Key != "" || o.Status != "" {
			return nil, fault.New(fault.Invalid, "columns are named for CSV only; a contact in JSON has number, zone, key and status by these names").On("number")
		}
		r.lines, r.titles = text, []string{"contact"}
		return r, nil
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
	case len(start) >= 2 && (string(start[:2]) == "\xff\xfe" || string(start[:2]) == "\xfe\xff"), bytes.IndexByte(start, 0) >= 0:
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
		if strings.Contains(name, "\r") {
			return fault.New(fault.Invalid, "lines of the source end in a carriage return alone; save it as CSV whose lines end in a line feed").On("source")
		}
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
	r.header, r.titles = header, header
	if r.exported = strings.EqualFold(header[0], "i3_identity"); r.exported {
		o = asExported(o, names)
	}
	for _, name := range o.Phones {
		i, err := r.column(names, "phone", name)
		if err != nil {
			return err
		}
		r.phones = append(r.phones, i)
	}
	for _, name := range r.places.phones {
		if i, ok := names[strings.ToLower(name)]; ok && !r.removing && !slices.Contains(r.phones, i) {
			r.phones = append(r.phones, i)
		}
	}
	usual := []string{"number", "phone"}
	if len(o.Phones) > 0 {
		usual = nil
	}
	if r.number, err = r.column(names, "number", o.Number, usual...); err != nil {
		return err
	}
	if r.zone, err = r.column(names, "zone", o.Zone, "zone"); err != nil {
		return err
	}
	if r.key, err = r.column(names, "key", o.Key); err != nil {
		return err
	}
	r.state = -1
	if i, ok := names[strings.ToLower(r.places.state)]; ok {
		r.state = i
	}
	if r.status, err = r.column(names, "status", o.Status); err != nil {
		return err
	}
	if r.number < 0 && len(r.phones) == 0 && (r.key < 0 || !r.removing) {
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
				return s + fmt.Sprintf(" (are they separated by %q? say so with comma)", c)
			}
		}
	}
	return s
}

// sort puts the columns in the order in which their JSON has them.
func (r *rowReader) sort() {
	for i, name := range r.header {
		if !r.exported || !exportsOwn(r.header, name) {
			r.sorted = append(r.sorted, i)
		}
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

// next reads n rows, fewer at the end, and gives those that can be loaded.
func (r *rowReader) next(n int) (rows []row, more bool, err error) {
	rows = make([]row, 0, n)
	one := r.csvRow
	if r.lines != nil {
		one = r.jsonRow
	}
	for end := r.read + n; r.read < end; {
		c, line, reason, fields, err := one()
		switch {
		case err == io.EOF:
			return rows, false, nil
		case err != nil:
			return nil, false, err
		case fields == nil: // nothing is said in it
		case reason != "":
			r.read++
			r.reject(line, reason, fields)
		default:
			r.read++
			c.line, c.fields = line, fields
			rows = append(rows, c)
		}
	}
	return rows, true, nil
}

// csvRow reads a row: a contact, or why it is none; without fields if it is blank.
func (r *rowReader) csvRow() (c row, line int, reason string, fields []string, err error) {
	fields, err = r.csv.Read()
	if err == io.EOF {
		return c, 0, "", nil, err
	}
	line, reason, err = r.broken(fields, err)
	switch {
	case err != nil:
		return c, line, "", nil, err
	case reason != "":
		return c, line, reason, fields, nil
	case blank(fields):
		return c, line, "", nil, nil
	}
	c, reason = r.contact(fields)
	return c, line, reason, fields, nil
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

// contact makes a contact of a row, or says why not. The row stays as it was given, in
// case it is rejected.
func (r *rowReader) contact(fields []string) (c row, reason string) {
	if len(r.phones) > 0 {
		fields = slices.Clone(fields)
	}
	if r.removing && r.key >= 0 {
		return r.keyed(fields)
	}
	if c.number, reason = r.numberOf(fields); reason != "" || r.removing {
		return c, reason
	}
	var place, inState string
	if r.zone >= 0 {
		place = fields[r.zone]
	}
	if r.state >= 0 {
		inState = fields[r.state]
	}
	if c.zone, reason = r.places.zoneOf(c.number, place, inState); reason != "" {
		return c, reason
	}
	c.key = c.number
	if r.key >= 0 {
		keyed, reason := r.keyed(fields)
		if reason != "" {
			return c, reason
		}
		c.key = keyed.key
	}
	if c.status, reason = r.statusOf(fields); reason != "" {
		return c, reason
	}
	c.columns = r.encode(fields)
	return c, ""
}

// numberOf reads the number to dial, and the further ones where they stand.
func (r *rowReader) numberOf(fields []string) (number, reason string) {
	for _, i := range r.phones {
		if strings.TrimSpace(fields[i]) == "" {
			continue
		}
		if fields[i], reason = r.numbers.read(fields[i]); reason != "" {
			return "", "column " + r.header[i] + ": " + reason
		}
		if number == "" {
			number = fields[i]
		}
	}
	switch {
	case r.number >= 0:
		return r.numbers.read(fields[r.number])
	case number == "":
		return "", "there is no number in it"
	}
	return number, ""
}

// keyed is a contact of which only the key counts.
func (r *rowReader) keyed(fields []string) (c row, reason string) {
	if c.key = strings.TrimSpace(fields[r.key]); c.key == "" {
		return c, "the key is empty"
	}
	if r.exported {
		c.key = unguarded(c.key)
	}
	return c, ""
}

// statusOf reads the status of a new contact.
func (r *rowReader) statusOf(fields []string) (campaign.Status, string) {
	if r.status < 0 {
		return r.usual, ""
	}
	switch text := strings.ToUpper(strings.TrimSpace(fields[r.status])); {
	case text == "":
		return r.usual, ""
	case r.exported:
		return restored(campaign.Status(text)), ""
	default:
		if err := mayBeGiven(campaign.Status(text)); err != nil {
			return "", err.Error()
		}
		return campaign.Status(text), ""
	}
}

// encode gives what appendColumns gives, with the names ready.
func (r *rowReader) encode(fields []string) string {
	if len(r.sorted) == 0 {
		return "{}"
	}
	b := r.buffer[:0]
	for i, column := range r.sorted {
		b = append(b, r.names[i]...)
		if r.exported {
			b = appendText(b, unguarded(fields[column]))
		} else {
			b = appendText(b, fields[column])
		}
	}
	r.buffer = append(b, '}')
	return string(r.buffer)
}

// reject notes a row that cannot be loaded; tell writes them down.
func (r *rowReader) reject(line int, reason string, fields []string) {
	if r.rejected++; r.rejects != nil {
		r.refused = append(r.refused, refusal{line, reason, fields})
	}
}

// tell writes the rows that were rejected since the last time, by line.
func (r *rowReader) tell() error {
	if len(r.refused) == 0 {
		return nil
	}
	slices.SortStableFunc(r.refused, func(a, b refusal) int { return cmp.Compare(a.line, b.line) })
	if !r.titled {
		r.titled = true
		r.rejects.Write(append([]string{"line", "reason"}, r.titles...)) // its error is that of the flush
	}
	for _, one := range r.refused {
		r.rejects.Write(append([]string{strconv.Itoa(one.line), one.reason}, one.fields...))
	}
	r.refused = r.refused[:0]
	r.rejects.Flush()
	if err := r.rejects.Error(); err != nil {
		return fault.Wrap(err, fault.Internal, "rejected rows cannot be written")
	}
	return nil
}
