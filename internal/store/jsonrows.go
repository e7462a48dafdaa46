package store

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// maxLine is how long a contact may be as a line of JSON.
const maxLine = 1 << 20

// jsonRow reads a contact from a line of JSON, or says why it is none; without fields
// if the line is blank. What is said of it besides is passed over.
func (r *rowReader) jsonRow() (c row, line int, reason string, fields []string, err error) {
	text, err := readLine(r.lines)
	if err != nil && len(text) == 0 {
		return c, 0, "", nil, err
	}
	r.line++
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return c, r.line, "", nil, nil
	}
	fields = []string{string(text)}
	var given struct {
		ID                campaign.ContactID
		Key, Number, Zone string
		Status            campaign.Status
		Columns           map[string]string
	}
	if err := json.Unmarshal(text, &given); err != nil {
		return c, r.line, noContact(err), fields, nil
	}
	ready := campaign.Contact{Key: given.Key, Number: given.Number, Zone: given.Zone, Columns: given.Columns,
		Status: cmp.Or(given.Status, r.usual)}
	if given.ID != 0 && given.Status != "" { // of an export
		ready.Status = campaign.Callable
	}
	first, reason := r.columnNumbers(ready)
	if reason != "" {
		return c, r.line, reason, fields, nil
	}
	ready.Number = cmp.Or(ready.Number, first)
	if ready, err = prepared(ready, r.numbers, r.places); err != nil {
		return c, r.line, err.Error(), fields, nil
	}
	if given.ID != 0 && given.Status != "" {
		ready.Status = restored(given.Status)
	}
	for name := range ready.Columns {
		if !slices.Contains(r.header, name) {
			r.sorted = append(r.sorted, len(r.header))
			r.header = append(r.header, name)
		}
	}
	c = row{key: ready.Key, number: ready.Number, zone: ready.Zone, status: ready.Status, columns: string(appendColumns(nil, ready.Columns))}
	return c, r.line, "", fields, nil
}

// noContact says why a line is no contact, in the words of who wrote the file.
func noContact(err error) string {
	const example = `; a contact is as {"number": "+13175550101", "columns": {"name": "Ann"}}`
	var wrong *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &wrong):
		return "it is no contact in JSON: " + err.Error() + example
	case wrong.Field == "":
		return "it is " + wrong.Value + " in JSON, and no contact" + example
	}
	return strings.ToLower(wrong.Field) + " is " + wrong.Value + " in JSON" + example
}

// columnNumbers reads the further numbers of a contact where they stand, and gives the
// first.
func (r *rowReader) columnNumbers(c campaign.Contact) (first, reason string) {
	for _, phone := range r.phoneNames {
		name, value, _ := c.Column(phone)
		if strings.TrimSpace(value) == "" {
			continue
		}
		number, reason := r.numbers.read(value)
		if reason != "" {
			return "", "column " + name + ": " + reason
		}
		c.Columns[name], first = number, cmp.Or(first, number)
	}
	return first, ""
}

// readLine reads a line that is not too long.
func readLine(from *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := from.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, fault.New(fault.Invalid, "a line that begins with %.40q is longer than %d MiB; is there a contact on each line?", strings.ToValidUTF8(string(line[:40]), "?"), maxLine>>20).On("source")
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF || err == nil:
			return line, err
		}
		return nil, fault.Wrap(err, fault.Internal, "the source cannot be read")
	}
}
