package store

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// Do-not-call lists that others keep are files beside the database, one a list, as
// they are too large for rows and change only as a whole. A file is a line of JSON
// that describes the list, its numbers as [compliance.Numbers.Runs], and the SHA-256
// of all that.

// listHead is the first line of a list's file.
type listHead struct {
	Format  string // listFormat
	Name    string
	Version string
	Date    string
	Loaded  time.Time
	Sum     string // of what was loaded
	Count   int
}

const listFormat = "outdial do-not-call 1"

// folderOfLists is where the files are.
func (s *Store) folderOfLists() string { return s.path + ".do-not-call" }

func (s *Store) fileOfList(name string) string {
	return filepath.Join(s.folderOfLists(), name+".list")
}

// checkListName keeps names of lists fit for files and for the console's paths.
func checkListName(name string) error {
	if len(name) == 0 || len(name) > 40 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fault.New(fault.Invalid, "%q is no name of a list; take small letters, digits and hyphens, 40 at most", name).On("list")
	}
	return nil
}

// SaveDoNotCall puts a list in the place of the one that had its name. The file is
// there as a whole or not at all.
func (s *Store) SaveDoNotCall(l compliance.List) error {
	if err := checkListName(l.Name); err != nil {
		return err
	}
	failure := func(err error) error {
		return fault.Wrap(err, fault.Internal, "do-not-call list %s can not be written to %s", l.Name, s.folderOfLists())
	}
	if err := os.MkdirAll(s.folderOfLists(), 0o700); err != nil {
		return failure(err)
	}
	file, err := os.CreateTemp(s.folderOfLists(), l.Name+".*.part")
	if err != nil {
		return failure(err)
	}
	defer os.Remove(file.Name()) // nothing, once it has its name
	if err := errors.Join(writeList(file, l), file.Sync(), file.Close()); err != nil {
		return failure(err)
	}
	if err := os.Rename(file.Name(), s.fileOfList(l.Name)); err != nil {
		return failure(err)
	}
	return nil
}

func writeList(file io.Writer, l compliance.List) error {
	out, sum := bufio.NewWriterSize(file, 1<<16), sha256.New()
	to := io.MultiWriter(out, sum)
	head, err := json.Marshal(listHead{listFormat, l.Name, l.Version, l.Date.String(), l.Loaded, l.Sum, l.Len()})
	if err != nil {
		return err
	}
	if _, err := to.Write(append(head, '\n')); err != nil {
		return err
	}
	var run []byte
	for head, tails := range l.Runs() {
		run = binary.LittleEndian.AppendUint64(run[:0], head)
		run = binary.LittleEndian.AppendUint32(run, uint32(len(tails)))
		for _, tail := range tails {
			run = binary.LittleEndian.AppendUint16(run, tail)
		}
		if _, err := to.Write(run); err != nil {
			return err
		}
	}
	if _, err := out.Write(sum.Sum(nil)); err != nil {
		return err
	}
	return out.Flush()
}

// DropDoNotCall takes a list away. Errors: NotFound.
func (s *Store) DropDoNotCall(name string) error {
	if err := checkListName(name); err != nil {
		return err
	}
	err := os.Remove(s.fileOfList(name))
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "there is no do-not-call list %s", name)
	}
	if err != nil {
		return fault.Wrap(err, fault.Internal, "do-not-call list %s can not be removed", name)
	}
	return nil
}

// DoNotCall loads the lists that were saved. Those that have not changed since before
// are taken from there; changed tells whether any was not. A list that can not be read
// is left out, and is an error beside the others: campaigns that name it do not dial.
func (s *Store) DoNotCall(before compliance.DoNotCall) (all compliance.DoNotCall, changed bool, err error) {
	files, err := filepath.Glob(filepath.Join(s.folderOfLists(), "*.list"))
	if err != nil {
		return before, false, fault.Wrap(err, fault.Internal, "the do-not-call lists can not be found")
	}
	known := make(map[string]compliance.List)
	for _, l := range before.Lists() {
		known[l.Name] = l
	}
	var failures []error
	for _, path := range files {
		l, err := readList(path, known)
		if err != nil {
			failures = append(failures, fault.Wrap(err, fault.Internal, "do-not-call list %s can not be read; import it again", path))
			continue
		}
		all = all.With(l)
		changed = changed || known[l.Name].Numbers != l.Numbers
	}
	return all, changed || len(all.Lists()) != len(known), errors.Join(failures...)
}

