package store

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"

	"github.com/outdial/outdial/internal/fault"
)

// numberReader reads written phone numbers, as millions of them take it: numbers of
// plain shape, which nearly all are, by the tables of libphonenumber alone, with the
// result that libphonenumber gives (TestPlainNumbersAreReadAsTheLibraryReads) at a
// fortieth of the price; all others by it.
type numberReader struct {
	region string
	home   *plan            // of the region, or nil
	plans  map[string]*plan // by calling code, of those that were met; nil where there is none
}

// newNumberReader reads numbers without a leading + as in a region, if there is one.
func newNumberReader(region string) (*numberReader, error) {
	r := &numberReader{region: strings.ToUpper(strings.TrimSpace(region)), plans: map[string]*plan{}}
	if r.region == "" {
		return r, nil
	}
	if !IsRegion(r.region) {
		return nil, fault.New(fault.Invalid, "%q is not a region; use two letters as in US or DE", region).On("region")
	}
	r.home = planOf(r.region)
	return r, nil
}

// read gives a number as it is dialed, or says why not; see [dialable].
func (r *numberReader) read(text string) (number, reason string) {
	if number, ok := r.plain(text); ok {
		return number, ""
	}
	return dialable(text, r.region)
}

// plain reads a number of digits and the usual marks between them.
func (r *numberReader) plain(text string) (string, bool) {
	var room [20]byte
	digits, international, ok := undress(strings.TrimSpace(text), room[:0])
	switch {
	case !ok:
		return "", false
	case international:
		return r.abroad(digits)
	case r.home == nil:
		return "", false // digits only, which is quick enough
	case r.home.exit.Match(digits):
		return "", false
	case strings.HasPrefix(string(digits), r.home.code):
		// Too long for a national number, it can but begin with the calling code.
		national := digits[len(r.home.code):]
		if len(digits) <= r.home.longest || r.home.trunk != nil && r.home.trunk.Match(national) {
			return "", false
		}
		return r.abroad(digits)
	}
	national, ok := r.home.national(digits)
	if !ok {
		return "", false
	}
	if main := r.plan(r.home.code); main == nil || !main.possible(national) {
		return "", false
	}
	return "+" + r.home.code + string(national), true
}

// undress takes the marks off a number; ok is false for what else is in it.
func undress(text string, into []byte) (digits []byte, international, ok bool) {
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			if len(into) == cap(into) {
				return nil, false, false
			}
			into = append(into, c)
		case c == '+' && i == 0 && len(text) > 1 && text[1] >= '0' && text[1] <= '9':
			international = true
		case c == '(' && i == 0 && len(text) > 1 && text[1] >= '0' && text[1] <= '9':
		case i > 0 && (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')'):
		default:
			return nil, false, false
		}
	}
	return into, international, len(into) > 0
}

// abroad reads a number that begins with its calling code.
func (r *numberReader) abroad(digits []byte) (string, bool) {
	if digits[0] == '0' { // calling codes do not begin with it
		return "", false
	}
	for n := 1; n <= 3 && n < len(digits); n++ {
		p := r.plan(string(digits[:n]))
		if p == nil {
			continue
		}
		national, ok := p.national(digits[n:])
		if !ok {
			return "", false
		}
		return "+" + p.code + string(national), true
	}
	return "", false
}

// plan is that of a calling code's main region; nil if there is none.
func (r *numberReader) plan(code string) *plan {
	if p, met := r.plans[code]; met {
		return p
	}
	var p *plan
	if n, _ := strconv.Atoi(code); phonenumbers.GetSupportedCallingCodes()[n] {
		p = planOf(phonenumbers.GetRegionCodeForCountryCode(n))
	}
	r.plans[strings.Clone(code)] = p
	return p
}

// plan is how numbers of a region are made and written.
type plan struct {
	code    string         // the calling code
	exit    *regexp.Regexp // is dialed before a number of another country
	trunk   *regexp.Regexp // is dialed before a national number; nil for nothing
	number  *regexp.Regexp // what national numbers look like
	lengths uint32         // of national numbers, as a set of bits
	longest int
}

// territories is libphonenumber's metadata; it is embedded in it and always there.
var territories = sync.OnceValues(phonenumbers.MetadataCollection)

// planOf is the plan of a region; nil for one of which too little is known.
func planOf(region string) *plan {
	all, err := territories()
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(all.Metadata, func(m *phonenumbers.PhoneMetadata) bool { return m.GetId() == region })
	if i < 0 || region == "001" { // those without a country share an id
		return nil
	}
	m := all.Metadata[i]
	general := m.GetGeneralDesc()
	lengths := general.GetPossibleLength()
	if general.GetNationalNumberPattern() == "" || len(lengths) == 0 || lengths[0] < 1 {
		return nil
	}
	p := &plan{
		code:   strconv.Itoa(int(m.GetCountryCode())),
		exit:   regexp.MustCompile("^(?:" + m.GetInternationalPrefix() + ")"),
		number: regexp.MustCompile("^(?:" + general.GetNationalNumberPattern() + ")$"),
	}
	if prefix := m.GetNationalPrefixForParsing(); prefix != "" {
		p.trunk = regexp.MustCompile("^(?:" + prefix + ")")
	}
	for _, n := range lengths {
		p.lengths |= 1 << n
		p.longest = max(p.longest, int(n))
	}
	for _, n := range general.GetPossibleLengthLocalOnly() {
		p.longest = max(p.longest, int(n))
	}
	return p
}

// possible tells whether a national number has the length of one.
func (p *plan) possible(digits []byte) bool {
	return len(digits) < 32 && p.lengths&(1<<len(digits)) != 0
}

// national takes the trunk prefix off a number. It leaves to libphonenumber what is
// rewritten in doing so, and what has not the length of a number then.
func (p *plan) national(digits []byte) ([]byte, bool) {
	if p.trunk != nil {
		if at := p.trunk.FindIndex(digits); at != nil {
			if p.trunk.NumSubexp() > 0 {
				return nil, false
			}
			if without := digits[at[1]:]; !p.number.Match(digits) || p.number.Match(without) {
				digits = without
			}
		}
	}
	zeros := !slices.ContainsFunc(digits, func(c byte) bool { return c != '0' })
	return digits, p.possible(digits) && !zeros
}

// dialable gives a number as it is dialed, or says why not: E.164 where a + or a
// region allows to read it so; else digits (an extension, a number as the trunk
// wants it) or a SIP URI, as they are. A number must be possible, by its length,
// not assigned: tables of assigned ranges lag behind. Possible only within its area it
// is not: with the country code alone before it nobody would be reached, or somebody else.
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
	case err != nil:
		return "", fmt.Sprintf("%q is not a phone number", text)
	case phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE:
		return "", fmt.Sprintf("%q is not a phone number: %s", text, impossible[phonenumbers.IsPossibleNumberWithReason(n)])
	case n.GetExtension() != "":
		return "", fmt.Sprintf("%q has an extension, which cannot be dialed", text)
	}
	return phonenumbers.Format(n, phonenumbers.E164), ""
}

// impossible says what is wrong with a number's length.
var impossible = map[phonenumbers.ValidationResult]string{
	phonenumbers.IS_POSSIBLE_LOCAL_ONLY: "it has no area code",
	phonenumbers.TOO_SHORT:              "it has too few digits",
	phonenumbers.TOO_LONG:               "it has too many digits",
	phonenumbers.INVALID_LENGTH:         "no number there has as many digits",
	phonenumbers.INVALID_COUNTRY_CODE:   "there is no such country code",
}

// shortest is how many digits a national number has that somebody types: fewer are an
// extension or a short code.
const shortest = 7

// ReadNational reads digits that somebody typed as a number of the region's plan, with
// or without what is dialed before it there, and gives it in E.164. Unlike a number of a
// list it must be one that the plan assigns: whatever else is typed may be an extension,
// and is dialed as it is.
func ReadNational(digits, region string) (number string, ok bool) {
	if len(digits) < shortest {
		return "", false
	}
	n, err := phonenumbers.Parse(digits, region)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// IsRegion tells whether numbering plans know a region, by its two letters.
func IsRegion(region string) bool { return phonenumbers.GetCountryCodeForRegion(region) != 0 }