// readList reads a list's file, or only its head if the list is known.
func readList(path string, known map[string]compliance.List) (l compliance.List, err error) {
	file, err := os.Open(path)
	if err != nil {
		return l, err
	}
	defer file.Close()
	in := &summed{in: bufio.NewReaderSize(file, 1<<16), sum: sha256.New()}
	line, err := in.line()
	if err != nil {
		return l, err
	}
	var head listHead
	if err := json.Unmarshal(line, &head); err != nil || head.Format != listFormat {
		return l, errors.New("it is not a do-not-call list of this program")
	}
	l = compliance.List{Name: head.Name, Version: head.Version, Loaded: head.Loaded, Sum: head.Sum}
	if l.Date, err = compliance.ParseDate(head.Date); err != nil {
		return l, err
	}
	if k, ok := known[l.Name]; ok && k.Sum == l.Sum && k.Version == l.Version && k.Loaded.Equal(l.Loaded) {
		return k, nil
	}
	l.Numbers, err = in.numbers(head.Count)
	return l, err
}

// summed reads a list's file and sums it.
type summed struct {
	in  *bufio.Reader
	sum hash.Hash
}

func (s *summed) line() ([]byte, error) {
	line, err := s.in.ReadBytes('\n')
	s.sum.Write(line)
	return line, err
}

func (s *summed) take(into []byte) error {
	_, err := io.ReadFull(s.in, into)
	s.sum.Write(into)
	return err
}

// numbers reads what follows the head, and holds it against its sum.
func (s *summed) numbers(count int) (*compliance.Numbers, error) {
	n := &compliance.Numbers{}
	n.Grow(count)
	start, run, tails := make([]byte, 12), make([]byte, 0, 1<<17), make([]uint16, 0, 1<<16)
	for n.Len() < count {
		if err := s.take(start); err != nil {
			return nil, err
		}
		size := binary.LittleEndian.Uint32(start[8:])
		if size > 1<<16 {
			return nil, errors.New("it is damaged")
		}
		run, tails = run[:2*size], tails[:0]
		if err := s.take(run); err != nil {
			return nil, err
		}
		for i := range size {
			tails = append(tails, binary.LittleEndian.Uint16(run[2*i:]))
		}
		if !n.Append(binary.LittleEndian.Uint64(start), tails) {
			return nil, errors.New("it is damaged")
		}
	}
	want, written := s.sum.Sum(nil), make([]byte, sha256.Size)
	if _, err := io.ReadFull(s.in, written); err != nil || n.Len() != count || string(want) != string(written) {
		return nil, errors.New("it is damaged")
	}
	return n, nil
}

// ReadDoNotCall reads a list as its keeper gives it: text, packed with gzip or not, one
// number a line, with + and country code or else in the country with this code. The
// first line may be a header, and lines that begin with # are passed over; any other
// line that is not a number is an error, since nobody knows whom it would have
// protected. It also gives the SHA-256 of what was read.
func ReadDoNotCall(ctx context.Context, from io.Reader, country string) (n *compliance.Numbers, sum string, err error) {
	whole := sha256.New()
	text := bufio.NewReaderSize(io.TeeReader(from, whole), 1<<16)
	if start, _ := text.Peek(2); string(start) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(text)
		if err != nil {
			return nil, "", fault.Wrap(err, fault.Invalid, "the list can not be unpacked")
		}
		text = bufio.NewReaderSize(unpacked, 1<<16)
	}
	var all compliance.Gather
	lines := bufio.NewScanner(text)
	for row := 1; lines.Scan(); row++ {
		if row%(1<<16) == 0 && ctx.Err() != nil {
			return nil, "", context.Cause(ctx)
		}
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		number, ok := listed(line, country)
		switch {
		case ok:
			all.Add(number)
		case line != "" && line[0] != '#' && row > 1:
			return nil, "", fault.New(fault.Invalid, "line %d of the list, %q, is not a number with country code; name the country's code if the list leaves it out", row, line).On("list")
		}
	}
	if err := lines.Err(); err != nil {
		return nil, "", fault.Wrap(err, fault.Invalid, "the list can not be read")
	}
	if n = all.Numbers(); n.Len() == 0 {
		return nil, "", fault.New(fault.Invalid, "the list has no numbers").On("list")
	}
	if _, err := io.Copy(whole, from); err != nil { // what follows the packed text
		return nil, "", fault.Wrap(err, fault.Invalid, "the list can not be read")
	}
	return n, hex.EncodeToString(whole.Sum(nil)), nil
}

// listed reads a line of a list: digits, with what people and agencies put between
// them. Outside of the numbering plan of +1, a national number may begin with a zero
// that is not dialed from abroad; Italy's is.
func listed(line, country string) (uint64, bool) {
	digits := strings.Map(func(c rune) rune {
		if strings.ContainsRune(" ,-.()\t\"", c) {
			return -1
		}
		return c
	}, line)
	if !strings.HasPrefix(digits, "+") && country != "" {
		if country != "39" {
			digits = strings.TrimPrefix(digits, "0")
		}
		digits = "+" + country + digits
	}
	return compliance.E164(digits)
}
